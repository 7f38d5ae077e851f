//! Why the demo did not start, or ended.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use everfresh_server::LayerError;
use everfresh_server::store::StoreError;

use super::db::DbError;

/// What kept the demo from serving.
#[derive(Debug)]
pub(crate) enum DemoError {
    /// The rules document can't be read.
    Config {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The rules document is malformed.
    Rules(LayerError),
    /// The database can't be used.
    Database {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: DbError,
    },
    /// The metrics can't be kept.
    Metrics {
        /// Their file.
        path: PathBuf,
        /// Why.
        source: StoreError,
    },
    /// The flags can't be kept.
    Flags {
        /// Their file.
        path: PathBuf,
        /// Why.
        source: StoreError,
    },
    /// The token can't be used.
    Token(LayerError),
    /// The address can't be listened on.
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// Serving failed.
    Serve {
        /// Why.
        source: io::Error,
    },
}

impl fmt::Display for DemoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config { path, .. } => write!(f, "can't read the rules in {}", path.display()),
            Self::Rules(_) => f.write_str("can't use the rules"),
            Self::Database { path, .. } => write!(f, "can't use the database {}", path.display()),
            Self::Metrics { path, .. } => write!(f, "can't keep metrics in {}", path.display()),
            Self::Flags { path, .. } => write!(f, "can't keep flags in {}", path.display()),
            Self::Token(_) => f.write_str("can't use the token"),
            Self::Listen { address, .. } => write!(f, "can't listen on {address}"),
            Self::Serve { .. } => f.write_str("stopped serving"),
        }
    }
}

impl Error for DemoError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Config { source, .. } | Self::Listen { source, .. } | Self::Serve { source } => {
                Some(source)
            }
            Self::Rules(source) | Self::Token(source) => Some(source),
            Self::Metrics { source, .. } | Self::Flags { source, .. } => Some(source),
            Self::Database { source, .. } => Some(source),
        }
    }
}
