//! What may be wrong with a store.

use std::error::Error;
use std::fmt;

use crate::error::BoxError;

/// A store that can't be used now. The application is asked instead.
#[derive(Debug)]
pub enum StoreError {
    /// It is down, or does not answer in time.
    Unavailable(BoxError),
    /// It was down a moment ago, and was not asked again.
    Open,
    /// It said something that makes no sense.
    Malformed(&'static str),
    /// It forgot that a write was under way, and another one with the same key was done meanwhile.
    Forgotten,
}

impl StoreError {
    /// A stable name of what is wrong.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "store-unavailable",
            Self::Open => "store-circuit-open",
            Self::Malformed(_) => "store-malformed",
            Self::Forgotten => "store-forgotten",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(_) => f.write_str("the store does not answer"),
            Self::Open => f.write_str("the store did not answer a moment ago"),
            Self::Malformed(what) => write!(f, "the store's {what} can't be read"),
            Self::Forgotten => {
                f.write_str("the store forgot that this write was under way, and it was done twice: look at what came of it")
            }
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable(source) => Some(&**source),
            _ => None,
        }
    }
}
