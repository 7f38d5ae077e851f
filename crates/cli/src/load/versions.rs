//! Read your writes: what was answered to a write is the least that is shown from then on, to everybody.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The newest versions that writes were answered with.
#[derive(Debug, Default)]
pub(crate) struct Versions(Mutex<HashMap<String, u64>>);

impl Versions {
    /// A write was answered.
    pub(crate) fn acknowledge(&self, name: String, version: u64) {
        let mut newest = self.lock();
        let known = newest.entry(name).or_default();
        *known = version.max(*known);
    }

    /// What is asked for now must be at least of this version; 0 where nothing was written.
    pub(crate) fn least(&self, name: &str) -> u64 {
        self.lock().get(name).copied().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        // Nothing that runs under the lock leaves it half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_the_newest_answer_to_a_write_counts() {
        let versions = Versions::default();
        assert_eq!(versions.least("a"), 0);
        versions.acknowledge("a".to_owned(), 3);
        versions.acknowledge("a".to_owned(), 2);
        assert_eq!((versions.least("a"), versions.least("b")), (3, 0));
    }
}
