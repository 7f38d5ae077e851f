//! Health: what metrics say of the last minutes, as alerts that are raised, change and are cleared.
//!
//! A [`Monitor`] is asked now and then ([`CHECK_EVERY`]) with what was measured within [`WINDOW`]. It has no clock and
//! does nothing by itself.

mod alert;
mod export;
mod monitor;
mod options;
#[cfg(test)]
mod tests;

pub use alert::{Alert, AlertType, Change, Severity, State};
pub use monitor::Monitor;
pub use options::{Bounds, MonitorOptions};

use crate::metrics::{Counter, History, Sums, last};
use crate::time::Millis;

/// How often it should be checked.
pub const CHECK_EVERY: Millis = 60_000;
/// What a check looks at.
pub const WINDOW: Millis = 5 * 60_000;

/// What a check looks at. Rates are from 0 to 1; `None` where there is nothing to divide by.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sample {
    /// Reads, and requests of writes.
    pub requests: u64,
    /// Reads that were answered from the cache, of all reads.
    pub hit_rate: Option<f64>,
    /// What failed, of all that was answered: from the cache, or by a request.
    pub error_rate: Option<f64>,
    /// Milliseconds within which 95 % of all that were asked had an answer, those from the cache included.
    pub response: Option<f64>,
    /// Invalidations, by reads.
    pub invalidation_rate: Option<f64>,
    /// The cache can't be used, and how bad that is.
    pub unavailable: Option<Severity>,
}

impl Sample {
    /// What a history says of the last [`WINDOW`].
    pub fn of(history: &History, now: Millis, unavailable: Option<Severity>) -> Self {
        Self { unavailable, ..Self::from_sums(&last(history, now, WINDOW / 60_000)) }
    }

    /// What was measured, of a cache that can be used.
    pub fn from_sums(sums: &Sums) -> Self {
        let get = |counter| sums.get(counter);
        let reads = get(Counter::Hits) + get(Counter::Misses);
        let answers = get(Counter::Hits) + get(Counter::Requests);
        Self {
            requests: reads + get(Counter::Writes),
            hit_rate: rate(get(Counter::Hits), reads),
            error_rate: rate(get(Counter::Errors), answers),
            response: sums.durations.percentile(95).map(|time| time as f64),
            invalidation_rate: rate(get(Counter::Invalidations), reads),
            unavailable: None,
        }
    }
}

fn rate(part: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}
