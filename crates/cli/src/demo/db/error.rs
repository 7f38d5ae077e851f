//! Why the database gave no answer.

use std::error::Error;
use std::fmt;

/// A failed piece of work on the database.
#[derive(Debug)]
pub(crate) enum DbError {
    /// There is no such row.
    Missing,
    /// A row names a parent that is not there.
    NoParent {
        /// What kind of parent, such as `chapter`.
        kind: &'static str,
        /// The id that was given.
        id: i64,
    },
    /// The file was made by another version of the demo.
    Version {
        /// The version that it holds.
        found: i64,
    },
    /// SQLite failed.
    Sqlite(rusqlite::Error),
    /// The work was cut short by a panic or a stop of the server.
    Cancelled,
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::Missing,
            other => Self::Sqlite(other),
        }
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("no such row"),
            Self::NoParent { kind, id } => write!(f, "there is no {kind} {id}"),
            Self::Version { found } => {
                write!(f, "its layout is version {found}, which this server does not know")
            }
            Self::Sqlite(_) => f.write_str("SQLite failed"),
            Self::Cancelled => f.write_str("the work was cut short"),
        }
    }
}

impl Error for DbError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Sqlite(source) => Some(source),
            _ => None,
        }
    }
}
