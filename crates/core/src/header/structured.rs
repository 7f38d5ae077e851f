//! Lists of structured fields (RFC 9651, section 4.2), read strictly.
//!
//! All types are recognised, since a list is valid only as a whole; but only texts and truth values are
//! kept, which are all that our fields are made of.

use alloc::{string::String, vec::Vec};

/// A value that stands alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bare {
    /// `"text"`.
    String(String),
    /// `name`.
    Token(String),
    /// `?1` or `?0`.
    Boolean(bool),
    /// A value of another type.
    Other(Kind),
}

/// A type whose values are recognised, but not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `42`.
    Integer,
    /// `4.2`.
    Decimal,
    /// `:aGk=:`.
    Bytes,
    /// `@1700000000`.
    Date,
    /// `%"caf%c3%a9"`.
    DisplayString,
}

/// A value with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The value.
    pub value: Bare,
    params: Params,
}

impl Item {
    /// The parameter of this name; the last of them counts.
    pub fn param(&self, name: &str) -> Option<&Bare> {
        self.params.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// A member of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// A single item.
    Item(Item),
    /// Items in parentheses; their list's own parameters are recognised, but not kept.
    Inner(Vec<Item>),
}

type Params = Vec<(String, Bare)>;

/// Reads a list; `None` where any part of the value breaks the grammar. An empty value is an empty list.
pub fn parse_list(value: &str) -> Option<Vec<Member>> {
    let mut input = Input { rest: value.as_bytes() };
    let mut members = Vec::new();
    input.skip(b" ");
    if input.rest.is_empty() {
        return Some(members);
    }
    loop {
        members.push(if input.peek() == Some(b'(') {
            Member::Inner(input.inner_list()?)
        } else {
            Member::Item(input.item()?)
        });
        input.skip(b" \t");
        if input.rest.is_empty() {
            return Some(members);
        }
        input.expect(b',')?;
        input.skip(b" \t");
        if input.rest.is_empty() {
            return None;
        }
    }
}

/// Whether this text can be written as a token.
pub fn is_token(text: &str) -> bool {
    text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'*')
        && text.bytes().all(is_token_byte)
}

/// Whether this text can be written as a string.
pub fn is_string(text: &str) -> bool {
    text.bytes().all(is_printable)
}

/// Writes a string; [`is_string`] must hold for the text.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
}

fn is_printable(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte)
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~:/".contains(&byte)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-.*".contains(&byte)
}

struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn skip(&mut self, bytes: &[u8]) {
        while self.peek().is_some_and(|byte| bytes.contains(&byte)) {
            self.next();
        }
    }

    fn take_while(&mut self, wanted: fn(u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| !wanted(*byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn inner_list(&mut self) -> Option<Vec<Item>> {
        self.expect(b'(')?;
        let mut items = Vec::new();
        loop {
            self.skip(b" ");
            if self.peek()? == b')' {
                self.next();
                self.params()?;
                return Some(items);
            }
            items.push(self.item()?);
            if !matches!(self.peek()?, b' ' | b')') {
                return None;
            }
        }
    }

    fn item(&mut self) -> Option<Item> {
        Some(Item { value: self.bare()?, params: self.params()? })
    }

    fn params(&mut self) -> Option<Params> {
        let mut params = Vec::new();
        while self.peek() == Some(b';') {
            self.next();
            self.skip(b" ");
            let key = self.key()?;
            let value = if self.peek() == Some(b'=') {
                self.next();
                self.bare()?
            } else {
                Bare::Boolean(true)
            };
            params.push((key, value));
        }
        Some(params)
    }

    fn key(&mut self) -> Option<String> {
        let first = self.peek()?;
        (first.is_ascii_lowercase() || first == b'*').then(|| text(self.take_while(is_key_byte)))
    }

    fn bare(&mut self) -> Option<Bare> {
        match self.peek()? {
            b'"' => self.string().map(Bare::String),
            b'-' | b'0'..=b'9' => self.number().map(Bare::Other),
            b'?' => self.boolean().map(Bare::Boolean),
            b':' => self.bytes(),
            b'@' => {
                self.next();
                (self.number()? == Kind::Integer).then_some(Bare::Other(Kind::Date))
            }
            b'%' => self.display_string(),
            first if first.is_ascii_alphabetic() || first == b'*' => {
                Some(Bare::Token(text(self.take_while(is_token_byte))))
            }
            _ => None,
        }
    }

    fn string(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut string = String::new();
        loop {
            match self.next()? {
                b'"' => return Some(string),
                b'\\' => match self.next()? {
                    escaped @ (b'"' | b'\\') => string.push(char::from(escaped)),
                    _ => return None,
                },
                byte if is_printable(byte) => string.push(char::from(byte)),
                _ => return None,
            }
        }
    }

    fn number(&mut self) -> Option<Kind> {
        if self.peek() == Some(b'-') {
            self.next();
        }
        let whole = self.take_while(is_digit).len();
        if self.peek() != Some(b'.') {
            return (1..=15).contains(&whole).then_some(Kind::Integer);
        }
        self.next();
        let fraction = self.take_while(is_digit).len();
        ((1..=12).contains(&whole) && (1..=3).contains(&fraction)).then_some(Kind::Decimal)
    }

    fn boolean(&mut self) -> Option<bool> {
        self.expect(b'?')?;
        match self.next()? {
            b'0' => Some(false),
            b'1' => Some(true),
            _ => None,
        }
    }

    fn bytes(&mut self) -> Option<Bare> {
        self.expect(b':')?;
        self.take_while(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte));
        let padding = self.take_while(|byte| byte == b'=').len();
        self.expect(b':')?;
        (padding <= 2).then_some(Bare::Other(Kind::Bytes))
    }

    fn display_string(&mut self) -> Option<Bare> {
        self.expect(b'%')?;
        self.expect(b'"')?;
        let mut bytes = Vec::new();
        loop {
            match self.next()? {
                b'"' => break,
                b'%' => bytes.push(self.lower_hex()? * 16 + self.lower_hex()?),
                byte if is_printable(byte) => bytes.push(byte),
                _ => return None,
            }
        }
        core::str::from_utf8(&bytes).ok().map(|_| Bare::Other(Kind::DisplayString))
    }

    fn lower_hex(&mut self) -> Option<u8> {
        match self.next()? {
            digit @ b'0'..=b'9' => Some(digit - b'0'),
            digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        }
    }
}

/// Bytes that are known to be ASCII, as text.
fn text(bytes: &[u8]) -> String {
    core::str::from_utf8(bytes).unwrap_or_default().into()
}
