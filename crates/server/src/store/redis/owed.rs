//! Invalidations that Redis has not been told of.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing::info;

use super::super::Change;
use super::Inner;

/// With more than this, all of them become one that names everything.
const MOST: usize = 1000;

/// How often it is tried to tell them.
const PERIOD: Duration = Duration::from_millis(100);

/// Tells them as soon as Redis is back, also where nobody asks for anything. Ends with the store.
pub(super) async fn pay(inner: Arc<Inner>) {
    loop {
        tokio::time::sleep(PERIOD).await;
        if !inner.owed.is_empty() && inner.tell_owed().await.is_ok() {
            info!("the store is told of the invalidations that it had missed");
        }
    }
}

/// In order, each with a number of its own. Nothing is trusted until they are told.
#[derive(Default)]
pub(super) struct Owed {
    changes: Mutex<VecDeque<(u64, Change)>>,
    count: AtomicU64,
    /// One replays at a time.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Owed {
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    pub(super) fn push(&self, change: Change) {
        let mut changes = self.lock();
        if changes.len() == MOST {
            // Their writes bar what they bar until their leases end.
            changes.clear();
            let all = Change { marks: vec!["*".into()], told: "*".into(), ..Change::default() };
            changes.push_back((self.number(), all));
        }
        changes.push_back((self.number(), change));
    }

    /// The first one, which is owed until it is [`settled`](Self::settle): who tells it may fail, or be given up.
    pub(super) fn first(&self) -> Option<(u64, Change)> {
        self.lock().front().cloned()
    }

    /// It is told.
    pub(super) fn settle(&self, number: u64) {
        self.lock().pop_front_if(|(first, _)| *first == number);
    }

    fn number(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<(u64, Change)>> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
