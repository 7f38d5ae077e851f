//! The store of one process.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use everfresh_core::time::Millis;
use futures_util::FutureExt;
use futures_util::future::ready;
use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, Lifecycle, Weighter};
use tokio::sync::broadcast;

use super::budget::{Budget, Share};
use super::feed::Ring;
use super::records::Records;
use super::{Answer, Change, Cursor, Entry, Event, Fence, Published, Replay, Store};
use crate::clock::Clock;

/// Bounds of a [`MemoryStore`].
#[derive(Debug, Clone)]
pub struct MemoryStoreOptions {
    /// How many bytes all entries may take, about.
    pub max_bytes: u64,
    /// What entries of one kind may take of that; the first one that names an entry counts.
    pub budgets: Vec<Budget>,
    /// How many records of invalidations are kept; beyond that the older entries count no more.
    pub max_records: usize,
    /// How long anything is kept at most, in milliseconds.
    pub max_age: Millis,
    /// What time it is.
    pub clock: Clock,
}

impl Default for MemoryStoreOptions {
    fn default() -> Self {
        Self {
            max_bytes: 64 * 1024 * 1024,
            budgets: Vec::new(),
            max_records: 100_000,
            max_age: 24 * 60 * 60 * 1000,
            clock: Clock::system(),
        }
    }
}

/// Entries in memory, for an application of one process.
pub struct MemoryStore {
    entries: Cache<Box<str>, Arc<Held>, Weight, DefaultHashBuilder, Leaving>,
    shares: Vec<Arc<Share>>,
    state: RwLock<State>,
    events: broadcast::Sender<Event>,
    epoch: u64,
    max_age: Millis,
    clock: Clock,
}

struct State {
    records: Records,
    ring: Ring,
}

struct Held {
    entry: Arc<Entry>,
    sequence: u64,
    until: Millis,
    share: Option<Arc<Share>>,
}

#[derive(Clone)]
struct Weight;

impl Weighter<Box<str>, Arc<Held>> for Weight {
    fn weight(&self, key: &Box<str>, held: &Arc<Held>) -> u64 {
        weight(key, &held.entry)
    }
}

fn weight(key: &str, entry: &Entry) -> u64 {
    (key.len() + entry.size()) as u64
}

/// What has to go leaves its share too.
#[derive(Clone)]
struct Leaving;

impl Lifecycle<Box<str>, Arc<Held>> for Leaving {
    type RequestState = ();

    fn begin_request(&self) {}

    fn on_evict(&self, (): &mut (), key: Box<str>, held: Arc<Held>) {
        held.leave(&key);
    }
}

impl Held {
    fn leave(&self, key: &str) {
        if let Some(share) = &self.share {
            share.forget(key);
        }
    }
}

impl MemoryStore {
    /// An empty one.
    pub fn new(options: MemoryStoreOptions) -> Self {
        let epoch = fastrand::u64(..);
        let records = Records::new(options.max_records, options.max_age);
        Self {
            entries: Cache::with(1024, options.max_bytes, Weight, DefaultHashBuilder::default(), Leaving),
            shares: options.budgets.iter().map(Share::new).collect(),
            state: RwLock::new(State { records, ring: Ring::new(epoch) }),
            events: broadcast::channel(1024).0,
            epoch,
            max_age: options.max_age,
            clock: options.clock,
        }
    }

    /// How many bytes the entries take, about.
    pub fn bytes(&self) -> u64 {
        self.entries.weight()
    }

    /// How many records of invalidations there are.
    pub fn records(&self) -> usize {
        self.read().records.len()
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn get_now(&self, key: &str) -> Option<Arc<Entry>> {
        let held = self.entries.get(key)?;
        let counts = self.read().records.keep(&held.entry.marks, held.sequence);
        if counts && self.clock.now() < held.until {
            if let Some(share) = &held.share {
                share.touch(key);
            }
            return Some(Arc::clone(&held.entry));
        }
        if self.entries.remove_if(key, |now| Arc::ptr_eq(now, &held)).is_some() {
            held.leave(key);
        }
        None
    }

    fn publish_now(&self, key: &str, entry: Arc<Entry>, fence: Fence, keep: Millis) -> Published {
        let now = self.clock.now();
        // What is invalidated after this look is found out when it is read.
        if fence.epoch != self.epoch || !self.read().records.admit(&entry.marks, fence, now) {
            return Published::Late;
        }
        let until = now.saturating_add(keep).min(fence.at.saturating_add(self.max_age));
        let share = self.shares.iter().find(|share| share.is_of(&entry.marks)).cloned();
        let weight = weight(key, &entry);
        let held = Held { entry, sequence: fence.sequence, until, share: share.clone() };
        self.entries.insert(key.into(), Arc::new(held));
        for gone in share.map_or_else(Vec::new, |share| share.store(key, weight)) {
            self.entries.remove(&gone);
        }
        Published::Stored
    }

    fn fence_now(&self) -> Fence {
        Fence { epoch: self.epoch, sequence: self.read().records.sequence(), at: self.clock.now() }
    }

    fn invalidate_now(&self, change: &Change) -> Option<Cursor> {
        let now = self.clock.now();
        let mut state = self.write();
        state.records.invalidate(change, now);
        (!change.told.is_empty()).then(|| {
            let event = state.ring.push(&change.told);
            let cursor = event.cursor;
            // Under the lock, so that events go out in order. Nobody may listen.
            let _ = self.events.send(event);
            cursor
        })
    }
}

impl Store for MemoryStore {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn get<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Arc<Entry>>> {
        ready(Ok(self.get_now(key))).boxed()
    }

    fn fence(&self) -> Answer<'_, Fence> {
        ready(Ok(self.fence_now())).boxed()
    }

    fn publish<'a>(
        &'a self,
        key: &'a str,
        entry: Arc<Entry>,
        fence: Fence,
        keep: Millis,
    ) -> Answer<'a, Published> {
        ready(Ok(self.publish_now(key, entry, fence, keep))).boxed()
    }

    fn begin<'a>(&'a self, marks: &'a [String], lease: Millis) -> Answer<'a, ()> {
        let now = self.clock.now();
        self.write().records.begin(marks, now, lease);
        ready(Ok(())).boxed()
    }

    fn invalidate<'a>(&'a self, change: &'a Change) -> Answer<'a, Option<Cursor>> {
        ready(Ok(self.invalidate_now(change))).boxed()
    }

    fn since(&self, cursor: Option<Cursor>) -> Answer<'_, Replay> {
        ready(Ok(self.read().ring.since(cursor))).boxed()
    }

    fn listen(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn p10_what_others_push_out_leaves_its_budget() {
        let budgets = vec![Budget::new("search", 100_000).unwrap()];
        let store =
            MemoryStore::new(MemoryStoreOptions { max_bytes: 100_000, budgets, ..Default::default() });
        let publish = |key: &str, mark: &str| {
            let entry = Entry {
                status: http::StatusCode::OK,
                headers: http::HeaderMap::new(),
                body: bytes::Bytes::from_static(&[0; 1000]),
                marks: vec![mark.to_owned()],
                generated: 0,
                fresh_until: Millis::MAX,
                stale_while_revalidate_until: 0,
                stale_if_error_until: 0,
            };
            store.publish_now(key, Arc::new(entry), store.fence_now(), Millis::MAX);
        };
        let share = &store.shares[0];
        for n in 0..5 {
            publish(&format!("search{n}"), "tsearch");
        }
        assert!(share.bytes() > 5000);
        for n in 0..1000 {
            publish(&format!("other{n}"), "tother");
        }
        assert!((0..5).all(|n| store.get_now(&format!("search{n}")).is_none()));
        assert_eq!(share.bytes(), 0);
    }
}
