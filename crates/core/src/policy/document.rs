//! Typed reading of a document that came from JSON or JavaScript, with the path of what is wrong.

use alloc::{boxed::Box, string::String, vec::Vec};

use super::error::{PolicyError, Problem};
use crate::text::push_number;
use crate::time::Millis;
use crate::value::Value;

/// Spans above this are refused: beyond it not every millisecond is a number of JavaScript.
const MAX_MILLIS: f64 = 9_007_199_254_740_991.0;

static NOTHING: Value = Value::Null;
static EMPTY: Value = Value::Object(Vec::new());

/// A span in milliseconds under this key of the options: a number, not negative; `default` where it is not there.
///
/// # Errors
/// [`PolicyError`] with the key as its path, where the value is something else.
pub fn millis(options: &Value, key: &str, default: Millis) -> Result<Millis, Box<PolicyError>> {
    Ok(Node::root(options)?.key(key).millis()?.unwrap_or(default))
}

/// A whole number under this key of the options, not negative; `default` where it is not there.
///
/// # Errors
/// [`PolicyError`] with the key as its path, where the value is something else.
pub fn count(options: &Value, key: &str, default: u32) -> Result<u32, Box<PolicyError>> {
    Ok(Node::root(options)?.key(key).count()?.unwrap_or(default))
}

/// A text under this key of the options.
///
/// # Errors
/// [`PolicyError`] with the key as its path, where the value is something else.
pub fn text(options: &Value, key: &str) -> Result<Option<String>, Box<PolicyError>> {
    let root = Node::root(options)?;
    let node = root.key(key);
    Ok(if node.is_there() { Some(node.text()?.into()) } else { None })
}

/// A truth value under this key of the options; `default` where it is not there.
///
/// # Errors
/// [`PolicyError`] with the key as its path, where the value is something else.
pub fn flag(options: &Value, key: &str, default: bool) -> Result<bool, Box<PolicyError>> {
    Ok(Node::root(options)?.key(key).flag()?.unwrap_or(default))
}

/// A value of the document and where it stands. `null` under a key is as if the key were not there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    value: &'a Value,
    /// What leads here from the value that holds it; the document itself has none.
    from: Option<(&'a Node<'a>, Step<'a>)>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Position(usize),
}

impl<'a> Node<'a> {
    /// The document itself; `null` reads as an empty one.
    pub(super) fn root(value: &'a Value) -> Result<Self, Box<PolicyError>> {
        let value = if matches!(value, Value::Null) { &EMPTY } else { value };
        let root = Self { value, from: None };
        root.members()?;
        Ok(root)
    }

    /// What is under this key; nothing where this is no object.
    pub(super) fn key(&'a self, key: &'a str) -> Node<'a> {
        self.member(key, self.value.get(key).unwrap_or(&NOTHING))
    }

    /// The member with this key and value.
    pub(super) fn member(&'a self, key: &'a str, value: &'a Value) -> Node<'a> {
        Node { value, from: Some((self, Step::Key(key))) }
    }

    /// Whether there is a value.
    pub(super) fn is_there(&self) -> bool {
        !matches!(self.value, Value::Null)
    }

    /// An error at this place.
    #[cold]
    #[inline(never)]
    pub(super) fn error(&self, problem: Problem) -> Box<PolicyError> {
        let mut path = String::new();
        self.push_path(&mut path);
        Box::new(PolicyError { path, problem })
    }

    /// An error at this place: another value is needed.
    #[cold]
    #[inline(never)]
    pub(super) fn expected(&self, what: &'static str) -> Box<PolicyError> {
        self.error(Problem::Expected(what))
    }

    /// Keys and values of an object.
    pub(super) fn members(&self) -> Result<&'a [(String, Value)], Box<PolicyError>> {
        self.value.as_object().ok_or_else(|| self.expected("an object"))
    }

    /// Keys and values of an object, after a check that no key is there twice, as a JSON text can have it.
    pub(super) fn distinct(&self) -> Result<&'a [(String, Value)], Box<PolicyError>> {
        let members = self.members()?;
        let mut keys: Vec<&str> = Vec::with_capacity(members.len());
        for (key, value) in members {
            match keys.binary_search(&key.as_str()) {
                Ok(_) => return Err(self.member(key, value).error(Problem::Duplicate)),
                Err(at) => keys.insert(at, key),
            }
        }
        Ok(members)
    }

    /// Checks that this is an object whose keys are among these, each there once.
    pub(super) fn only(&self, known: &'static [&'static str]) -> Result<(), Box<PolicyError>> {
        for (key, value) in self.members()? {
            if !known.contains(&key.as_str()) {
                return Err(self.member(key, value).error(Problem::UnknownKey(known)));
            }
        }
        self.distinct().map(|_| ())
    }

    /// Calls `each` with the members of a list; nothing is an empty one.
    pub(super) fn list(
        &self,
        each: &mut dyn FnMut(&Node<'_>) -> Result<(), Box<PolicyError>>,
    ) -> Result<(), Box<PolicyError>> {
        if !self.is_there() {
            return Ok(());
        }
        let members = self.value.as_array().ok_or_else(|| self.expected("a list"))?;
        for (position, value) in members.iter().enumerate() {
            each(&Node { value, from: Some((self, Step::Position(position))) })?;
        }
        Ok(())
    }

    /// A text.
    pub(super) fn text(&self) -> Result<&'a str, Box<PolicyError>> {
        self.value.as_str().ok_or_else(|| self.expected("a text"))
    }

    /// The text under a key that must be there.
    pub(super) fn required_text(&'a self, key: &'static str) -> Result<&'a str, Box<PolicyError>> {
        let node = self.key(key);
        if node.is_there() { node.text() } else { Err(self.error(Problem::Missing(key))) }
    }

    /// A truth value.
    pub(super) fn flag(&self) -> Result<Option<bool>, Box<PolicyError>> {
        match self.value {
            Value::Null => Ok(None),
            Value::Bool(flag) => Ok(Some(*flag)),
            _ => Err(self.expected("true or false")),
        }
    }

    /// A span in milliseconds, not negative; parts of one are cut off.
    pub(super) fn millis(&self) -> Result<Option<Millis>, Box<PolicyError>> {
        let number = self.number(MAX_MILLIS, "a number of milliseconds, not negative")?;
        Ok(number.map(|number| number as Millis))
    }

    fn count(&self) -> Result<Option<u32>, Box<PolicyError>> {
        let number = self.number(f64::from(u32::MAX), "a number from 0 to 4294967295")?;
        Ok(number.map(|number| number as u32))
    }

    fn number(&self, max: f64, expected: &'static str) -> Result<Option<f64>, Box<PolicyError>> {
        match self.value {
            Value::Null => Ok(None),
            Value::Number(number) if (0.0..=max).contains(number) => Ok(Some(*number)),
            _ => Err(self.expected(expected)),
        }
    }

    fn push_path(&self, path: &mut String) {
        let Some((above, step)) = self.from else {
            return;
        };
        above.push_path(path);
        match step {
            Step::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Step::Position(position) => {
                path.push('[');
                push_number(path, position as u64);
                path.push(']');
            }
        }
    }
}
