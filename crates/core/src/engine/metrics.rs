//! Metrics: how often what happened, since the document's start.

use alloc::rc::Rc;

use super::event::{Event, Source};
use super::log::Step;
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
            Event::Request { .. }
            | Event::Write { .. }
            | Event::StaleIfError { .. }
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
    /// Something happened of which whoever listens is told.
    #[inline(never)]
    pub(super) fn emit(&mut self, event: Event) -> Rc<Step> {
        self.measures.count(&self.policy, &event, self.outbox.leads);
        self.emit_unmeasured(event)
    }

    /// As [`emit`](Self::emit), of what is not measured here.
    #[inline(never)]
    pub(super) fn emit_unmeasured(&mut self, event: Event) -> Rc<Step> {
        self.metrics.count(&event);
        let causes = matches!(event, Event::Mutation { .. } | Event::Scope { .. });
        let step = self.log.note(event);
        if causes {
            self.log.because = Some(Rc::clone(&step));
        }
        self.push(Effect::Emit(Rc::clone(&step)));
        step
    }

    #[inline(never)]
    pub(super) fn problem(&mut self, code: &'static str, subject: &str) {
        self.emit(Event::Problem { code, subject: shared(subject) });
    }

    /// How often what happened.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }
}
