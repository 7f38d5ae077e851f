//! Finding entries by a text: a key, a tag, or a place (origin and path).

use alloc::{rc::Rc, vec::Vec};
use core::cmp::Ordering;

use super::EntryId;

/// Members of a block at the most: what a change moves.
const BLOCK: usize = 256;

type Pair = (Rc<str>, EntryId);

/// Entries by text, in order, so that a beginning is a range. They are kept in blocks, none of them
/// empty: a list that is cheap to change, at a fraction of the code of a tree.
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

    pub(super) fn remove(&mut self, text: &Rc<str>, id: EntryId) {
        let (block, Ok(at)) = self.place(text, id) else {
            return;
        };
        self.blocks[block].remove(at);
        if self.blocks[block].is_empty() {
            self.blocks.remove(block);
        }
    }

    pub(super) fn exact(&self, text: &str) -> Vec<EntryId> {
        let mut ids = Vec::new();
        self.find(text, false, &mut ids);
        ids
    }

    pub(super) fn starting_with(&self, beginning: &str) -> Vec<EntryId> {
        let mut ids = Vec::new();
        self.find(beginning, true, &mut ids);
        ids
    }

    /// Adds those of a text and, where `longer`, those of all that begin with it.
    pub(super) fn find(&self, from: &str, longer: bool, ids: &mut Vec<EntryId>) {
        let (block, at) = self.place(from, EntryId(0));
        let (Ok(mut at) | Err(mut at)) = at;
        for members in self.blocks.iter().skip(block) {
            for (text, id) in members.iter().skip(at) {
                if !text.starts_with(from) || (!longer && text.len() > from.len()) {
                    return;
                }
                ids.push(*id);
            }
            at = 0;
        }
    }

    /// The block for a pair, the last one that begins no later, and its place there: `Err` where it is
    /// not a member yet.
    fn place(&self, text: &str, id: EntryId) -> (usize, Result<usize, usize>) {
        let order = |pair: &Pair| compare(&pair.0, text).then(pair.1.cmp(&id));
        let begins_no_later = |members: &Vec<Pair>| order(&members[0]) != Ordering::Greater;
        let block = self.blocks.partition_point(begins_no_later).saturating_sub(1);
        let at = self.blocks.get(block).map_or(Err(0), |members| members.binary_search_by(order));
        (block, at)
    }
}

/// As texts compare; the long beginnings that they have in common are passed eight bytes at a time.
fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    while let (Some((first, rest)), Some((other, rest_of_other))) =
        (a.split_first_chunk(), b.split_first_chunk())
        && u64::from_ne_bytes(*first) == u64::from_ne_bytes(*other)
    {
        (a, b) = (rest, rest_of_other);
    }
    a.cmp(b)
}

#[cfg(test)]
mod tests {
    use alloc::{collections::BTreeSet, format, string::String};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_compare_as_the_library_has_it(
            same in "[a-c\u{80}-\u{ff}]{0,20}",
            a in "[a-c\u{80}-\u{ff}]{0,20}",
            b in "[a-c\u{80}-\u{ff}]{0,20}",
        ) {
            let (a, b) = (format!("{same}{a}"), format!("{same}{b}"));
            prop_assert_eq!(compare(&a, &b), a.cmp(&b));
        }

        /// Against a library's ordered set, over enough changes to split blocks and to empty them.
        #[test]
        fn it_finds_what_an_ordered_set_would(
            mut changes in prop::collection::vec((0..40_u32, 0..40_u32, prop::bool::weighted(0.8)), 0..2_000),
            clear in any::<bool>(),
        ) {
            if clear {
                let all: Vec<_> = changes.iter().map(|&(text, id, _)| (text, id, false)).collect();
                changes.extend(all);
            }
            let mut index = Index::default();
            let mut model = BTreeSet::new();
            for (text, id, add) in changes {
                let text = format!("t{text}");
                if add {
                    index.add(&Rc::from(text.as_str()), EntryId(id));
                    model.insert((text, EntryId(id)));
                } else {
                    index.remove(&Rc::from(text.as_str()), EntryId(id));
                    model.remove(&(text, EntryId(id)));
                }
            }
            prop_assert!(index.blocks.iter().all(|members| (1..=BLOCK).contains(&members.len())));
            prop_assert_eq!(index.blocks.iter().map(Vec::len).sum::<usize>(), model.len());
            let ids = |belongs: &dyn Fn(&String) -> bool| -> Vec<EntryId> {
                model.iter().filter(|(text, _)| belongs(text)).map(|(_, id)| *id).collect()
            };
            for text in ["", "t", "t0", "t1", "t19", "t3", "t39", "t4", "u"] {
                prop_assert_eq!(index.exact(text), ids(&|has| has == text));
                prop_assert_eq!(index.starting_with(text), ids(&|has| has.starts_with(text)));
            }
        }
    }
}
