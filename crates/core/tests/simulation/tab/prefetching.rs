//! What a tab keeps of its prefetches.

use std::collections::BTreeMap;

use everfresh_core::engine::{Input, PrefetchOutcome, ReadId, Trigger};

use super::{ORIGIN, Tab};
use crate::server::PATHS;

#[derive(Debug, Default)]
pub(crate) struct Prefetching {
    /// Which resources those are for that are not over.
    pub(crate) open: BTreeMap<ReadId, usize>,
    pub(crate) fetched: usize,
    pub(crate) first_uses: usize,
}

impl Prefetching {
    pub(super) fn end(&mut self, read: ReadId, outcome: PrefetchOutcome) {
        assert!(self.open.remove(&read).is_some(), "it ends once");
        self.fetched += usize::from(outcome == PrefetchOutcome::Fetched);
    }
}

impl Tab {
    pub(crate) fn prefetch(&mut self, resource: usize, b: usize) -> Input {
        let read = ReadId(self.next_id());
        self.prefetching.open.insert(read, resource);
        let url = format!("{ORIGIN}{}", PATHS[resource]);
        Input::Prefetch {
            read,
            url,
            trigger: Trigger::ALL[b % Trigger::ALL.len()],
            priority: (b % 256) as u8,
        }
    }
}
