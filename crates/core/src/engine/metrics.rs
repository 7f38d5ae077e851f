//! Metrics: how often what happened, since the document's start.

use super::event::{Event, Source};
use super::{Effect, Engine};
use crate::text::shared;

/// Counters of events.
#[derive(Debug, Clone, Default)]
pub struct Metrics {
    counts: [u32; 14],
}

impl Metrics {
    /// What is counted, in the order of [`counts`](Self::counts).
    pub const NAMES: [&'static str; 14] = [
        "memoryHits",
        "storageHits",
        "staleHits",
        "misses",
        "joined",
        "stores",
        "lateFills",
        "revalidations",
        "invalidations",
        "invalidated",
        "evictions",
        "mutationsDone",
        "mutationsFailed",
        "problems",
    ];

    /// The counters, which stay at the highest number that they can hold.
    pub fn counts(&self) -> [u32; 14] {
        self.counts
    }

    /// Counts an event.
    pub(super) fn count(&mut self, event: &Event) {
        match event {
            Event::Hit { source, stale, .. } => {
                self.add(usize::from(*source == Source::Storage), 1);
                self.add(2, u32::from(*stale));
            }
            Event::Miss { joined, .. } => self.add(3 + usize::from(*joined), 1),
            Event::Store { .. } => self.add(5, 1),
            Event::LateFill { .. } => self.add(6, 1),
            Event::Revalidate { .. } => self.add(7, 1),
            Event::Invalidate { count, .. } => {
                self.add(8, 1);
                self.add(9, *count);
            }
            Event::Evict { .. } => self.add(10, 1),
            Event::Mutation { state: "done", .. } => self.add(11, 1),
            Event::Mutation { state: "failed" | "dead", .. } => self.add(12, 1),
            Event::Problem { .. } => self.add(13, 1),
            Event::StaleIfError { .. }
            | Event::Persist { .. }
            | Event::Scope { .. }
            | Event::Prefetch { .. }
            | Event::Mutation { .. } => {}
        }
    }

    fn add(&mut self, at: usize, more: u32) {
        self.counts[at] = self.counts[at].saturating_add(more);
    }
}

impl Engine {
    /// How often what happened.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    #[inline(never)]
    pub(super) fn emit(&mut self, event: Event) {
        self.measures.count(&self.policy, &event, self.outbox.leads);
        self.emit_unmeasured(event);
    }

    /// Emits an event that is not measured here.
    #[inline(never)]
    pub(super) fn emit_unmeasured(&mut self, event: Event) {
        self.metrics.count(&event);
        self.push(Effect::Emit(event));
    }

    #[inline(never)]
    pub(super) fn problem(&mut self, code: &'static str, subject: &str) {
        self.emit(Event::Problem { code, subject: shared(subject) });
    }
}
