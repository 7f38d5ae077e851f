//! Why a load test could not be made.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

use fantoccini::error::NewSessionError;

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
    /// There are neither users nor pages.
    Nobody,
    /// A program that `--browser` needs is not found.
    Missing {
        /// Which.
        what: &'static str,
        /// The option that names it.
        option: &'static str,
    },
    /// The driver of browsers does not start.
    Driver {
        /// Its program.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A browser does not start.
    Browser {
        /// Its program.
        path: PathBuf,
        /// Why.
        source: Box<NewSessionError>,
    },
    /// A page can't be loaded, or has no everfresh in it.
    Page {
        /// Which.
        url: String,
        /// Why.
        what: String,
    },
    /// What no answer came from at all.
    Unreachable {
        /// The server.
        url: String,
        /// Why.
        source: reqwest::Error,
    },
}

impl LoadError {
    /// A stable name of what is wrong.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "load-unreadable",
            Self::Scenarios { .. } => "load-scenarios",
            Self::Write { .. } => "load-unwritable",
            Self::Client(_) => "load-client",
            Self::Nobody => "load-nobody",
            Self::Missing { .. } => "browser-missing",
            Self::Driver { .. } => "browser-driver",
            Self::Browser { .. } => "browser-failed",
            Self::Page { .. } => "browser-page",
            Self::Unreachable { .. } => "load-unreachable",
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code())?;
        match self {
            Self::Read { path, .. } => write!(f, "can't read {}", path.display()),
            Self::Scenarios { at, what } => write!(f, "can't use the scenarios: {at}: {what}"),
            Self::Write { path, .. } => write!(f, "can't write {}", path.display()),
            Self::Client(_) => f.write_str("can't make requests"),
            Self::Nobody => f.write_str("there are neither --users nor pages (--browser)"),
            Self::Missing { what, option } => write!(
                f,
                "there is no {what} on PATH: install Chromium and its driver (Debian: chromium and chromium-driver), or say \
                 where it is by {option}"
            ),
            Self::Driver { path, .. } => write!(f, "{} does not start", path.display()),
            Self::Browser { path, .. } => {
                write!(f, "{} does not start (is its driver of the same version?)", path.display())
            }
            Self::Page { url, what } => write!(f, "can't use the page {url}: {what}"),
            Self::Unreachable { url, .. } => write!(f, "nobody answers at {url} (is the server up?)"),
        }
    }
}

impl Error for LoadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } | Self::Driver { source, .. } => {
                Some(source)
            }
            Self::Browser { source, .. } => Some(source),
            Self::Client(source) | Self::Unreachable { source, .. } => Some(source),
            Self::Scenarios { .. } | Self::Nobody | Self::Missing { .. } | Self::Page { .. } => None,
        }
    }
}
