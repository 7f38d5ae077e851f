//! A store, and a place of flags, whose steps can be held.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use everfresh_core::time::Millis;
use everfresh_server::ops::Saved;
use everfresh_server::store::{Answer, Change, Cursor, Entry, Event, Fence, Published, Replay, Store};
use everfresh_server::{FlagStore, MemoryFlags};
use tokio::sync::broadcast::Receiver;

use crate::support::{Gate, Time, memory};

/// A store whose numbers, and whose invalidations, can be held.
pub(crate) struct Held {
    store: Arc<dyn Store>,
    pub(crate) fences: Gate,
    pub(crate) changes: Gate,
}

impl Default for Held {
    fn default() -> Self {
        Self { store: memory(&Time::new()), fences: Gate::open(), changes: Gate::open() }
    }
}

impl Store for Held {
    fn name(&self) -> &'static str {
        self.store.name()
    }

    fn get<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Arc<Entry>>> {
        self.store.get(key)
    }

    fn fence(&self) -> Answer<'_, Fence> {
        Box::pin(async {
            self.fences.pass().await;
            self.store.fence().await
        })
    }

    fn publish<'a>(
        &'a self,
        key: &'a str,
        entry: Arc<Entry>,
        fence: Fence,
        keep: Millis,
    ) -> Answer<'a, Published> {
        self.store.publish(key, entry, fence, keep)
    }

    fn begin<'a>(&'a self, marks: &'a [String], lease: Millis) -> Answer<'a, ()> {
        self.store.begin(marks, lease)
    }

    fn invalidate<'a>(&'a self, change: &'a Change) -> Answer<'a, Option<Cursor>> {
        Box::pin(async {
            self.changes.pass().await;
            self.store.invalidate(change).await
        })
    }

    fn since(&self, cursor: Option<Cursor>) -> Answer<'_, Replay> {
        self.store.since(cursor)
    }

    fn listen(&self) -> Receiver<Event> {
        self.store.listen()
    }
}

/// Flags of which one look can be held, once it has read.
pub(crate) struct HeldFlags {
    flags: MemoryFlags,
    holds: AtomicBool,
    pub(crate) held: Gate,
}

impl Default for HeldFlags {
    fn default() -> Self {
        Self { flags: MemoryFlags::default(), holds: AtomicBool::default(), held: Gate::closed() }
    }
}

impl HeldFlags {
    pub(crate) fn hold_next(&self) {
        self.holds.store(true, Ordering::SeqCst);
    }
}

impl FlagStore for HeldFlags {
    fn load_flags(&self) -> Answer<'_, Saved> {
        Box::pin(async {
            let saved = self.flags.load_flags().await;
            if self.holds.swap(false, Ordering::SeqCst) {
                self.held.pass().await;
            }
            saved
        })
    }

    fn replace_flags<'a>(&'a self, version: u64, text: &'a str) -> Answer<'a, bool> {
        self.flags.replace_flags(version, text)
    }
}
