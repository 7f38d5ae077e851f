//! Why the proxy did not start.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use everfresh_server::LayerError;
use everfresh_server::store::StoreError;

/// What kept the proxy from serving.
#[derive(Debug)]
pub(crate) enum ProxyError {
    /// The rules document can't be read.
    Config {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The rules document is malformed; the source names the path in it.
    Rules {
        /// Its file.
        path: PathBuf,
        /// Why.
        source: LayerError,
    },
    /// An option can't be used.
    Option {
        /// Its name.
        name: &'static str,
        /// Why.
        source: LayerError,
    },
    /// What an option names can't be a store.
    Store {
        /// The option's name.
        name: &'static str,
        /// Why.
        source: StoreError,
    },
    /// The address can't be listened on.
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

impl ProxyError {
    /// What the process ends with: 2 where what it was given can't be used, as for a malformed command line.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Listen { .. } => ExitCode::FAILURE,
            _ => ExitCode::from(2),
        }
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config { path, .. } => write!(f, "can't read the rules in {}", path.display()),
            Self::Rules { path, .. } => write!(f, "can't use the rules in {}", path.display()),
            Self::Option { name, .. } | Self::Store { name, .. } => write!(f, "can't use {name}"),
            Self::Listen { address, .. } => write!(f, "can't listen on {address}"),
        }
    }
}

impl Error for ProxyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Config { source, .. } | Self::Listen { source, .. } => Some(source),
            Self::Rules { source, .. } | Self::Option { source, .. } => Some(source),
            Self::Store { source, .. } => Some(source),
        }
    }
}
