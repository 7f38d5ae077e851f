//! Typed reading of a document that came from JSON or JavaScript, with the path of what is wrong.

use alloc::{string::String, vec::Vec};
use core::fmt::Write as _;

use super::error::{PolicyError, Problem};
use crate::time::Millis;
use crate::value::Value;

/// Spans above this are refused: beyond it not every millisecond is a number of JavaScript.
const MAX_MILLIS: f64 = 9_007_199_254_740_991.0;

/// A span in milliseconds under this key of the options: a number, not negative; `default` where it is not there.
///
/// # Errors
/// [`PolicyError`] with the key as its path, where the value is something else.
pub fn millis(options: &Value, key: &str, default: Millis) -> Result<Millis, PolicyError> {
    Ok(Reader::root(options)?.millis(key)?.unwrap_or(default))
}

/// A whole number under this key of the options, not negative; `default` where it is not there.
///
/// # Errors
/// [`PolicyError`] with the key as its path, where the value is something else.
pub fn count(options: &Value, key: &str, default: u32) -> Result<u32, PolicyError> {
    Ok(Reader::root(options)?.count(key)?.unwrap_or(default))
}

/// A text under this key of the options.
///
/// # Errors
/// [`PolicyError`] with the key as its path, where the value is something else.
pub fn text(options: &Value, key: &str) -> Result<Option<String>, PolicyError> {
    Ok(Reader::root(options)?.text(key)?.map(String::from))
}

/// A truth value under this key of the options; `default` where it is not there.
///
/// # Errors
/// [`PolicyError`] with the key as its path, where the value is something else.
pub fn flag(options: &Value, key: &str, default: bool) -> Result<bool, PolicyError> {
    Ok(Reader::root(options)?.flag(key)?.unwrap_or(default))
}

/// An object of the document, with its path. `null` under a key is as if the key were not there.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    members: &'a [(String, Value)],
    path: String,
}

impl<'a> Reader<'a> {
    /// The document itself; `null` reads as an empty one.
    ///
    /// # Errors
    /// [`PolicyError`] where it is no object.
    pub fn root(value: &'a Value) -> Result<Self, PolicyError> {
        match value {
            Value::Null => Ok(Self { members: &[], path: String::new() }),
            value => Self::at(value, String::new()),
        }
    }

    /// The object at this path.
    ///
    /// # Errors
    /// [`PolicyError`] where it is no object.
    pub fn at(value: &'a Value, path: String) -> Result<Self, PolicyError> {
        match value.as_object() {
            Some(members) => Ok(Self { members, path }),
            None => Err(PolicyError::new(path, Problem::Expected("an object"))),
        }
    }

    /// Its own path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path of this key.
    pub fn path_of(&self, key: &str) -> String {
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        path
    }

    /// An error at this key.
    pub fn error(&self, key: &str, problem: Problem) -> PolicyError {
        PolicyError::new(self.path_of(key), problem)
    }

    /// Keys and values.
    pub fn members(&self) -> &'a [(String, Value)] {
        self.members
    }

    /// Checks that each key is one of these.
    ///
    /// # Errors
    /// [`PolicyError`] at the first key that is not.
    pub fn only(&self, known: &'static [&'static str]) -> Result<(), PolicyError> {
        match self.members.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            Some((key, _)) => Err(self.error(key, Problem::UnknownKey(known))),
            None => Ok(()),
        }
    }

    /// Checks that no key is there twice, as a JSON text can have it.
    ///
    /// # Errors
    /// [`PolicyError`] at the first key that is.
    pub fn distinct(&self) -> Result<(), PolicyError> {
        let mut keys: Vec<&str> = self.members.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        match keys.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(self.error(pair[0], Problem::Duplicate)),
            None => Ok(()),
        }
    }

    /// The value under this key.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        let (_, value) = self.members.iter().find(|(name, _)| name == key)?;
        (*value != Value::Null).then_some(value)
    }

    /// A span in milliseconds; parts of one are cut off.
    ///
    /// # Errors
    /// [`PolicyError`] where it is no number, negative or not finite.
    pub fn millis(&self, key: &str) -> Result<Option<Millis>, PolicyError> {
        let problem = "a number of milliseconds, not negative";
        self.number(key, MAX_MILLIS, problem).map(|number| number.map(|number| number as Millis))
    }

    /// A whole number; parts of one are cut off.
    ///
    /// # Errors
    /// [`PolicyError`] where it is no number, negative or above 4,294,967,295.
    pub fn count(&self, key: &str) -> Result<Option<u32>, PolicyError> {
        let problem = "a number from 0 to 4294967295";
        self.number(key, f64::from(u32::MAX), problem).map(|number| number.map(|number| number as u32))
    }

    /// A text.
    ///
    /// # Errors
    /// [`PolicyError`] where it is something else.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, PolicyError> {
        self.read(key, Value::as_str, "a text")
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// [`PolicyError`] where it is not there or is something else.
    pub fn required_text(&self, key: &'static str) -> Result<&'a str, PolicyError> {
        self.text(key)?.ok_or_else(|| PolicyError::new(self.path.clone(), Problem::Missing(key)))
    }

    /// A truth value.
    ///
    /// # Errors
    /// [`PolicyError`] where it is something else.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, PolicyError> {
        self.read(key, Value::as_bool, "true or false")
    }

    /// The members of a list, each with its path.
    ///
    /// # Errors
    /// [`PolicyError`] where it is no list.
    pub fn list(&self, key: &str) -> Result<Option<Vec<(String, &'a Value)>>, PolicyError> {
        let members = self.read(key, Value::as_array, "a list")?;
        Ok(members.map(|members| {
            let with_path = |(position, value)| (indexed(self.path_of(key), position), value);
            members.iter().enumerate().map(with_path).collect()
        }))
    }

    /// The members of a list of texts, each with its path; no list is an empty one.
    ///
    /// # Errors
    /// [`PolicyError`] where it is no list, or a member no text.
    pub fn texts(&self, key: &str) -> Result<Option<Vec<(String, &'a str)>>, PolicyError> {
        let Some(members) = self.list(key)? else {
            return Ok(None);
        };
        let text = |(path, value): (String, &'a Value)| match value.as_str() {
            Some(text) => Ok((path, text)),
            None => Err(PolicyError::new(path, Problem::Expected("a text"))),
        };
        members.into_iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    fn number(&self, key: &str, max: f64, problem: &'static str) -> Result<Option<f64>, PolicyError> {
        let in_range = |value: &'a Value| value.as_number().filter(|number| (0.0..=max).contains(number));
        self.read(key, in_range, problem)
    }

    fn read<T>(
        &self,
        key: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
        expected: &'static str,
    ) -> Result<Option<T>, PolicyError> {
        match self.value(key) {
            None => Ok(None),
            Some(value) => match read(value) {
                Some(read) => Ok(Some(read)),
                None => Err(self.error(key, Problem::Expected(expected))),
            },
        }
    }
}

fn indexed(mut path: String, position: usize) -> String {
    // Writing to a string can't fail.
    let _ = write!(path, "[{position}]");
    path
}
