//! The history of metrics, beside the entries.

use std::time::Duration;

use futures_util::FutureExt;
use redis::AsyncCommands;

use super::{Inner, RedisStore};
use crate::ops::{Archive, Saved, Source};
use crate::store::{Answer, StoreError};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the history is kept where nothing is added.
const KEPT: Duration = DAY.saturating_mul(31);
/// How long an item is remembered.
const ITEM_KEPT: Duration = DAY;

impl Inner {
    fn history(&self, source: Source) -> String {
        self.slot(&format!("metrics:{}", source.name()))
    }

    /// A text that is replaced by its version.
    pub(super) async fn saved(&self, key: String) -> Result<Saved, StoreError> {
        let (version, text): (Option<u64>, Option<String>) =
            self.link.ask(async |mut redis| redis.hmget(&key, &["v", "t"]).await).await?;
        Ok(Saved { version: version.unwrap_or(0), text: text.unwrap_or_default() })
    }

    /// Replaces it, and keeps it for so long where nothing is added; `ZERO`: for ever.
    pub(super) async fn replace_saved(
        &self,
        key: String,
        version: u64,
        text: &str,
        kept: Duration,
    ) -> Result<bool, StoreError> {
        let mut run = self.scripts.archive.key(key);
        run.arg(version).arg(text).arg(kept.as_millis() as u64);
        self.link.ask(async |mut redis| run.invoke_async(&mut redis).await).await
    }

    async fn is_new(&self, item: &str) -> Result<bool, StoreError> {
        let key = format!("{}:item:{item}", self.options.namespace);
        let set = async |mut redis| {
            let mut command = redis::cmd("SET");
            command.arg(&key).arg(1).arg("NX").arg("EX").arg(ITEM_KEPT.as_secs());
            command.query_async::<Option<String>>(&mut redis).await
        };
        Ok(self.link.ask(set).await?.is_some())
    }
}

impl Archive for RedisStore {
    fn load(&self, source: Source) -> Answer<'_, Saved> {
        self.inner.saved(self.inner.history(source)).boxed()
    }

    fn replace<'a>(&'a self, source: Source, version: u64, text: &'a str) -> Answer<'a, bool> {
        self.inner.replace_saved(self.inner.history(source), version, text, KEPT).boxed()
    }

    fn is_new<'a>(&'a self, item: &'a str) -> Answer<'a, bool> {
        self.inner.is_new(item).boxed()
    }
}
