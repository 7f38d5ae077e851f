//! What a server's cache remembers of a mark: when it was last invalidated, and who is writing to it.

use crate::time::Millis;

/// The record of one mark.
///
/// Invalidations are numbered, and a request to the backend notes the number at which it was sent. What it brings counts
/// only while none of its marks has a later one. A write bars its marks from before it is forwarded until it has ended:
/// what is read meanwhile may be from before it or from after it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TagRecord {
    /// The number of the last invalidation.
    pub sequence: u64,
    /// How many writes are under way.
    pub writers: u32,
    /// When a write that has not ended is given up.
    pub lease_until: Millis,
    /// What was asked for before this may come from a replica that lags.
    pub settled_at: Millis,
}

impl TagRecord {
    /// A write to it begins, and bars it for `lease` at most.
    pub fn begin(&mut self, sequence: u64, now: Millis, lease: Millis) {
        if now >= self.lease_until {
            self.writers = 0;
        }
        self.sequence = sequence;
        self.writers = self.writers.saturating_add(1);
        self.lease_until = self.lease_until.max(now.saturating_add(lease));
    }

    /// A write to it has ended.
    pub fn end(&mut self, sequence: u64) {
        self.sequence = sequence;
        self.writers = self.writers.saturating_sub(1);
    }

    /// It is invalidated; replicas show it everywhere after `settle`.
    pub fn invalidate(&mut self, sequence: u64, now: Millis, settle: Millis) {
        self.sequence = sequence;
        self.settled_at = self.settled_at.max(now.saturating_add(settle));
    }

    /// Whether what was asked for at `sequence` still counts.
    pub fn keeps(&self, sequence: u64) -> bool {
        self.sequence <= sequence
    }

    /// Whether what was asked for at `sequence`, at the time `asked`, may be stored.
    pub fn admits(&self, sequence: u64, asked: Millis, now: Millis) -> bool {
        let written = self.writers > 0 && now < self.lease_until;
        self.keeps(sequence) && !written && asked >= self.settled_at
    }
}
