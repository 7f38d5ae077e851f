//! Shares of the memory, so that answers of one kind push out each other and not everybody's.

use std::sync::Arc;

use everfresh_core::header::parse_invalidate;
use everfresh_core::serve::marks_named;
use quick_cache::sync::Cache;
use quick_cache::{DefaultHashBuilder, Lifecycle, OptionsBuilder, Weighter};

use crate::error::LayerError;

/// How many bytes the entries that a target names may take at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    mark: String,
    bytes: u64,
}

impl Budget {
    /// `target` is a tag (`search`), a path with any query (`/api/search`) or a directory (`/api/search/*`), `bytes` is
    /// about what an entry takes in all.
    ///
    /// # Errors
    /// [`LayerError::Budget`] where the target is another one, or more than one.
    pub fn new(target: &str, bytes: u64) -> Result<Self, LayerError> {
        let quoted = if target.starts_with('/') { format!("\"{target}\"") } else { target.to_owned() };
        let read = parse_invalidate(&quoted);
        // Other patterns have no mark of their own.
        let is_exact = !target.trim_end_matches("/*").contains('*');
        match &*marks_named(&read.members) {
            [mark] if read.problem.is_none() && is_exact => Ok(Self { mark: mark.clone(), bytes }),
            _ => Err(LayerError::Budget(target.to_owned())),
        }
    }
}

/// The entries of a budget: who was used last, and what each takes.
pub(super) struct Share {
    mark: String,
    entries: Cache<Box<str>, u64, Sized, DefaultHashBuilder, Evicted>,
}

impl Share {
    pub(super) fn new(budget: &Budget) -> Arc<Self> {
        // One shard: what a share of a share can't hold would not be stored.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(256)
            .weight_capacity(budget.bytes)
            .build()
            .unwrap_or_else(|_| unreachable!("all that is needed is set"));
        let entries = Cache::with_options(options, Sized, DefaultHashBuilder::default(), Evicted);
        Arc::new(Self { mark: budget.mark.clone(), entries })
    }

    /// Whether what carries these marks is of it.
    pub(super) fn is_of(&self, marks: &[String]) -> bool {
        marks.contains(&self.mark)
    }

    /// An entry is stored; gives the keys of those that have to go, which it may be itself.
    pub(super) fn store(&self, key: &str, bytes: u64) -> Vec<Box<str>> {
        self.entries.insert_with_lifecycle(key.into(), bytes)
    }

    /// How many bytes its entries take, about.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> u64 {
        self.entries.weight()
    }

    /// An entry is used.
    pub(super) fn touch(&self, key: &str) {
        self.entries.get(key);
    }

    /// An entry is gone.
    pub(super) fn forget(&self, key: &str) {
        self.entries.remove(key);
    }
}

#[derive(Clone)]
struct Sized;

impl Weighter<Box<str>, u64> for Sized {
    fn weight(&self, _key: &Box<str>, bytes: &u64) -> u64 {
        *bytes
    }
}

/// Tells which keys had to go.
#[derive(Clone)]
struct Evicted;

impl Lifecycle<Box<str>, u64> for Evicted {
    type RequestState = Vec<Box<str>>;

    fn begin_request(&self) -> Self::RequestState {
        Vec::new()
    }

    fn on_evict(&self, gone: &mut Self::RequestState, key: Box<str>, _bytes: u64) {
        gone.push(key);
    }
}
