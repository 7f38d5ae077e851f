//! What was counted and timed.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

/// Longer than any answer may take. Microseconds.
const LONGEST: u64 = 3_600_000_000;

/// What became of one request.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) latency: Duration,
    /// The cache that answered a read.
    pub(crate) hit: Option<String>,
    pub(crate) is_read: bool,
    pub(crate) failure: Option<String>,
    /// What was older than it may be, and how.
    pub(crate) stale: Vec<String>,
}

impl Outcome {
    /// Of a request that took this long; nothing is known of it yet.
    pub(crate) fn new(latency: Duration) -> Self {
        Self { latency, hit: None, is_read: false, failure: None, stale: vec![] }
    }

    /// It did not come to a request.
    pub(crate) fn failed(latency: Duration, failure: String) -> Self {
        Self { failure: Some(failure), ..Self::new(latency) }
    }
}

/// Sums of outcomes.
#[derive(Debug, Clone)]
pub(crate) struct Stats {
    pub(crate) requests: u64,
    pub(crate) reads: u64,
    pub(crate) errors: u64,
    pub(crate) stale_reads: u64,
    /// Reads by the cache that answered.
    pub(crate) hits: BTreeMap<String, u64>,
    /// How often something went wrong.
    pub(crate) failures: BTreeMap<String, u64>,
    /// The first stale reads, in words.
    pub(crate) examples: Vec<String>,
    /// Microseconds.
    pub(crate) latency: Histogram<u64>,
}

/// Stale reads that are told.
const EXAMPLES: usize = 5;

/// An empty one of microseconds.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST, 3).expect("these bounds are in order")
}

/// Counts a time.
pub(crate) fn record(times: &mut Histogram<u64>, time: Duration) {
    let micros = u64::try_from(time.as_micros()).unwrap_or(LONGEST);
    times.saturating_record(micros.max(1));
}

impl Default for Stats {
    fn default() -> Self {
        Self {
            requests: 0,
            reads: 0,
            errors: 0,
            stale_reads: 0,
            hits: BTreeMap::new(),
            failures: BTreeMap::new(),
            examples: vec![],
            latency: histogram(),
        }
    }
}

impl Stats {
    pub(crate) fn count(&mut self, outcome: &Outcome) {
        self.requests += 1;
        self.reads += u64::from(outcome.is_read);
        self.stale_reads += u64::from(!outcome.stale.is_empty());
        if let Some(failure) = &outcome.failure {
            self.errors += 1;
            *self.failures.entry(failure.clone()).or_default() += 1;
        } else if outcome.is_read
            && let Some(cache) = &outcome.hit
        {
            *self.hits.entry(cache.clone()).or_default() += 1;
        }
        self.keep(&outcome.stale);
        record(&mut self.latency, outcome.latency);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.reads += other.reads;
        self.errors += other.errors;
        self.stale_reads += other.stale_reads;
        for (sums, others) in [(&mut self.hits, &other.hits), (&mut self.failures, &other.failures)] {
            for (name, count) in others {
                *sums.entry(name.clone()).or_default() += count;
            }
        }
        self.keep(&other.examples);
        self.latency.add(&other.latency).expect("both have the same bounds");
    }

    fn keep(&mut self, examples: &[String]) {
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(examples.iter().take(room).cloned());
    }
}
