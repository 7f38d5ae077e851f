//! Looking at the health again and again, and telling what becomes of alerts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use everfresh_core::health::{CHECK_EVERY, Change};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use super::sinks::{AlertSink, LogSink};
use super::{Inner, Ops};

/// How, and whom, [`Ops::start_monitoring`] tells.
#[derive(Clone)]
pub struct MonitoringOptions {
    /// How often the health is looked at; at once for the first time.
    pub every: Duration,
    /// Whom alerts are told to: the log, by default.
    pub sinks: Vec<Arc<dyn AlertSink>>,
}

impl Default for MonitoringOptions {
    fn default() -> Self {
        Self { every: Duration::from_millis(CHECK_EVERY), sinks: vec![Arc::new(LogSink)] }
    }
}

impl fmt::Debug for MonitoringOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("MonitoringOptions");
        debug.field("every", &self.every).field("sinks", &self.sinks.len()).finish()
    }
}

/// Monitoring that runs. It ends with this.
#[derive(Debug)]
#[must_use = "it ends when this is dropped"]
pub struct Monitoring(Vec<JoinHandle<()>>);

impl Drop for Monitoring {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

impl Ops {
    /// Looks at the health of this process now and then, and tells what becomes of alerts. To be called once, within a tokio
    /// runtime: an alert is raised after two bad looks in a row, whoever looks.
    pub fn start_monitoring(&self, options: MonitoringOptions) -> Monitoring {
        let told = |sink| tokio::spawn(tell(self.inner.health.changes(), sink));
        let mut tasks: Vec<JoinHandle<()>> = options.sinks.into_iter().map(told).collect();
        tasks.push(tokio::spawn(watch(Arc::clone(&self.inner), options.every)));
        Monitoring(tasks)
    }
}

async fn watch(ops: Arc<Inner>, every: Duration) {
    let mut ticks = interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        ops.health.check().await;
    }
}

async fn tell(mut changes: Receiver<Change>, sink: Arc<dyn AlertSink>) {
    loop {
        match changes.recv().await {
            Ok(change) => sink.tell(&change).await,
            Err(RecvError::Lagged(missed)) => warn!(missed, "alerts were not told: too many at once"),
            Err(RecvError::Closed) => return,
        }
    }
}
