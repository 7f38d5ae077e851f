//! Why a load test could not be made.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// What kept it from being made.
#[derive(Debug)]
pub(crate) enum LoadError {
    /// A file can't be read.
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The scenarios are malformed.
    Scenarios {
        /// Where in the document.
        at: String,
        /// What is wrong there.
        what: String,
    },
    /// A report can't be written.
    Write {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Requests can't be made.
    Client(reqwest::Error),
    /// What no answer came from at all.
    Unreachable {
        /// The server.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, .. } => write!(f, "can't read {}", path.display()),
            Self::Scenarios { at, what } => write!(f, "can't use the scenarios: {at}: {what}"),
            Self::Write { path, .. } => write!(f, "can't write {}", path.display()),
            Self::Client(_) => f.write_str("can't make requests"),
            Self::Unreachable { url, .. } => write!(f, "nobody answers at {url} (is the server up?)"),
        }
    }
}

impl Error for LoadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
            Self::Client(source) | Self::Unreachable { source, .. } => Some(source),
            Self::Scenarios { .. } => None,
        }
    }
}
