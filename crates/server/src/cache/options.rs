//! What can be set.

use std::time::Duration;

use everfresh_core::time::Millis;

use crate::clock::Clock;

/// Settings of a [`CacheLayer`](super::CacheLayer).
#[derive(Debug, Clone)]
pub struct CacheOptions {
    /// The largest body that is stored, in bytes. What is cached is read whole before it is handed on, up to this.
    pub max_entry_bytes: usize,
    /// How long the body of an answer may take; after that it is handed on as it comes, and not stored.
    pub body_timeout: Duration,
    /// How long a request waits for another one of the same answer. After that it goes on alone, and a new one leads.
    pub join_timeout: Duration,
    /// How long it is remembered of a URL that its answer can't be cached, in milliseconds: requests for it don't wait for
    /// each other.
    pub uncacheable_for: Millis,
    /// By which share of it the time that an answer is fresh is shortened at random.
    pub jitter: f64,
    /// The longest that a write bars what it may touch where its end is never heard of, in milliseconds.
    pub write_lease: Millis,
    /// How long replicas of the database may lag, in milliseconds: what is read within it after a write is not stored.
    pub settle: Millis,
    /// What time it is.
    pub clock: Clock,
}

impl Default for CacheOptions {
    fn default() -> Self {
        Self {
            max_entry_bytes: 1024 * 1024,
            body_timeout: Duration::from_secs(30),
            join_timeout: Duration::from_secs(5),
            uncacheable_for: 60_000,
            jitter: 0.1,
            write_lease: 60_000,
            settle: 0,
            clock: Clock::system(),
        }
    }
}
