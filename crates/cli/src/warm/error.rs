//! Why nothing was warmed.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// What kept it from being done.
#[derive(Debug)]
pub(crate) enum WarmError {
    /// A file can't be read.
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Requests can't be made.
    Client(reqwest::Error),
    /// An address can't be asked.
    Unreachable {
        /// Which.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
    /// What names no URL of HTTP.
    Source {
        /// Where it came from.
        from: String,
        /// What is wrong.
        what: String,
    },
    /// The outcomes can't be written.
    Write {
        /// Their file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl fmt::Display for WarmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, .. } => write!(f, "can't read {}", path.display()),
            Self::Client(_) => f.write_str("can't make requests"),
            Self::Unreachable { url, .. } => write!(f, "can't get {url}"),
            Self::Source { from, what } => write!(f, "can't use {from}: {what}"),
            Self::Write { path, .. } => write!(f, "can't write {}", path.display()),
        }
    }
}

impl Error for WarmError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
            Self::Client(source) | Self::Unreachable { source, .. } => Some(source),
            Self::Source { .. } => None,
        }
    }
}
