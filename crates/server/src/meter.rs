//! Counting what a cache does, by the core's recorder.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use everfresh_core::metrics::{Counter, Dimension, Group, Groups, History, Places, Recorder, target_groups};
use everfresh_core::policy::Policy;
use everfresh_core::time::Millis;

use crate::flags::{ServerFlag, Switches};
use crate::store::Entry;

/// Lanes, so that threads seldom wait for each other.
const MOST: usize = 16;

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// The lane of a thread.
    static LANE: usize = NEXT.fetch_add(1, Ordering::Relaxed);
}

/// What a [`CacheLayer`](crate::CacheLayer) counts by: one for all of its services. For an answer from the cache nothing is
/// allocated, and one lock is taken that no other thread is likely to hold.
pub(crate) struct Meter {
    policy: Arc<Policy>,
    switches: Arc<Switches>,
    lanes: Box<[Mutex<Lane>]>,
}

/// What an operation is counted as.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation {
    Read,
    Write,
    Invalidate,
}

struct Lane {
    recorder: Recorder,
    places: Places,
    server: Group,
    backend: Group,
    operations: [Group; 3],
}

impl Meter {
    pub(crate) fn new(policy: Arc<Policy>, switches: Arc<Switches>) -> Self {
        let lanes = available_parallelism().map_or(1, usize::from).min(MOST);
        Self { policy, switches, lanes: (0..lanes).map(|_| Mutex::new(Lane::new())).collect() }
    }

    /// One that counts nothing.
    pub(crate) fn silent(&self) -> Self {
        Self { policy: Arc::clone(&self.policy), switches: Arc::clone(&self.switches), lanes: Box::default() }
    }

    /// The rules that it groups by.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// All that was counted since the last time.
    pub(crate) fn drain(&self) -> History {
        let mut history = History::default();
        for lane in &self.lanes {
            let text = {
                let mut lane = lock(lane);
                if lane.recorder.is_empty() {
                    continue;
                }
                let text = lane.recorder.encode();
                lane.recorder.renew();
                text
            };
            if let Some(counted) = History::decode(&text) {
                history.merge(&counted);
            }
        }
        history
    }

    /// A read was answered from the cache.
    pub(crate) fn hit(&self, now: Millis, url: &str, entry: &Entry, took: Duration) {
        let Some(mut lane) = self.lane(now) else { return };
        let place = lane.tagged(&self.policy, url, entry);
        let groups = lane.with(place, lane.server, Operation::Read);
        lane.add(&groups, Counter::Hits, 1);
        lane.add(&groups, Counter::StaleHits, u32::from(now >= entry.fresh_until));
        lane.recorder.time(groups.as_slice(), millis(took));
    }

    /// A read has to go to the backend, or joins one that does.
    pub(crate) fn miss(&self, now: Millis, url: &str) {
        self.note(now, url, Counter::Misses);
    }

    /// Something that concerns the backend, of a read.
    pub(crate) fn note(&self, now: Millis, url: &str, counter: Counter) {
        let Some(mut lane) = self.lane(now) else { return };
        let groups = lane.of_backend(&self.policy, url, Operation::Read);
        lane.add(&groups, counter, 1);
    }

    /// An answer was stored.
    pub(crate) fn stored(&self, now: Millis, url: &str, entry: &Entry) {
        let Some(mut lane) = self.lane(now) else { return };
        let place = lane.tagged(&self.policy, url, entry);
        let groups = lane.with(place, lane.server, Operation::Read);
        lane.add(&groups, Counter::Stores, 1);
        lane.add(&groups, Counter::StoredKilobytes, kilobytes(entry.body.len()));
    }

    /// A request to the backend has ended.
    pub(crate) fn asked(&self, now: Millis, url: &str, operation: Operation, failed: bool, took: Duration) {
        let Some(mut lane) = self.lane(now) else { return };
        let groups = lane.of_backend(&self.policy, url, operation);
        lane.add(&groups, Counter::Requests, 1);
        lane.add(&groups, Counter::Errors, u32::from(failed));
        lane.add(&groups, Counter::Writes, u32::from(matches!(operation, Operation::Write)));
        lane.recorder.time(groups.as_slice(), millis(took));
    }

    /// These targets were invalidated, a value of `X-Cache-Invalidate`.
    pub(crate) fn invalidated(&self, now: Millis, targets: &str) {
        if targets.is_empty() {
            return;
        }
        let Some(mut lane) = self.lane(now) else { return };
        let operation = lane.operations[Operation::Invalidate as usize];
        let mut groups = target_groups(&mut lane.recorder, operation, targets);
        groups.push(lane.server);
        lane.add(&groups, Counter::Invalidations, 1);
    }

    fn lane(&self, now: Millis) -> Option<MutexGuard<'_, Lane>> {
        if self.lanes.is_empty() || !self.switches.is_on_at_all(ServerFlag::Metrics) {
            return None;
        }
        let mut lane = lock(&self.lanes[LANE.with(|lane| lane % self.lanes.len())]);
        lane.recorder.tick(now);
        Some(lane)
    }
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meter").field("lanes", &self.lanes.len()).finish_non_exhaustive()
    }
}

impl Lane {
    fn new() -> Self {
        let mut recorder = Recorder::new();
        let [server, backend] = ["server", "backend"].map(|name| recorder.group(Dimension::Layer, name));
        let operations =
            ["read", "write", "invalidate"].map(|name| recorder.group(Dimension::Operation, name));
        Self { recorder, places: Places::new(), server, backend, operations }
    }

    /// What a request to the backend is counted for.
    fn of_backend(&mut self, policy: &Policy, url: &str, operation: Operation) -> Groups {
        let place = self.places.groups(&mut self.recorder, policy, url);
        self.with(place, self.backend, operation)
    }

    fn tagged(&mut self, policy: &Policy, url: &str, entry: &Entry) -> Groups {
        self.places.tagged(&mut self.recorder, policy, url, entry.tags())
    }

    fn with(&self, mut place: Groups, layer: Group, operation: Operation) -> Groups {
        place.push(layer);
        place.push(self.operations[operation as usize]);
        place
    }

    fn add(&mut self, groups: &Groups, counter: Counter, count: u32) {
        self.recorder.count(groups.as_slice(), counter, count);
    }
}

fn lock(lane: &Mutex<Lane>) -> MutexGuard<'_, Lane> {
    lane.lock().unwrap_or_else(PoisonError::into_inner)
}

fn kilobytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1000)).unwrap_or(u32::MAX)
}

fn millis(time: Duration) -> Millis {
    Millis::try_from(time.as_millis()).unwrap_or(Millis::MAX)
}
