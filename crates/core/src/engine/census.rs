//! How much the engine holds, for the test that fills it to its bounds.

use alloc::{vec, vec::Vec};

use super::Engine;
use crate::text::pieces;

impl Engine {
    /// What can grow, and how large it is.
    pub fn census(&self) -> Vec<(&'static str, usize)> {
        let [entries, places, in_memory, bytes, stored] = self.store.census();
        let [contexts, names, sizes, risks] = self.census_of_ways();
        let positions = self.ledger.fence().positions;
        vec![
            ("entries", entries),
            ("places of entries", places),
            ("bodies in memory", in_memory),
            ("bytes in memory", bytes),
            ("size in storage", stored),
            ("records", self.journal.records.len()),
            ("targets in the journal", self.journal.records.iter().map(|record| record.members.len()).sum()),
            ("marks", self.ledger.census()),
            ("positions", pieces(&positions, ',').count()),
            ("suspects", self.suspects.census()),
            ("peers", self.peers.len()),
            ("flights", self.flights.len()),
            ("writes", self.writes.len()),
            ("mutations", self.mutations.len()),
            ("functions given up", self.outbox.given_up.len()),
            ("answers of mutations", self.mutations.iter().map(|mutation| mutation.answers.len()).sum()),
            ("edits", self.edits().count()),
            ("size of edits", self.edits().sum()),
            ("watches", self.watches.len()),
            ("prefetches that wait", self.prefetches.waiting.len()),
            ("sizes of prefetches", self.prefetches.recent.len()),
            ("contexts", contexts),
            ("bytes of contexts", names),
            ("sizes of templates", sizes),
            ("risks", risks),
            ("parked", self.parked.len()),
            ("loads", self.loads.len()),
            ("unscanned", self.unscanned.len()),
            ("unwritten", self.unwritten.len()),
            ("honoured", self.honoured.len()),
            ("names of groups", self.measures.census()[0]),
            ("text of minutes", self.measures.census()[1]),
            ("steps", self.log.census()),
        ]
    }

    fn edits(&self) -> impl Iterator<Item = usize> {
        self.mutations.iter().filter_map(|mutation| Some(mutation.stored.as_ref()?.size as usize))
    }
}
