//! The journal positions that a document knew when it sent a request.

use alloc::rc::Rc;

use crate::text::{cut, pieces, shared, small_number};

/// A vector of journal positions, with the document's own count of what it had applied by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// How many records the document had applied: orders requests and records within it.
    pub applied: u64,
    /// The newest number known of each journal, for other documents to compare: `id:number`, with commas between.
    pub positions: Rc<str>,
}

impl Fence {
    /// The fence of a stored text. `applied` is 0, since it means nothing in another document.
    pub fn stored(positions: &str) -> Self {
        Self { applied: 0, positions: shared(positions) }
    }

    /// The newest number known of `journal`; 0, which is before all records, where none is.
    pub fn position(&self, journal: &str) -> u32 {
        position(&self.positions, journal).unwrap_or(0)
    }
}

pub(super) fn position(positions: &str, journal: &str) -> Option<u32> {
    for part in pieces(positions, ',') {
        if let Some((id, number)) = cut(part, ':')
            && id == journal
        {
            return small_number(number);
        }
    }
    None
}
