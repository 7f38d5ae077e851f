//! The records of marks, in memory.

use std::collections::HashMap;

use everfresh_core::serve::TagRecord;
use everfresh_core::time::Millis;

use super::{Change, Fence};

/// The number of the last invalidation, and a record for each mark that was invalidated not too long ago.
#[derive(Debug)]
pub(super) struct Records {
    sequence: u64,
    /// What was asked for before this number counts no more: records of that time may have been forgotten.
    floor: u64,
    marks: HashMap<Box<str>, Kept>,
    most: usize,
    /// How long a record must be kept: nothing that it could concern is older.
    keep: Millis,
}

#[derive(Debug)]
struct Kept {
    record: TagRecord,
    touched: Millis,
}

impl Records {
    pub(super) fn new(most: usize, keep: Millis) -> Self {
        Self { sequence: 0, floor: 0, marks: HashMap::new(), most, keep }
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    pub(super) fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether what carries these marks and was asked for at `sequence` still counts.
    pub(super) fn keep(&self, marks: &[String], sequence: u64) -> bool {
        self.floor <= sequence
            && marks
                .iter()
                .filter_map(|mark| self.marks.get(mark.as_str()))
                .all(|kept| kept.record.keeps(sequence))
    }

    /// Whether what carries these marks and was asked for at `fence` may be stored.
    pub(super) fn admit(&self, marks: &[String], fence: Fence, now: Millis) -> bool {
        self.floor <= fence.sequence
            // An older one may have outlived the records that it should be checked against.
            && now.saturating_sub(fence.at) <= self.keep
            && marks
                .iter()
                .filter_map(|mark| self.marks.get(mark.as_str()))
                .all(|kept| kept.record.admits(fence.sequence, fence.at, now))
    }

    pub(super) fn begin(&mut self, marks: &[String], now: Millis, lease: Millis) {
        self.sequence += 1;
        let sequence = self.sequence;
        for mark in marks {
            self.record(mark, now).begin(sequence, now, lease);
        }
        self.prune(now);
    }

    pub(super) fn invalidate(&mut self, change: &Change, now: Millis) {
        self.sequence += 1;
        let sequence = self.sequence;
        for mark in &change.begun {
            self.record(mark, now).end(sequence);
        }
        for mark in &change.marks {
            self.record(mark, now).invalidate(sequence, now, change.settle);
        }
        self.prune(now);
    }

    fn record(&mut self, mark: &str, now: Millis) -> &mut TagRecord {
        let new = Kept { record: TagRecord::default(), touched: now };
        let kept = self.marks.entry(mark.into()).or_insert(new);
        kept.touched = now;
        &mut kept.record
    }

    /// Forgets what concerns nothing any more; where that is not enough, the older half, and what is as old with it.
    /// A record under a write that has not ended stays. In the mean it costs an invalidation two records.
    fn prune(&mut self, now: Millis) {
        if self.marks.len() <= self.most {
            return;
        }
        let keep = self.keep;
        self.marks.retain(|_, kept| is_barred(kept, now) || now.saturating_sub(kept.touched) <= keep);
        if self.marks.len() <= self.most / 2 {
            return;
        }
        let mut sequences: Vec<u64> = self.marks.values().map(|kept| kept.record.sequence).collect();
        let middle = sequences.len() / 2;
        let (_, &mut median, _) = sequences.select_nth_unstable(middle);
        self.marks.retain(|_, kept| is_barred(kept, now) || kept.record.sequence > median);
        self.floor = self.floor.max(median);
    }
}

fn is_barred(kept: &Kept, now: Millis) -> bool {
    now < kept.record.settled_at || kept.record.writers > 0 && now < kept.record.lease_until
}
