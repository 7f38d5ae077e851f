//! Which keys are under way.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// What came of it that a key was to be taken.
#[derive(Debug)]
pub enum Claimed {
    /// It is taken, for as long as this is held. It may have an answer already.
    Taken(Claim),
    /// A write with it is under way.
    Running,
    /// A write with it was begun, and nobody knows what came of it: it is not to be done again.
    Unsettled,
}

/// A key is under way for as long as this is held.
pub struct Claim {
    free: Option<BoxFuture<'static, ()>>,
    leave: Option<Box<dyn FnOnce() + Send>>,
}

impl Claim {
    /// `free` frees the key where it is known what came of its write; `leave` is done instead where that is not known.
    pub fn new(
        free: impl Future<Output = ()> + Send + 'static,
        leave: impl FnOnce() + Send + 'static,
    ) -> Self {
        Self { free: Some(free.boxed()), leave: Some(Box::new(leave)) }
    }

    /// It is known what came of the write: its answer is kept, or it had no effect.
    pub async fn settle(mut self) {
        self.leave = None;
        if let Some(free) = self.free.take() {
            free.await;
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(leave) = self.leave.take() {
            leave();
        }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claim")
    }
}

/// The keys that are under way in this process: enough where it is the only one, and what a write has done is undone where it
/// does not end.
#[derive(Debug, Clone, Default)]
pub struct Claims(Arc<Mutex<HashSet<String>>>);

impl Claims {
    /// Takes a key, which is free again when the write has ended, however it does.
    pub fn take(&self, key: &str) -> Claimed {
        match self.hold(key) {
            Some(held) => Claimed::Taken(Claim::new(async {}, move || drop(held))),
            None => Claimed::Running,
        }
    }

    /// `None` where it is under way.
    pub(crate) fn hold(&self, key: &str) -> Option<Held> {
        self.with(|keys| keys.insert(key.to_owned()))
            .then(|| Held { claims: self.clone(), key: key.to_owned() })
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A key that nobody else has in this process.
pub(crate) struct Held {
    claims: Claims,
    key: String,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.claims.with(|keys| keys.remove(&self.key));
    }
}
