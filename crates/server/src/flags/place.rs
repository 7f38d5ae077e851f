//! Where flags are kept.

use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::ready;

use crate::ops::Saved;
use crate::store::Answer;

/// Keeps the flags, over restarts and for all instances that share it.
pub trait FlagStore: Send + Sync + 'static {
    /// What there is; version 0: nothing.
    fn load_flags(&self) -> Answer<'_, Saved>;

    /// Puts a text in the place of what has this version; `false`: another one is there.
    fn replace_flags<'a>(&'a self, version: u64, text: &'a str) -> Answer<'a, bool>;
}

/// Keeps the flags for as long as the process runs.
#[derive(Debug, Default)]
pub struct MemoryFlags(Mutex<Saved>);

impl FlagStore for MemoryFlags {
    fn load_flags(&self) -> Answer<'_, Saved> {
        ready(Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())).boxed()
    }

    fn replace_flags<'a>(&'a self, version: u64, text: &'a str) -> Answer<'a, bool> {
        let mut saved = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = saved.version == version;
        if same {
            *saved = Saved { text: text.to_owned(), version: version + 1 };
        }
        ready(Ok(same)).boxed()
    }
}
