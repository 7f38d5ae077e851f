//! Finding entries by a text: a key, a tag, or a place (origin and path).

use alloc::{rc::Rc, vec::Vec};
use core::cmp::Ordering;

use super::EntryId;

/// Members of a block at the most: what a change moves.
const BLOCK: usize = 256;

type Pair = (Rc<str>, EntryId);

/// Entries by text, in order, so that a beginning is a range. They are kept in blocks, none of them
/// empty: a list that is cheap to change, at a tenth of the code of a library's tree.
#[derive(Debug, Default)]
pub(super) struct Index {
    blocks: Vec<Vec<Pair>>,
}

impl Index {
    pub(super) fn add(&mut self, text: &Rc<str>, id: EntryId) {
        let (block, Err(at)) = self.place(text, id) else {
            return;
        };
        if self.blocks.is_empty() {
            self.blocks.push(Vec::new());
        }
        let members = &mut self.blocks[block];
        members.insert(at, (Rc::clone(text), id));
        if members.len() > BLOCK {
            let rest = members.split_off(BLOCK / 2);
            self.blocks.insert(block + 1, rest);
        }
    }

    pub(super) fn remove(&mut self, text: &str, id: EntryId) {
        let (block, Ok(at)) = self.place(text, id) else {
            return;
        };
        self.blocks[block].remove(at);
        if self.blocks[block].is_empty() {
            self.blocks.remove(block);
        }
    }

    pub(super) fn exact(&self, text: &str) -> Vec<EntryId> {
        self.range(text, false)
    }

    pub(super) fn starting_with(&self, beginning: &str) -> Vec<EntryId> {
        self.range(beginning, true)
    }

    fn range(&self, from: &str, longer: bool) -> Vec<EntryId> {
        let mut ids = Vec::new();
        let (block, at) = self.place(from, EntryId(0));
        let (Ok(mut at) | Err(mut at)) = at;
        for members in self.blocks.iter().skip(block) {
            for (text, id) in members.iter().skip(at) {
                if !text.starts_with(from) || (!longer && text.len() > from.len()) {
                    return ids;
                }
                ids.push(*id);
            }
            at = 0;
        }
        ids
    }

    /// The block for a pair, the last one that begins no later, and its place there: `Err` where it is
    /// not a member yet.
    fn place(&self, text: &str, id: EntryId) -> (usize, Result<usize, usize>) {
        let order = |pair: &Pair| (*pair.0).cmp(text).then(pair.1.cmp(&id));
        let begins_no_later = |members: &Vec<Pair>| order(&members[0]) != Ordering::Greater;
        let block = self.blocks.partition_point(begins_no_later).saturating_sub(1);
        let at = self.blocks.get(block).map_or(Err(0), |members| members.binary_search_by(order));
        (block, at)
    }
}
