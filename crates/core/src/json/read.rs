//! Reading a JSON text.

use alloc::{string::String, vec::Vec};

use crate::value::{MAX_DEPTH, Value};

/// Reads a text that is one value; `None` where it is not, or is nested deeper than [`MAX_DEPTH`].
///
/// A number with an exponent is not read: nobody writes times, sizes and shares so.
pub fn parse(text: &str) -> Option<Value> {
    let mut input = Input { rest: text };
    let value = input.value(MAX_DEPTH)?;
    input.peek().is_none().then_some(value)
}

struct Input<'a> {
    rest: &'a str,
}

impl Input<'_> {
    fn value(&mut self, depth: usize) -> Option<Value> {
        match self.peek()? {
            '"' => Some(Value::String(self.string()?)),
            '[' => {
                let mut members = Vec::new();
                let inner = depth.checked_sub(1)?;
                self.list(']', &mut |input| {
                    members.push(input.value(inner)?);
                    Some(())
                })?;
                Some(Value::Array(members))
            }
            '{' => {
                let mut members = Vec::new();
                let inner = depth.checked_sub(1)?;
                self.list('}', &mut |input| {
                    input.peek().filter(|&quote| quote == '"')?;
                    let key = input.string()?;
                    input.peek().filter(|&colon| colon == ':')?;
                    input.next();
                    members.push((key, input.value(inner)?));
                    Some(())
                })?;
                Some(Value::Object(members))
            }
            't' => self.word("true", Value::Bool(true)),
            'f' => self.word("false", Value::Bool(false)),
            'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    /// The members of a list or of an object, from its opening to its closing character.
    fn list(&mut self, end: char, member: &mut dyn FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.next();
        if self.peek()? == end {
            self.next();
            return Some(());
        }
        loop {
            member(self)?;
            let after = self.peek()?;
            self.next();
            match after {
                ',' => {}
                after => return (after == end).then_some(()),
            }
        }
    }

    /// The next character after white space, left in place.
    fn peek(&mut self) -> Option<char> {
        loop {
            match self.rest.chars().next()? {
                ' ' | '\t' | '\n' | '\r' => self.next(),
                character => return Some(character),
            };
        }
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.rest = self.rest.strip_prefix(word)?;
        Some(value)
    }

    /// A number without an exponent.
    fn number(&mut self) -> Option<Value> {
        let negative = self.rest.starts_with('-');
        if negative {
            self.next();
        }
        let leading_zero = self.rest.starts_with('0');
        let (mut number, mut scale) = (0.0, 1.0);
        let digits = self.digits(&mut number);
        let whole = digits == 1 || (digits > 1 && !leading_zero);
        if whole && self.rest.starts_with('.') {
            self.next();
            let digits = self.digits(&mut number);
            if digits == 0 {
                return None;
            }
            for _ in 0..digits {
                scale *= 10.0;
            }
        }
        let number = number / scale;
        whole.then_some(Value::Number(if negative { -number } else { number }))
    }

    /// Adds digits to a number, and counts them.
    fn digits(&mut self, number: &mut f64) -> usize {
        let mut count = 0;
        while let Some(digit) = self.rest.chars().next().and_then(|digit| digit.to_digit(10)) {
            self.next();
            *number = *number * 10.0 + f64::from(digit);
            count += 1;
        }
        count
    }

    fn string(&mut self) -> Option<String> {
        self.next();
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
