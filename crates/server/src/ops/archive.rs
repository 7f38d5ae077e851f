//! Where the history of metrics is kept.

use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::ready;
use quick_cache::sync::Cache;

use crate::store::Answer;

/// Items of browsers that are remembered in memory.
const ITEMS: usize = 100_000;

/// Whose metrics they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The servers that share the archive.
    Server,
    /// The browsers that sent theirs.
    Browsers,
}

impl Source {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Server, Self::Browsers];

    /// Its name in queries and archives.
    pub fn name(self) -> &'static str {
        ["server", "browsers"][self as usize]
    }
}

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// The text of an [`everfresh_core::metrics::History`], or of flags; empty where there is none.
    pub text: String,
    /// Which one it is: the next one has another.
    pub version: u64,
}

/// Keeps the history, over restarts and for all instances that share it.
pub trait Archive: Send + Sync + 'static {
    /// What there is.
    fn load(&self, source: Source) -> Answer<'_, Saved>;

    /// Puts a text in the place of what has this version; `false`: another one is there.
    fn replace<'a>(&'a self, source: Source, version: u64, text: &'a str) -> Answer<'a, bool>;

    /// Whether this item is told of for the first time. It is remembered for a day or longer, among as many as there is room
    /// for.
    fn is_new<'a>(&'a self, item: &'a str) -> Answer<'a, bool>;
}

/// Keeps the history for as long as the process runs.
#[derive(Debug)]
pub struct MemoryArchive {
    saved: Mutex<[Saved; 2]>,
    items: Cache<Box<str>, ()>,
}

impl Default for MemoryArchive {
    fn default() -> Self {
        Self { saved: Mutex::default(), items: Cache::new(ITEMS) }
    }
}

impl Archive for MemoryArchive {
    fn load(&self, source: Source) -> Answer<'_, Saved> {
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        ready(Ok(saved[source as usize].clone())).boxed()
    }

    fn replace<'a>(&'a self, source: Source, version: u64, text: &'a str) -> Answer<'a, bool> {
        let mut all = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let saved = &mut all[source as usize];
        let same = saved.version == version;
        if same {
            *saved = Saved { text: text.to_owned(), version: version + 1 };
        }
        ready(Ok(same)).boxed()
    }

    fn is_new<'a>(&'a self, item: &'a str) -> Answer<'a, bool> {
        // Under the lock, since looking and remembering are two steps.
        let _turn = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        let new = self.items.get(item).is_none();
        if new {
            self.items.insert(item.into(), ());
        }
        ready(Ok(new)).boxed()
    }
}
