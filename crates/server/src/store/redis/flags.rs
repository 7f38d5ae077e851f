//! The flags, beside the entries.

use std::time::Duration;

use futures_util::FutureExt;

use super::RedisStore;
use crate::flags::FlagStore;
use crate::ops::Saved;
use crate::store::Answer;

impl FlagStore for RedisStore {
    fn load_flags(&self) -> Answer<'_, Saved> {
        self.inner.saved(self.inner.slot("flags")).boxed()
    }

    fn replace_flags<'a>(&'a self, version: u64, text: &'a str) -> Answer<'a, bool> {
        self.inner.replace_saved(self.inner.slot("flags"), version, text, Duration::ZERO).boxed()
    }
}
