//! Finding entries by a text: a tag, or a place (origin and path).

use alloc::{collections::BTreeSet, rc::Rc, vec::Vec};

use super::EntryId;

/// Entries by text, in order, so that a beginning is a range.
#[derive(Debug, Default)]
pub(super) struct Index(BTreeSet<(Rc<str>, EntryId)>);

impl Index {
    pub(super) fn add(&mut self, text: Rc<str>, id: EntryId) {
        self.0.insert((text, id));
    }

    pub(super) fn remove(&mut self, text: Rc<str>, id: EntryId) {
        self.0.remove(&(text, id));
    }

    pub(super) fn exact(&self, text: &str) -> Vec<EntryId> {
        self.range(text, |found| *found == *text)
    }

    pub(super) fn starting_with(&self, beginning: &str) -> Vec<EntryId> {
        self.range(beginning, |found| found.starts_with(beginning))
    }

    fn range(&self, from: &str, belongs: impl Fn(&str) -> bool) -> Vec<EntryId> {
        let mut ids = Vec::new();
        for (text, id) in self.0.range((Rc::from(from), EntryId(0))..) {
            if !belongs(text) {
                break;
            }
            ids.push(*id);
        }
        ids
    }
}
