//! Invalidation without a request: for jobs and webhooks.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use everfresh_core::header::{HeaderProblem, format_invalidate_within, parse_invalidate};
use everfresh_core::serve::{LIMIT, marks_named};
use everfresh_core::time::Millis;

use crate::clock::Clock;
use crate::meter::Meter;
use crate::store::{Change, Store, StoreError};

/// Drops what it is told to, in every instance that shares the store, and tells those who listen.
#[derive(Clone)]
pub struct Invalidator {
    store: Arc<dyn Store>,
    settle: Millis,
    counted: Option<(Arc<Meter>, Clock)>,
}

/// Why nothing, or not all, was invalidated.
#[derive(Debug)]
pub enum InvalidateError {
    /// The targets can't be read.
    Targets(HeaderProblem),
    /// There are none.
    Empty,
    /// The store does not answer; it is told as soon as it does.
    Store(StoreError),
}

impl Invalidator {
    /// One for this store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, settle: 0, counted: None }
    }

    /// One whose invalidations are counted.
    pub(crate) fn counted(store: Arc<dyn Store>, counted: (Arc<Meter>, Clock)) -> Self {
        Self { counted: Some(counted), ..Self::new(store) }
    }

    /// The same, where replicas of the database lag for up to so many milliseconds.
    pub fn settle(mut self, settle: Millis) -> Self {
        self.settle = settle;
        self
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Invalidates what a value of `X-Cache-Invalidate` names, such as `story:42, "/api/stories/*"`. Once this has
    /// returned, no instance hands out what is older.
    ///
    /// # Errors
    /// [`InvalidateError`]; what can't be read invalidates nothing.
    pub async fn invalidate(&self, targets: &str) -> Result<(), InvalidateError> {
        let read = parse_invalidate(targets);
        if let Some(problem) = read.problem {
            return Err(InvalidateError::Targets(problem));
        }
        if read.members.is_empty() {
            return Err(InvalidateError::Empty);
        }
        let change = Change {
            marks: marks_named(&read.members),
            begun: Vec::new(),
            settle: self.settle,
            told: format_invalidate_within(&read.members, LIMIT),
        };
        if let Some((meter, clock)) = &self.counted {
            meter.invalidated(clock.now(), &change.told);
        }
        self.store.invalidate(&change).await.map(drop).map_err(InvalidateError::Store)
    }
}

impl fmt::Debug for Invalidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invalidator").field("store", &self.store.name()).finish_non_exhaustive()
    }
}

impl InvalidateError {
    /// A stable name of what is wrong.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Targets(problem) => problem.code(),
            Self::Empty => "targets-empty",
            Self::Store(error) => error.code(),
        }
    }
}

impl fmt::Display for InvalidateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Targets(_) => "the targets can't be read",
            Self::Empty => "there are no targets",
            Self::Store(_) => "the store does not answer",
        })
    }
}

impl Error for InvalidateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}
