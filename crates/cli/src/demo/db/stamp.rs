//! What tells one state of an answer from the next.

use rusqlite::Connection;

use super::DbError;

/// A validator and a time, for `ETag` and `Last-Modified`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// A weak entity tag (RFC 9110, section 8.8.3).
    pub(crate) etag: String,
    /// Time of the last change, in milliseconds since the Unix epoch.
    pub(crate) updated_at: i64,
}

impl Stamp {
    /// The stamp of `name` (such as `scene-7`) at this version. Versions begin anew when the content is
    /// reset, so the content's generation is part of it.
    pub(crate) fn new(db: &Connection, name: &str, version: i64, updated_at: i64) -> Result<Self, DbError> {
        let generation: String = db.query_row("SELECT generation FROM meta", [], |row| row.get(0))?;
        Ok(Self { etag: format!("W/\"{generation}-{name}-{version}\""), updated_at })
    }
}

/// A value and its stamp.
#[derive(Debug, Clone)]
pub(crate) struct Stamped<T> {
    /// What is answered.
    pub(crate) value: T,
    /// Its state.
    pub(crate) stamp: Stamp,
}
