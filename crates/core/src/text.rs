//! Text of our own for what is stored: fields in a line, without a JSON parser's weight.

use alloc::{rc::Rc, string::String, vec::Vec};

/// Separates the fields of a line.
pub(crate) const FIELD: char = '\t';
/// Separates the members of a field.
pub(crate) const MEMBER: char = ',';
/// Separates the two halves of a pair.
pub(crate) const PAIR: char = '=';

/// Adds `text` without the separators, so that it can stand in a field, member or pair.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\t' => out.push_str("%09"),
            '\n' => out.push_str("%0A"),
            '\r' => out.push_str("%0D"),
            MEMBER => out.push_str("%2C"),
            PAIR => out.push_str("%3D"),
            c => out.push(c),
        }
    }
}

/// What [`push_escaped`] made, back again; `None` where it made no such thing.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut parts = pieces(text, '%');
    let mut out = String::from(parts.next()?);
    for part in parts {
        let (code, rest) = part.split_at_checked(2)?;
        out.push(match code {
            "25" => '%',
            "09" => '\t',
            "0A" => '\n',
            "0D" => '\r',
            "2C" => MEMBER,
            "3D" => PAIR,
            _ => return None,
        });
        out.push_str(rest);
    }
    Some(out)
}

/// The texts, a line each.
pub(crate) fn lines(texts: &[String]) -> String {
    let mut lines = String::new();
    for text in texts {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(text);
    }
    lines
}

/// Adds `number` in decimal.
pub fn push_number(out: &mut String, number: u64) {
    if number >= 10 {
        push_number(out, number / 10);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// The number of decimal digits alone; the largest there is, where that is more.
#[inline(never)]
pub fn number(text: &str) -> Option<u64> {
    let mut number: u64 = 0;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number.saturating_mul(10).saturating_add(digit.into());
    }
    (!text.is_empty()).then_some(number)
}

/// As [`number`], for what fits.
pub(crate) fn small_number(text: &str) -> Option<u32> {
    u32::try_from(number(text)?).ok()
}

/// What stands before and after the first `mark`, an ASCII character. These three are by bytes, since the
/// patterns of [`str`] are a good deal more code.
#[inline(never)]
pub(crate) fn cut(text: &str, mark: char) -> Option<(&str, &str)> {
    cut_at(text, text.bytes().position(|byte| byte == mark as u8)?)
}

/// As [`cut`], at the last `mark`.
#[inline(never)]
pub(crate) fn cut_last(text: &str, mark: char) -> Option<(&str, &str)> {
    cut_at(text, text.bytes().rposition(|byte| byte == mark as u8)?)
}

/// What stands between the `mark`s, of which a text without any is one.
pub fn pieces(text: &str, mark: char) -> Pieces<'_> {
    Pieces { rest: Some(text), mark }
}

/// See [`pieces`].
#[derive(Debug)]
pub struct Pieces<'a> {
    rest: Option<&'a str>,
    mark: char,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.take()?;
        match cut(rest, self.mark) {
            Some((part, rest)) => {
                self.rest = Some(rest);
                Some(part)
            }
            None => Some(rest),
        }
    }
}

/// Whether there is a `mark`, an ASCII character, in the text.
pub(crate) fn has(text: &str, mark: char) -> bool {
    cut(text, mark).is_some()
}

fn cut_at(text: &str, mark: usize) -> Option<(&str, &str)> {
    Some((text.get(..mark)?, text.get(mark + 1..)?))
}

/// Adds a copy of `text` to a list, unless it is there.
pub(crate) fn push_new(list: &mut Vec<String>, text: &str) {
    if !list.iter().any(|has| has == text) {
        list.push(String::from(text));
    }
}

/// A copy that many can hold.
#[inline(never)]
pub(crate) fn shared(text: &str) -> Rc<str> {
    Rc::from(text)
}

/// Both, one after the other.
pub(crate) fn joined(first: &str, second: &str) -> Rc<str> {
    let mut text = String::with_capacity(first.len() + second.len());
    text.push_str(first);
    text.push_str(second);
    shared(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn escape_round_trips(text in any::<String>()) {
            let mut escaped = String::new();
            push_escaped(&mut escaped, &text);
            prop_assert!(!escaped.contains(['\t', '\n', ',', '=']));
            prop_assert_eq!(unescape(&escaped), Some(text));
        }

        #[test]
        fn unescape_never_panics(text in any::<String>()) {
            if let Some(plain) = unescape(&text) {
                prop_assert!(plain.len() <= text.len());
            }
        }

        #[test]
        fn numbers_read_back(number in any::<u64>()) {
            let mut out = String::new();
            push_number(&mut out, number);
            prop_assert_eq!(super::number(&out), Some(number));
        }
    }
}
