//! What time it is.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use everfresh_core::time::Millis;

/// Milliseconds since 1970, from the system or from a test.
#[derive(Clone)]
pub struct Clock(Option<Arc<dyn Fn() -> Millis + Send + Sync>>);

impl Clock {
    /// The system's.
    pub fn system() -> Self {
        Self(None)
    }

    /// One that says what `now` says.
    pub fn new(now: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    /// The time.
    pub fn now(&self) -> Millis {
        match &self.0 {
            Some(now) => now(),
            None => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
            }
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
