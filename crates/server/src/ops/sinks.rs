//! Whom alerts are told to.

use everfresh_core::health::{Change, Severity, State};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use tracing::{error, info, warn};

/// Somebody who is told what becomes of alerts. One after the other: while one takes long, up to 64 wait.
pub trait AlertSink: Send + Sync + 'static {
    /// Something became of an alert.
    fn tell<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, ()>;
}

/// Tells the log: what is raised or gets worse by its severity, and the rest as information.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogSink;

impl AlertSink for LogSink {
    fn tell<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, ()> {
        let (alert, state) = (&change.alert, change.state.name());
        let (kind, id) = (alert.kind.name(), alert.id);
        let (severity, value, bound) = (alert.severity.name(), alert.value, alert.bound);
        let is_over = matches!(change.state, State::Cleared | State::Acknowledged);
        match alert.severity {
            _ if is_over => info!(state, kind, severity, id, value, bound, "alert"),
            Severity::Info => info!(state, kind, severity, id, value, bound, "alert"),
            Severity::Warning => warn!(state, kind, severity, id, value, bound, "alert"),
            Severity::Error | Severity::Critical => {
                error!(state, kind, severity, id, value, bound, "alert");
            }
        }
        ready(()).boxed()
    }
}
