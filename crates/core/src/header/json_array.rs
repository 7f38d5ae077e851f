//! A JSON array of strings, as hand-written headers carry it (RFC 8259).

use alloc::{string::String, vec::Vec};

/// Reads an array of strings; `None` where it is anything else, or holds something else.
pub(super) fn parse(text: &str) -> Option<Vec<String>> {
    let mut input = Input { rest: text };
    let mut members = Vec::new();
    input.expect('[')?;
    if input.peek()? == ']' {
        input.next();
    } else {
        loop {
            members.push(input.string()?);
            match input.token()? {
                ',' => {}
                ']' => break,
                _ => return None,
            }
        }
    }
    input.peek().is_none().then_some(members)
}

struct Input<'a> {
    rest: &'a str,
}

impl Input<'_> {
    /// The next character after white space, left in place.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.chars().next()
    }

    /// The next character after white space.
    fn token(&mut self) -> Option<char> {
        self.peek()?;
        self.next()
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    fn expect(&mut self, character: char) -> Option<()> {
        (self.token()? == character).then_some(())
    }

    fn string(&mut self) -> Option<String> {
        self.expect('"')?;
        let mut string = String::new();
        loop {
            string.push(match self.next()? {
                '"' => return Some(string),
                '\\' => self.escape()?,
                character if character < ' ' => return None,
                character => character,
            });
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.next()? {
            character @ ('"' | '\\' | '/') => character,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.code_point()?,
            _ => return None,
        })
    }

    /// What follows `\u`: a code point, or two halves of one. A half alone is no character.
    fn code_point(&mut self) -> Option<char> {
        let first = self.unit()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if self.next()? != '\\' || self.next()? != 'u' {
            return None;
        }
        let second = self.unit()?;
        if !(0xdc00..0xe000).contains(&second) {
            return None;
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    }

    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit * 16 + self.next()?.to_digit(16)?;
        }
        Some(unit)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn agrees_with_serde_json_on_edge_cases() {
        for text in [
            "[]",
            " [ ] ",
            r#"["a"]"#,
            r#" [ "a" , "b" ] "#,
            r#"["a",]"#,
            r#"[,"a"]"#,
            r#"["a" "b"]"#,
            r#"["a"]x"#,
            r#"["a"#,
            r#"["a"#,
            "[",
            "",
            r#"["\u00e9\ud83d\ude00\n\/"]"#,
            r#"["\ud83d"]"#,
            r#"["\ud83dx"]"#,
            r#"["\ude00"]"#,
            r#"["\ud83d\ud83d"]"#,
            r#"["\u12"]"#,
            r#"["\x"]"#,
            "[\"\u{1}\"]",
            "[\"\u{7f}\"]",
            "[1]",
            "[[\"a\"]]",
            "[null]",
            "{}",
            "\"a\"",
        ] {
            assert_eq!(parse(text), serde_json::from_str::<Vec<String>>(text).ok(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in r#"\[?("([a\\u0"]|\\u[d0][89c]00)*"[, ]?){0,3}\]?"#) {
            prop_assert_eq!(parse(&text), serde_json::from_str::<Vec<String>>(&text).ok());
        }

        #[test]
        fn reads_what_serde_json_writes(members in prop::collection::vec(any::<String>(), 0..5)) {
            let text = serde_json::to_string(&members).unwrap();
            prop_assert_eq!(parse(&text), Some(members));
        }
    }
}
