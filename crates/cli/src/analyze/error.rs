//! Why nothing could be analysed.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// What kept it from being done.
#[derive(Debug)]
pub(crate) enum AnalyzeError {
    /// A file can't be read.
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no report.
    Report {
        /// Where it came from.
        from: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// Two reports of the same grouping.
    Twice(String),
    /// Requests can't be made.
    Client(reqwest::Error),
    /// The server can't be asked.
    Unreachable {
        /// What was asked for.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
    /// The server gives no report.
    Refused {
        /// What was asked for.
        url: String,
        /// Its status.
        status: u16,
    },
    /// The analysis can't be written.
    Write {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl fmt::Display for AnalyzeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, .. } => write!(f, "can't read {}", path.display()),
            Self::Report { from, .. } => write!(f, "{from} is no report of metrics"),
            Self::Twice(group) => write!(f, "there are two reports by {group}"),
            Self::Client(_) => f.write_str("can't make requests"),
            Self::Unreachable { url, .. } => write!(f, "nobody answers at {url} (is the server up?)"),
            Self::Refused { url, status: 401 } => write!(f, "{url} needs a token (--token)"),
            Self::Refused { url, status } => write!(f, "{url} answers with {status}"),
            Self::Write { path, .. } => write!(f, "can't write {}", path.display()),
        }
    }
}

impl Error for AnalyzeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
            Self::Report { source, .. } => Some(source),
            Self::Client(source) | Self::Unreachable { source, .. } => Some(source),
            Self::Twice(_) | Self::Refused { .. } => None,
        }
    }
}
