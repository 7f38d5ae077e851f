//! Writing a JSON object.

use alloc::{rc::Rc, string::String};

use crate::text::push_number;

/// An object that is being written.
#[derive(Debug)]
pub struct Object(String);

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self(String::from("{"))
    }

    /// Adds a text.
    pub fn text(&mut self, key: &str, text: &str) -> &mut Self {
        self.key(key);
        push_string(&mut self.0, text);
        self
    }

    /// Adds a text, or `null`.
    pub fn optional(&mut self, key: &str, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(key, text),
            None => self.raw(key, "null"),
        }
    }

    /// Adds a whole number.
    pub fn number(&mut self, key: &str, number: i64) -> &mut Self {
        self.key(key);
        if number < 0 {
            self.0.push('-');
        }
        push_number(&mut self.0, number.unsigned_abs());
        self
    }

    /// Adds a truth value.
    pub fn flag(&mut self, key: &str, flag: bool) -> &mut Self {
        self.raw(key, if flag { "true" } else { "false" })
    }

    /// Adds a list of texts.
    pub fn texts(&mut self, key: &str, texts: &[Rc<str>]) -> &mut Self {
        let mut list = String::new();
        for text in texts {
            separate(&mut list);
            push_string(&mut list, text);
        }
        self.list(key, &list)
    }

    /// Adds an object, which is written already.
    pub fn object(&mut self, key: &str, written: &str) -> &mut Self {
        self.raw(key, written)
    }

    /// Adds a list, whose members are written already, with commas between.
    pub fn list(&mut self, key: &str, members: &str) -> &mut Self {
        self.key(key);
        for part in ["[", members, "]"] {
            self.0.push_str(part);
        }
        self
    }

    /// The text of the object.
    pub fn finish(&mut self) -> String {
        self.0.push('}');
        core::mem::take(&mut self.0)
    }

    fn raw(&mut self, key: &str, value: &str) -> &mut Self {
        self.key(key);
        self.0.push_str(value);
        self
    }

    fn key(&mut self, key: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        push_string(&mut self.0, key);
        self.0.push(':');
    }
}

impl Default for Object {
    fn default() -> Self {
        Self::new()
    }
}

/// Puts a comma behind what is there.
pub fn separate(members: &mut String) {
    if !members.is_empty() {
        members.push(',');
    }
}

fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            '\0'..=' ' if character != ' ' => {
                out.push_str("\\u00");
                for digit in [character as u32 >> 4, character as u32 & 15] {
                    out.extend(char::from_digit(digit, 16));
                }
            }
            character => out.push(character),
        }
    }
    out.push('"');
}
