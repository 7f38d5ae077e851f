//! Measure: what happens is counted by the minute, by layer, route, entity, tag and operation.

use alloc::{rc::Rc, string::String};

use super::event::{Cause, Event, Source};
use super::operation::Operation;
use super::prefetches::End;
use super::{Engine, FlightId};
use crate::entry::Entry;
use crate::metrics::{Counter, Dimension, Group, Groups, Places, Recorder, target_groups};
use crate::policy::Policy;
use crate::time::Millis;

/// A recorder, and what it counts for.
#[derive(Debug, Default)]
pub(super) struct Measures {
    recorder: Recorder,
    memory: Group,
    storage: Group,
    network: Group,
    operations: [Group; 5],
    places: Places,
}

impl Measures {
    /// Counts, unless it is not wanted.
    pub(super) fn new(wanted: bool) -> Self {
        if !wanted {
            return Self::default();
        }
        let mut recorder = Recorder::new();
        let [memory, storage, network] =
            ["memory", "storage", "network"].map(|name| recorder.group(Dimension::Layer, name));
        let operations = Operation::NAMES.map(|name| recorder.group(Dimension::Operation, name));
        Self { recorder, memory, storage, network, operations, places: Places::new() }
    }

    pub(super) fn tick(&mut self, now: Millis) {
        self.recorder.tick(now);
    }

    /// An answer was stored: what it is measured for from now on.
    pub(super) fn stored(
        &mut self,
        policy: &Policy,
        url: &str,
        tags: &[Rc<str>],
        size: u32,
    ) -> Option<Groups> {
        if self.places.is_empty() {
            return None;
        }
        let groups = self.places.tag(&mut self.recorder, policy, url, tags.iter().map(|tag| &**tag));
        let place = self.groups_of(policy, url);
        let counted = self.groups(place, self.memory, Operation::Read);
        self.add(&counted, Counter::Stores, 1);
        self.add(&counted, Counter::StoredKilobytes, size.div_ceil(1000));
        Some(groups)
    }

    /// A read was answered by an entry.
    pub(super) fn hit(
        &mut self,
        policy: &Policy,
        of: Option<Groups>,
        url: &str,
        source: Source,
        stale: bool,
    ) {
        if self.places.is_empty() {
            return;
        }
        let place = of.unwrap_or_else(|| self.groups_of(policy, url));
        let groups = self.groups(place, self.layer(source), Operation::Read);
        self.add(&groups, Counter::Hits, 1);
        self.add(&groups, Counter::StaleHits, u32::from(stale));
        self.recorder.time(groups.as_slice(), 0);
    }

    /// An invalidation that was made here has met an entry.
    pub(super) fn invalidated(&mut self, policy: &Policy, entry: &Entry) {
        if self.places.is_empty() {
            return;
        }
        let place = entry.groups.unwrap_or_else(|| self.groups_of(policy, entry.url.as_str()));
        let groups = self.groups(place, self.memory, Operation::Invalidate);
        self.add(&groups, Counter::Invalidated, 1);
    }

    /// Counts an event, unless one of the functions above does. What another document has done is counted there.
    pub(super) fn count(&mut self, policy: &Policy, event: &Event, leads: bool) {
        if self.places.is_empty() {
            return;
        }
        use Operation::{Mutate, Prefetch, Read};
        match event {
            Event::Miss { url, joined } => {
                let place = self.groups_of(policy, url);
                let groups = self.groups(place, self.network, Read);
                self.add(&groups, Counter::Misses, 1);
                self.add(&groups, Counter::Joined, u32::from(*joined));
            }
            Event::LateFill { url } => self.one(policy, url, self.network, Read, Counter::LateFills),
            Event::Revalidate { url } => self.one(policy, url, self.network, Read, Counter::Revalidations),
            Event::Invalidate { cause: Cause::Peer, .. } | Event::Invalidate { count: 0, .. } => {}
            Event::Invalidate { targets, .. } => {
                let operation = self.operations[Operation::Invalidate as usize];
                let groups = target_groups(&mut self.recorder, operation, targets);
                self.add(&groups, Counter::Invalidations, 1);
            }
            Event::Evict { url, source } => {
                self.one(policy, url, self.layer(*source), Read, Counter::Evictions);
            }
            Event::Prefetch { url, end, .. } => {
                let counter = match end {
                    None => Counter::Prefetches,
                    Some(End::Used) => Counter::PrefetchesUsed,
                    Some(_) => Counter::PrefetchesWasted,
                };
                self.one(policy, url, self.network, Prefetch, counter);
            }
            // Every document that knows a dead letter is told of it; one has sent it.
            Event::Mutation { url, state, .. } if *state == "failed" || (*state == "dead" && leads) => {
                self.one(policy, url, self.network, Mutate, Counter::Rollbacks);
            }
            Event::Hit { .. }
            | Event::Request { .. }
            | Event::Write { .. }
            | Event::Store { .. }
            | Event::StaleIfError { .. }
            | Event::Persist { .. }
            | Event::Scope { .. }
            | Event::Mutation { .. }
            | Event::Problem { .. } => {}
        }
    }

    /// A request has ended; its status is 0 where there was no answer.
    fn answered(&mut self, policy: &Policy, url: &str, operation: Operation, status: u16, took: Millis) {
        if self.places.is_empty() {
            return;
        }
        let place = self.groups_of(policy, url);
        let groups = self.groups(place, self.network, operation);
        self.add(&groups, Counter::Requests, 1);
        self.add(&groups, Counter::Errors, u32::from(status == 0 || status >= 500));
        self.add(&groups, Counter::Writes, u32::from(matches!(operation, Operation::Write)));
        self.recorder.time(groups.as_slice(), took);
    }

    fn one(&mut self, policy: &Policy, url: &str, layer: Group, operation: Operation, counter: Counter) {
        let place = self.groups_of(policy, url);
        let groups = self.groups(place, layer, operation);
        self.add(&groups, counter, 1);
    }

    fn add(&mut self, groups: &Groups, counter: Counter, count: u32) {
        self.recorder.count(groups.as_slice(), counter, count);
    }

    /// What can grow.
    #[cfg(feature = "sabotage")]
    pub(super) fn census(&self) -> [usize; 2] {
        self.recorder.census()
    }

    fn layer(&self, source: Source) -> Group {
        if source == Source::Memory { self.memory } else { self.storage }
    }

    /// What a URL is measured for, with a layer and an operation.
    fn groups(&self, mut place: Groups, layer: Group, operation: Operation) -> Groups {
        place.push(layer);
        place.push(self.operations[operation as usize]);
        place
    }

    fn groups_of(&mut self, policy: &Policy, url: &str) -> Groups {
        self.places.groups(&mut self.recorder, policy, url)
    }
}

impl Engine {
    /// What was measured in this document since the start, or since it was renewed (see
    /// [`Recorder::encode`]), with so many looks at what is there that the engine was not asked for.
    pub fn measured(&mut self, now: Millis, peeks: u32, renew: bool) -> String {
        let Measures { recorder, memory, operations, .. } = &mut self.measures;
        recorder.tick(now);
        recorder.count(&[*memory, operations[Operation::Read as usize]], Counter::Peeks, peeks);
        let text = if recorder.is_empty() { Default::default() } else { recorder.encode() };
        if renew {
            recorder.renew();
        }
        text
    }

    /// A request has ended; its status is 0 where there was no answer.
    #[inline(never)]
    pub(super) fn measure(&mut self, url: &str, operation: Operation, status: u16, took: Millis) {
        self.measures.answered(&self.policy, url, operation, status, took);
    }

    /// A read's request has ended.
    pub(super) fn measure_flight(&mut self, now: Millis, id: FlightId, status: u16) {
        if let Some(flight) = self.flights.get_mut(id) {
            let took = now.saturating_sub(flight.sent);
            let url = flight.asked.url.as_str();
            self.measures.answered(&self.policy, url, Operation::Read, status, took);
        }
    }
}
