//! Where answers are kept, and what is remembered of invalidations.
//!
//! A store numbers the invalidations of its namespace. Who asks the backend takes a [`Fence`] first: the number of that
//! moment. Each mark (see [`everfresh_core::serve::marks`]) has a record of its last invalidation, and an entry counts only
//! while none of its marks has a later one than its fence. That is checked when it is published and whenever it is read.
//! So an invalidation costs the marks that it names, whatever is stored, and a fill that races it is never taken for fresh.

mod budget;
mod entry;
mod error;
mod feed;
mod follow;
mod memory;
mod records;
#[cfg(feature = "redis")]
mod redis;

use std::sync::Arc;

use everfresh_core::time::Millis;
use futures_util::future::BoxFuture;
use tokio::sync::broadcast;

pub use budget::Budget;
pub use entry::Entry;
pub use error::StoreError;
pub use feed::{Cursor, Event, Replay};
pub use follow::Follower;
pub use memory::{MemoryStore, MemoryStoreOptions};
#[cfg(feature = "redis")]
pub use redis::{RedisAnswers, RedisStore, RedisStoreOptions};

/// What a store's method gives, sooner or later.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// The moment at which the backend was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    /// Whose numbers these are: a store that has lost its own has another epoch.
    pub epoch: u64,
    /// How many invalidations there had been.
    pub sequence: u64,
    /// The store's time.
    pub at: Millis,
}

/// What became of an entry that was to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// It is stored.
    Stored,
    /// It is not: a mark of it was invalidated since it was asked for, or is being written to.
    Late,
}

/// An invalidation.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The marks that are invalidated.
    pub marks: Vec<String>,
    /// The marks that a [`Store::begin`] has barred, and that are free again.
    pub begun: Vec<String>,
    /// How long replicas of the database may lag, in milliseconds.
    pub settle: Millis,
    /// What listeners are told: a value of `X-Cache-Invalidate`; empty: nothing.
    pub told: String,
}

/// A place for answers. All instances of an application that are to see each other's writes share one.
pub trait Store: Send + Sync + 'static {
    /// A token for `Cache-Status`, such as `memory`.
    fn name(&self) -> &'static str;

    /// What is stored under this key and still counts.
    fn get<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Arc<Entry>>>;

    /// To be taken before the backend is asked.
    fn fence(&self) -> Answer<'_, Fence>;

    /// Stores an entry that was asked for at `fence`, for `keep` milliseconds, if it still counts.
    fn publish<'a>(
        &'a self,
        key: &'a str,
        entry: Arc<Entry>,
        fence: Fence,
        keep: Millis,
    ) -> Answer<'a, Published>;

    /// A write begins: its marks are invalidated, and nothing that carries one is stored until the write has ended, or
    /// for `lease` milliseconds where that is never heard of.
    fn begin<'a>(&'a self, marks: &'a [String], lease: Millis) -> Answer<'a, ()>;

    /// Invalidates. When this is answered, nobody is given what is older. Gives the place of what listeners are told, where
    /// they are told anything.
    fn invalidate<'a>(&'a self, change: &'a Change) -> Answer<'a, Option<Cursor>>;

    /// The invalidations since a cursor; without one, the cursor of now.
    fn since(&self, cursor: Option<Cursor>) -> Answer<'_, Replay>;

    /// Invalidations as they come, others' too. One that is missed can be told by its cursor, and found by
    /// [`Store::since`]; a [`Follower`] does so.
    fn listen(&self) -> broadcast::Receiver<Event>;
}
