//! A stored answer.

use bytes::Bytes;
use everfresh_core::time::Millis;
use http::{HeaderMap, StatusCode};

/// An answer as it is kept: whole, and nobody's in particular. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its status.
    pub status: StatusCode,
    /// Its headers, without those of a connection.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// What it is invalidated by.
    pub marks: Vec<String>,
    /// When it was generated.
    pub generated: Millis,
    /// Until when it is fresh.
    pub fresh_until: Millis,
    /// Until when it may be handed out stale while it is fetched anew.
    pub stale_while_revalidate_until: Millis,
    /// Until when it may be handed out stale where that fails.
    pub stale_if_error_until: Millis,
}

impl Entry {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 64);
        let marks = self.marks.iter().map(|mark| mark.len() + 24);
        256 + self.body.len() + headers.sum::<usize>() + marks.sum::<usize>()
    }

    /// The tags that it is invalidated by.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        everfresh_core::serve::tags_of_marks(&self.marks)
    }

    /// Until when it is of any use.
    pub fn ends(&self) -> Millis {
        self.fresh_until.max(self.stale_while_revalidate_until).max(self.stale_if_error_until)
    }
}
