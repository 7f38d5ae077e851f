//! What can be set.

use std::time::Duration;

use everfresh_core::time::Millis;

/// Settings of a [`RedisStore`](super::RedisStore).
#[derive(Debug, Clone)]
pub struct RedisStoreOptions {
    /// Whose entries and invalidations these are: applications with another one know nothing of them.
    pub namespace: String,
    /// How long Redis may take for an answer.
    pub timeout: Duration,
    /// For how long it is not asked after it has given none.
    pub cooldown: Duration,
    /// How long anything is kept at most, in milliseconds.
    pub max_age: Millis,
    /// For how long nothing is stored in a Redis that has just begun, or has lost everything, in milliseconds: instances that
    /// could not reach it may still have invalidations to tell.
    pub grace: Millis,
    /// How many bytes of copies are kept in this process, about; 0: none. A copy saves the transfer of a body: the number of
    /// invalidations is still asked for each time.
    pub near_bytes: u64,
}

impl Default for RedisStoreOptions {
    fn default() -> Self {
        Self {
            namespace: "everfresh".into(),
            timeout: Duration::from_millis(500),
            cooldown: Duration::from_secs(1),
            max_age: 24 * 60 * 60 * 1000,
            grace: 3000,
            near_bytes: 0,
        }
    }
}
