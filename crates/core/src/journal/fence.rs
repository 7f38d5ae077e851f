//! The journal positions that a document knew when it sent a request.

use alloc::{rc::Rc, string::String, vec::Vec};

use crate::text::{cut, pieces, push_number, shared, small_number};

/// A vector of journal positions, with the document's own count of what it had applied by then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// How many records the document had applied: orders requests and records within it.
    pub applied: u64,
    /// The newest number known of each journal, for other documents to compare.
    pub positions: Rc<Vec<(Rc<str>, u32)>>,
}

impl Fence {
    /// The newest number known of `journal`.
    pub fn position(&self, journal: &str) -> u32 {
        self.positions.iter().find(|(id, _)| **id == *journal).map_or(0, |(_, number)| *number)
    }

    /// `id:number`, with commas between.
    pub fn encode(&self) -> String {
        let mut out = String::new();
        for (id, number) in self.positions.iter() {
            if !out.is_empty() {
                out.push(',');
            }
            out.push_str(id);
            out.push(':');
            push_number(&mut out, u64::from(*number));
        }
        out
    }

    /// The fence of a text; `applied` is 0, since it means nothing in another document.
    pub fn decode(text: &str) -> Option<Self> {
        let mut positions = Vec::new();
        for part in pieces(text, ',') {
            if !part.is_empty() {
                let (id, number) = cut(part, ':')?;
                positions.push((shared(id), small_number(number)?));
            }
        }
        Some(Self { applied: 0, positions: Rc::new(positions) })
    }
}
