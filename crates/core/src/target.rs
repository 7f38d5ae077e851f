//! What an invalidation names.

use alloc::{string::String, vec, vec::Vec};

use crate::pattern::Glob;
use crate::url::Url;

/// What one member of an invalidation names, within the origin of the response that named it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// Every entry that carries this tag, such as `story:42` or `stories`.
    Tag(String),
    /// A path, with any query or with exactly this one (without its `?`).
    Path {
        /// The path, beginning with `/`.
        path: String,
        /// `None` matches any query.
        query: Option<String>,
    },
    /// Every URL whose path and query match; `*` is any run of characters.
    Pattern(Glob),
    /// Everything of the origin.
    All,
}

impl Target {
    /// What names this URL, with this query alone.
    pub fn exactly(url: &Url) -> Self {
        Self::Path { path: url.path().into(), query: Some(url.query().unwrap_or("").into()) }
    }
}

/// What becomes of the entries that a target matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// Keep the entry, mark it stale.
    Stale,
    /// Drop the entry.
    Drop,
}

/// One member of an invalidation: a target and what becomes of what it matches.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Member {
    /// What is named.
    pub target: Target,
    /// What becomes of it.
    pub mode: Mode,
}

impl Member {
    /// A member that drops what it matches.
    pub fn drop(target: Target) -> Self {
        Self { target, mode: Mode::Drop }
    }

    /// What drops everything.
    pub fn everything() -> Vec<Self> {
        vec![Self::drop(Target::All)]
    }

    /// A member that marks what it matches as stale.
    pub fn stale(target: Target) -> Self {
        Self { target, mode: Mode::Stale }
    }
}
