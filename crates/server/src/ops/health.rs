//! How a process does: what it has counted within the last minutes, and whether its store answers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use everfresh_core::health::{Alert, Change, Monitor, MonitorOptions, Severity};
use serde_json::Value;
use tokio::sync::broadcast;

use super::ledger::Ledger;
use crate::store::Store;

/// Changes that wait for who is told of them.
const WAITING: usize = 64;

pub(super) struct Health {
    ledger: Arc<Ledger>,
    store: Arc<dyn Store>,
    monitor: Mutex<Monitor>,
    changes: broadcast::Sender<Change>,
}

impl Health {
    pub(super) fn new(ledger: Arc<Ledger>, store: Arc<dyn Store>, options: MonitorOptions) -> Self {
        let (monitor, changes) = (Mutex::new(Monitor::new(options)), broadcast::channel(WAITING).0);
        Self { ledger, store, monitor, changes }
    }

    /// What becomes of alerts.
    pub(super) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// The store's name, and whether it answers.
    pub(super) async fn store(&self) -> (&'static str, bool) {
        (self.store.name(), self.store.fence().await.is_ok())
    }

    /// Looks.
    pub(super) async fn check(&self) {
        let (_, available) = self.store().await;
        let sample = self.ledger.sample((!available).then_some(Severity::Critical));
        let changes = self.lock().check(self.ledger.now(), &sample);
        changes.into_iter().for_each(|change| self.tell_change(change));
    }

    /// Somebody has seen an alert; `false` where there is none of this id.
    pub(super) fn acknowledge(&self, id: u32) -> bool {
        let change = self.lock().acknowledge(id);
        if let Some(change) = change {
            self.tell_change(change);
        }
        self.lock().alerts().any(|alert| alert.id == id)
    }

    fn tell_change(&self, change: Change) {
        // Nobody may listen.
        let _ = self.changes.send(change);
    }

    pub(super) fn alerts(&self) -> Vec<Alert> {
        self.lock().alerts().copied().collect()
    }

    /// All that is known; its status is `unknown` before the first look.
    pub(super) fn tell(&self) -> Value {
        let monitor = self.lock();
        let mut told: Value = serde_json::from_str(&monitor.to_json()).unwrap_or_default();
        if monitor.checked().is_none() {
            told["status"] = "unknown".into();
        }
        told
    }

    fn lock(&self) -> MutexGuard<'_, Monitor> {
        self.monitor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
