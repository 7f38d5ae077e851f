//! Bodies of requests: what is taken, and what is said of the rest.

use axum::body::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use super::answer::ApiError;

/// Largest body of a request, in bytes.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// Reads a JSON body.
///
/// # Errors
/// `invalid-json` for a body that is no JSON, `invalid-body` for one that is no object, or has a field that is
/// not known, is missing or is of the wrong type.
pub(crate) fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, ApiError> {
    let invalid = |code, message| ApiError::Invalid { code, message };
    let value = serde_json::from_slice(body).map_err(|error| {
        let code = match error.classify() {
            Category::Data => "invalid-body",
            Category::Io | Category::Syntax | Category::Eof => "invalid-json",
        };
        invalid(code, error.to_string())
    })?;
    // serde takes a list for the fields of a struct, in their order.
    if body.trim_ascii_start().starts_with(b"{") {
        Ok(value)
    } else {
        Err(invalid("invalid-body", "the body must be an object".to_owned()))
    }
}

/// Reads an id of a path. What is no id is nothing that we have.
///
/// # Errors
/// `not-found`.
pub(crate) fn number(id: &str) -> Result<i64, ApiError> {
    id.parse().map_err(|_| ApiError::NotFound)
}

/// The error of a partial that names no field.
pub(crate) fn nothing_to_change() -> ApiError {
    ApiError::Invalid { code: "nothing-to-change", message: "name at least one field to change".to_owned() }
}

/// For the fields of a partial: absent is `None`, and `null` is of the wrong type.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A name or a title: one line of 1 to 200 characters.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Line(pub(crate) String);

impl TryFrom<String> for Line {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() || text.chars().count() > 200 || text.contains(['\n', '\r']) {
            return Err("a title or a name is one line of 1 to 200 characters");
        }
        Ok(Self(text))
    }
}

/// The text of a story or a scene: up to 200,000 characters, none at all too.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Prose(pub(crate) String);

impl TryFrom<String> for Prose {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.chars().count() > 200_000 {
            return Err("a text has up to 200000 characters");
        }
        Ok(Self(text))
    }
}

/// The text of a post or a reply: 1 to 10,000 characters.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Message(pub(crate) String);

impl TryFrom<String> for Message {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() || text.chars().count() > 10_000 {
            return Err("a post or a reply has 1 to 10000 characters");
        }
        Ok(Self(text))
    }
}
