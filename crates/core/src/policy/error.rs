//! What is wrong with an options or rules document, and where.

use alloc::{string::String, vec::Vec};
use core::fmt;

/// A document that can't be used: what is wrong, and the path of the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// Where, such as `rules[2].tags[0]`; empty for the document itself.
    pub path: String,
    /// What is wrong there.
    pub problem: Problem,
}

impl PolicyError {
    /// The stable code that crosses the boundary to JavaScript.
    pub fn code(&self) -> &'static str {
        "config-invalid"
    }
}

/// What can be wrong with a value of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A value of another type is needed; the text names it.
    Expected(&'static str),
    /// The value is not among these.
    NotOneOf(&'static [&'static str]),
    /// There is no such key; these are known.
    UnknownKey(Vec<&'static str>),
    /// A key is needed that is not there.
    Missing(&'static str),
    /// The key occurs twice.
    Duplicate,
    /// A route that can't be read.
    Route(&'static str),
    /// A template has a brace that is never closed, or one that was never opened.
    Brace,
    /// A template names a part that the route does not have.
    UnknownName {
        /// The name in braces.
        name: String,
        /// The route as it was written.
        route: String,
    },
    /// A parent that is no entity.
    UnknownEntity(String),
    /// The entity is its own ancestor.
    Cycle(String),
}

impl PolicyError {
    /// Path and problem in words. Without the machinery of [`fmt`], which the wasm does without.
    pub fn message(&self) -> String {
        let path = if self.path.is_empty() { "options" } else { &self.path };
        let mut message = String::from(path);
        message.push_str(": ");
        self.problem.push_to(&mut message);
        message
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for PolicyError {}

impl Problem {
    fn push_to(&self, message: &mut String) {
        let parts: [&str; 5] = match self {
            Self::Expected(what) => ["must be ", what, "", "", ""],
            Self::NotOneOf(values) => return push_choice(message, "must be one of ", values),
            Self::UnknownKey(keys) => return push_choice(message, "is not known here; known are ", keys),
            Self::Missing(key) => ["needs \"", key, "\"", "", ""],
            Self::Duplicate => ["is there twice", "", "", "", ""],
            Self::Route(why) => [why, "", "", "", ""],
            Self::Brace => ["has a brace without its partner", "", "", "", ""],
            Self::UnknownName { name, route } => {
                ["names {", name, "}, which match \"", route, "\" does not have"]
            }
            Self::UnknownEntity(kind) => ["\"", kind, "\" is no entity of this document", "", ""],
            Self::Cycle(kind) => ["makes \"", kind, "\" its own ancestor", "", ""],
        };
        for part in parts {
            message.push_str(part);
        }
    }
}

fn push_choice(message: &mut String, lead: &str, values: &[&str]) {
    message.push_str(lead);
    for (position, value) in values.iter().enumerate() {
        if position > 0 {
            message.push_str(", ");
        }
        for part in ["\"", value, "\""] {
            message.push_str(part);
        }
    }
}
