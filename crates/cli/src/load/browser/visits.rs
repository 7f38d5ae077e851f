//! What pages have seen of their loads and of their caches.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use super::super::report::Latency;
use super::super::stats::{histogram, record};

/// What `cache.metrics()` says of where reads were answered from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Metrics {
    pub(in super::super) memory_hits: u64,
    pub(in super::super) storage_hits: u64,
    /// Of both.
    pub(in super::super) stale_hits: u64,
    pub(in super::super) misses: u64,
    pub(in super::super) joined: u64,
    pub(in super::super) revalidations: u64,
    pub(in super::super) problems: u64,
}

/// Sums over pages.
#[derive(Debug, Clone)]
pub(in super::super) struct Visits {
    /// Microseconds.
    cached: Histogram<u64>,
    uncached: Histogram<u64>,
    metrics: Metrics,
}

/// What is told of them.
#[derive(Debug, Serialize)]
pub(in super::super) struct Seen {
    pub(in super::super) loads: ByCache,
    /// Where reads were answered from, those of the pages themselves too.
    pub(in super::super) metrics: Metrics,
}

/// Loads by whether they were answered from the page's cache.
#[derive(Debug, Serialize)]
pub(in super::super) struct ByCache {
    /// All reads were.
    pub(in super::super) cached: Loads,
    /// The others.
    pub(in super::super) uncached: Loads,
}

/// Loads of pages, from the beginning of the navigation until all is shown.
#[derive(Debug, Serialize)]
pub(in super::super) struct Loads {
    pub(in super::super) count: u64,
    pub(in super::super) latency: Option<Latency>,
}

impl Default for Visits {
    fn default() -> Self {
        Self { cached: histogram(), uncached: histogram(), metrics: Metrics::default() }
    }
}

impl Visits {
    /// A page has been loaded, and this is what its cache has counted until then.
    pub(super) fn loaded(&mut self, took: Duration, metrics: &Metrics) {
        let cached = metrics.misses + metrics.joined == 0 && metrics.memory_hits + metrics.storage_hits > 0;
        record(if cached { &mut self.cached } else { &mut self.uncached }, took);
    }

    /// A page has been left.
    pub(super) fn left(&mut self, metrics: &Metrics) {
        self.metrics.add(metrics);
    }

    pub(in super::super) fn add(&mut self, other: &Self) {
        for (sum, one) in [(&mut self.cached, &other.cached), (&mut self.uncached, &other.uncached)] {
            sum.add(one).expect("both have the same bounds");
        }
        self.metrics.add(&other.metrics);
    }

    pub(in super::super) fn seen(&self) -> Seen {
        let loads = |times: &Histogram<u64>| Loads { count: times.len(), latency: Latency::of(times) };
        let loads = ByCache { cached: loads(&self.cached), uncached: loads(&self.uncached) };
        Seen { loads, metrics: self.metrics.clone() }
    }
}

impl Metrics {
    fn add(&mut self, other: &Self) {
        self.memory_hits += other.memory_hits;
        self.storage_hits += other.storage_hits;
        self.stale_hits += other.stale_hits;
        self.misses += other.misses;
        self.joined += other.joined;
        self.revalidations += other.revalidations;
        self.problems += other.problems;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_cached_if_all_of_it_was() {
        let mut visits = Visits::default();
        let metrics =
            |storage_hits, misses, joined| Metrics { storage_hits, misses, joined, ..Metrics::default() };
        for (millis, metrics) in
            [(1, metrics(3, 0, 0)), (20, metrics(3, 1, 0)), (30, metrics(3, 0, 1)), (40, metrics(0, 0, 0))]
        {
            visits.loaded(Duration::from_millis(millis), &metrics);
        }
        let mut sum = visits.clone();
        sum.add(&visits);
        let seen = sum.seen().loads;
        assert_eq!((seen.cached.count, seen.uncached.count), (2, 6));
        let longest = |loads: &Loads| loads.latency.as_ref().map(|latency| latency.max.round());
        assert_eq!((longest(&seen.cached), longest(&seen.uncached)), (Some(1.0), Some(40.0)));
    }
}
