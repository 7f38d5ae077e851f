//! Which keys are under way.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A key is under way for as long as this is held.
pub struct Claim(Option<Box<dyn FnOnce() + Send>>);

impl Claim {
    /// One that does this when it ends.
    pub fn new(release: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(release)))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            release();
        }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claim")
    }
}

/// The keys that are under way in this process: enough where it is the only one.
#[derive(Debug, Clone, Default)]
pub struct Claims(Arc<Mutex<HashSet<String>>>);

impl Claims {
    /// Takes a key; `None` where it is under way.
    pub fn take(&self, key: &str) -> Option<Claim> {
        if !self.with(|keys| keys.insert(key.to_owned())) {
            return None;
        }
        let (claims, key) = (self.clone(), key.to_owned());
        Some(Claim::new(move || {
            claims.with(|keys| keys.remove(&key));
        }))
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
