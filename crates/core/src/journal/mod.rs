//! The numbered record of a document's invalidations, as storage keeps it (P3, P4).
//!
//! The text of a journal is a version, its last number, when it grew last, and the newest claim of who is signed in,
//! then a line per record. Numbers are never used twice, also where records were pruned or collapsed.

mod claim;
mod fence;
mod ledger;
mod record;

use alloc::{rc::Rc, string::String, vec::Vec};

pub use claim::Claim;
pub use fence::Fence;
pub use ledger::{Ledger, Mark};
pub(crate) use record::name;
pub use record::{Kind, Record, WRITE_LIFETIME};

use crate::header::MAX_MEMBERS;
use crate::target::Member;
use crate::text::{cut, number, pieces, push_number, small_number};
use crate::time::Millis;

const VERSION: &str = "1";

/// Records that a journal keeps; one more collapses them into one that names everything (P10).
pub const MAX_RECORDS: usize = 256;

/// Targets that a journal names at the most, in all its records together.
const MAX_TARGETS: usize = 2_048;

/// A document's journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// The random name of the document.
    pub id: Rc<str>,
    /// The number of the newest record.
    pub head: u32,
    /// When a record or a claim of the document was added last.
    pub grown: Millis,
    /// The newest claim that the document knows: whoever reads a journal learns it.
    pub claim: Claim,
    /// What it holds, oldest first.
    pub records: Vec<Record>,
}

impl Journal {
    /// An empty journal.
    pub fn new(id: Rc<str>) -> Self {
        Self { id, head: 0, grown: 0, claim: Claim::default(), records: Vec::new() }
    }

    /// Appends a record under the next number; says whether records were dropped that nothing newer makes up for.
    ///
    /// Records of its kind that say no more than this one are dropped, and so are those older than
    /// `max_age`, which no entry can outlive; an intent stays until it is resolved. Over
    /// [`MAX_RECORDS`], or with too many targets, the invalidations collapse.
    pub fn append(&mut self, max_age: Millis, mut new: Record) -> bool {
        self.head += 1;
        // Others would not read more.
        if new.members.len() > MAX_MEMBERS {
            new = Record { of: new.of, ..Record::new(new.time, new.kind, new.origin, Member::everything()) };
        }
        new.enter(self.head);
        let now = new.time;
        self.grown = now;
        let mut expired = false;
        self.retain(&mut |record| {
            if record.kind == Kind::Intent {
                return true;
            }
            let ended = record.ends(max_age) <= now;
            expired |= ended;
            let says_no_more = record.kind == new.kind
                && record.of.is_none()
                && record.origin == new.origin
                && record.members.iter().all(|member| new.members.contains(member));
            !ended && !says_no_more
        });
        self.records.push(new);
        let mut targets = 0;
        for record in &self.records {
            targets += record.members.len();
        }
        let over = self.records.len() > MAX_RECORDS || targets > MAX_TARGETS;
        if over {
            self.collapse(now);
        }
        expired || over
    }

    /// Whether it still holds record `number`.
    pub fn holds(&self, number: u32) -> bool {
        self.records.binary_search_by_key(&number, |record| record.number).is_ok()
    }

    /// Takes back the intent `number`: how its write ended is known.
    pub fn resolve(&mut self, number: u32) {
        self.retain(&mut |record| record.kind != Kind::Intent || record.number != number);
    }

    /// Whether no record concerns anything any more, nor one that we have not seen: a journal that is empty may have
    /// grown since.
    pub fn is_expired(&self, now: Millis, max_age: Millis) -> bool {
        self.grown.saturating_add(max_age) <= now
            && self.records.iter().all(|record| record.ends(max_age) <= now)
    }

    /// The text for storage.
    pub fn encode(&self) -> String {
        let mut out = String::from(VERSION);
        out.push(' ');
        push_number(&mut out, u64::from(self.head));
        out.push(' ');
        push_number(&mut out, self.grown);
        if !self.claim.is_nothing() {
            out.push(' ');
            out.push_str(self.claim.text());
        }
        out.push('\n');
        for record in &self.records {
            out.push_str(&record.line);
            out.push('\n');
        }
        out
    }

    /// The journal of a text; `None` where it is none of ours, so that nothing it said is trusted to
    /// be known.
    pub fn decode(id: Rc<str>, text: &str) -> Option<Self> {
        let mut lines = pieces(text.strip_suffix('\n')?, '\n');
        let first = lines.next()?.strip_prefix(VERSION)?.strip_prefix(' ')?;
        let (head, rest) = cut(first, ' ')?;
        let (grown, claim) = cut(rest, ' ').unwrap_or((rest, ""));
        let (head, grown, claim) = (small_number(head)?, number(grown)?, Claim::new(claim));
        let mut records: Vec<Record> = Vec::new();
        for line in lines {
            let record = Record::decode(line)?;
            let in_order = records.last().is_none_or(|last| last.number < record.number);
            if !in_order || record.number > head {
                return None;
            }
            records.push(record);
        }
        Some(Self { id, head, grown, claim, records })
    }

    fn retain(&mut self, keep: &mut dyn FnMut(&Record) -> bool) {
        self.records.retain(keep);
    }

    /// One record for everything, after the writes that may yet be done, unless these are the many.
    fn collapse(&mut self, now: Millis) {
        let newest = self.head;
        self.retain(&mut |record| record.kind != Kind::Invalidation && record.number < newest);
        if self.records.len() > MAX_RECORDS / 2 {
            self.records.clear();
        }
        let mut everything = Record::new(now, Kind::Invalidation, None, Member::everything());
        everything.enter(self.head);
        self.records.push(everything);
    }
}

#[cfg(test)]
mod tests;
