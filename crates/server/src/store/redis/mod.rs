//! The store of many processes: Redis 7 or later.
//!
//! Sequence, records, heads of entries and feed are in one hash slot, that of the namespace, so that a script looks at all
//! of them in one step; bodies are wherever their names lead. Every key but the flags ends by itself.
//!
//! | key | what |
//! | --- | --- |
//! | `{ns}:seq` | hash: epoch, number of the last invalidation, of the last event, generation |
//! | `{ns}:tags:0`, `{ns}:tags:1` | hashes: records of marks, by turns |
//! | `{ns}:feed` | stream of the last invalidations, and a channel of the same name |
//! | `{ns}:head:<key>` | hash: fence, marks and head of an entry, and the name of its body |
//! | `ns:body:<id>` | a body |
//! | `{ns}:metrics:<source>` | hash: the history of metrics, and how often it was replaced |
//! | `{ns}:flags` | hash: the flags, and how often they were changed |
//! | `ns:item:<name>` | an item of metrics that was counted |
//! | `ns:once:<hash>` | hash: an `Idempotency-Key` of somebody's, who has taken it, and its answer |
//!
//! Redis may lose all of it at any time: a lost sequence begins a new epoch, and nothing of another epoch counts. Nor is
//! anything stored at the beginning of one: instances first tell what they could not tell while Redis was gone.

mod answers;
mod archive;
mod flags;
mod head;
mod link;
mod listen;
mod near;
mod options;
mod owed;
mod scripts;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use everfresh_core::time::Millis;
use futures_util::FutureExt;
use redis::{AsyncCommands, Client, FromRedisValue, ScriptInvocation};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use super::{Answer, Change, Cursor, Entry, Event, Fence, Published, Replay, Store, StoreError};
pub use answers::RedisAnswers;
use link::Link;
use near::{Copy, Near, near};
pub use options::RedisStoreOptions;
use owed::Owed;
use scripts::Scripts;

/// How often Redis is told something before its write is answered.
const TRIES: u32 = 3;

/// Entries in Redis, for an application of many processes.
pub struct RedisStore {
    inner: Arc<Inner>,
    events: broadcast::Sender<Event>,
    tasks: [JoinHandle<()>; 2],
}

struct Inner {
    link: Link,
    scripts: Scripts,
    options: RedisStoreOptions,
    owed: Owed,
    near: Option<Near>,
}

impl RedisStore {
    /// A store at `url`, such as `redis://127.0.0.1:6379`. It need not be up yet. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the URL is none.
    pub fn connect(url: &str, options: RedisStoreOptions) -> Result<Self, StoreError> {
        let unavailable = |error: redis::RedisError| StoreError::Unavailable(error.into());
        let client = Client::open(url).map_err(unavailable)?;
        let link = Link::new(client.clone(), options.timeout, options.cooldown).map_err(unavailable)?;
        let near = (options.near_bytes > 0).then(|| near(options.near_bytes));
        let scripts = Scripts::new();
        let inner = Arc::new(Inner { link, scripts, options, owed: Owed::default(), near });
        let events = broadcast::channel(1024).0;
        let listener = tokio::spawn(listen::listen(client, Arc::clone(&inner), events.clone()));
        let payer = tokio::spawn(owed::pay(Arc::clone(&inner)));
        Ok(Self { inner, events, tasks: [listener, payer] })
    }
}

impl Inner {
    fn slot(&self, rest: &str) -> String {
        format!("{{{}}}:{rest}", self.options.namespace)
    }

    fn feed(&self) -> String {
        self.slot("feed")
    }

    fn body_key(&self, id: &str) -> String {
        format!("{}:body:{id}", self.options.namespace)
    }

    /// What the prelude of all scripts wants.
    fn run<'a>(&self, script: &'a redis::Script) -> ScriptInvocation<'a> {
        let mut run = script.prepare_invoke();
        for key in ["seq", "tags:0", "tags:1", "feed"] {
            run.key(self.slot(key));
        }
        run.arg(self.options.max_age).arg(format!("{:x}", fastrand::u64(..)));
        run
    }

    /// Before anything of Redis is trusted, it is told what it does not know.
    async fn settle_debts(&self) -> Result<(), StoreError> {
        if self.owed.is_empty() {
            return Ok(());
        }
        self.link.closed()?;
        self.tell_owed().await
    }

    async fn tell_owed(&self) -> Result<(), StoreError> {
        let _turn = self.owed.turn.lock().await;
        while let Some((number, change)) = self.owed.first() {
            let run = self.changing(&change, &[], 0);
            self.link.ask_anyway(async |mut redis| run.invoke_async::<()>(&mut redis).await).await?;
            self.owed.settle(number);
        }
        Ok(())
    }

    fn changing(&self, change: &Change, begins: &[String], lease: Millis) -> ScriptInvocation<'_> {
        let mut run = self.run(&self.scripts.change);
        run.arg(lease.min(self.options.max_age))
            .arg(change.settle.min(self.options.max_age))
            .arg(&change.told);
        run.arg(begins.len()).arg(change.begun.len()).arg(begins).arg(&change.begun).arg(&change.marks);
        run
    }

    /// Tries some times, since a connection may just have been lost.
    async fn insist<T: FromRedisValue>(&self, run: &ScriptInvocation<'_>) -> Result<T, StoreError> {
        let mut attempt = 0;
        loop {
            let answer = self.link.ask_anyway(async |mut redis| run.invoke_async(&mut redis).await).await;
            attempt += 1;
            if answer.is_ok() || attempt == TRIES {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20) * attempt).await;
        }
    }

    /// What can't be told is owed.
    async fn change(
        &self,
        change: &Change,
        begins: &[String],
        lease: Millis,
    ) -> Result<Option<Cursor>, StoreError> {
        let told = async {
            self.tell_owed().await?;
            self.insist(&self.changing(change, begins, lease)).await
        };
        let answer: Result<(String, u64), StoreError> = told.await;
        let (epoch, number) = answer.inspect_err(|_| {
            let mut owed = change.clone();
            owed.marks.extend_from_slice(begins);
            self.owed.push(owed);
        })?;
        Ok(match number {
            0 => None,
            _ => Some(Cursor { epoch: parse_epoch(&epoch)?, number }),
        })
    }

    async fn get(&self, key: &str) -> Result<Option<Arc<Entry>>, StoreError> {
        self.settle_debts().await?;
        if let Some(copy) = self.near.as_ref().and_then(|near| near.get(key))
            && !copy.has_ended()
        {
            let run = self.run(&self.scripts.sequence);
            let now: Option<(String, u64)> =
                self.link.ask(async |mut redis| run.invoke_async(&mut redis).await).await?;
            if let Some((epoch, sequence)) = now
                && (parse_epoch(&epoch)?, sequence) == (copy.epoch, copy.sequence)
            {
                return Ok(Some(copy.entry));
            }
        }
        let mut run = self.run(&self.scripts.get);
        run.key(self.slot(&format!("head:{key}")));
        type Found = (String, u64, i64, String, Vec<u8>, String);
        let found: Option<Found> =
            self.link.ask(async |mut redis| run.invoke_async(&mut redis).await).await?;
        let Some((epoch, sequence, left, marks, head, body)) = found else { return Ok(None) };
        let body = self.body_key(&body);
        let body: Option<Vec<u8>> = self.link.ask(async |mut redis| redis.get(&body).await).await?;
        // It may have been evicted.
        let Some(body) = body else { return Ok(None) };
        let entry = head::read(&head, &marks, Bytes::from(body)).ok_or(StoreError::Malformed("entry"))?;
        let entry = Arc::new(entry);
        if let Some(near) = &self.near {
            let left = Millis::try_from(left).unwrap_or(0);
            near.insert(key.into(), Copy::new(Arc::clone(&entry), parse_epoch(&epoch)?, sequence, left));
        }
        Ok(Some(entry))
    }

    async fn fence(&self) -> Result<Fence, StoreError> {
        self.settle_debts().await?;
        let run = self.run(&self.scripts.fence);
        let (epoch, sequence, at): (String, u64, u64) =
            self.link.ask(async |mut redis| run.invoke_async(&mut redis).await).await?;
        Ok(Fence { epoch: parse_epoch(&epoch)?, sequence, at })
    }

    async fn publish(
        &self,
        key: &str,
        entry: &Entry,
        fence: Fence,
        keep: Millis,
    ) -> Result<Published, StoreError> {
        self.settle_debts().await?;
        let keep = keep.min(self.options.max_age);
        if keep == 0 {
            return Ok(Published::Late);
        }
        let id = format!("{:032x}", fastrand::u128(..));
        let body_key = self.body_key(&id);
        let mut run = self.run(&self.scripts.publish);
        run.key(self.slot(&format!("head:{key}")));
        run.arg(format!("{:x}", fence.epoch)).arg(fence.sequence).arg(fence.at).arg(keep);
        run.arg(entry.marks.join("\n")).arg(head::write(entry)).arg(&id).arg(self.options.grace);
        let published: u8 = self
            .link
            .ask(async |mut redis| {
                redis::cmd("SET")
                    .arg(&body_key)
                    .arg(&*entry.body)
                    .arg("PX")
                    .arg(keep)
                    .exec_async(&mut redis)
                    .await?;
                let published = run.invoke_async(&mut redis).await?;
                if published == 0 {
                    redis::cmd("UNLINK").arg(&body_key).exec_async(&mut redis).await?;
                }
                Ok(published)
            })
            .await?;
        if let Some(near) = &self.near {
            near.remove(key);
        }
        Ok(if published == 1 { Published::Stored } else { Published::Late })
    }

    async fn since(&self, cursor: Option<Cursor>) -> Result<Replay, StoreError> {
        self.settle_debts().await?;
        let mut run = self.run(&self.scripts.since);
        match cursor {
            Some(cursor) => run.arg(format!("{:x}", cursor.epoch)).arg(cursor.number),
            None => run.arg("").arg(""),
        };
        let (epoch, last, complete, told): (String, u64, u8, Vec<String>) =
            self.link.ask(async |mut redis| run.invoke_async(&mut redis).await).await?;
        let epoch = parse_epoch(&epoch)?;
        let first = last.saturating_sub(told.len() as u64) + 1;
        let events = (first..)
            .zip(told)
            .map(|(number, targets)| Event { cursor: Cursor { epoch, number }, targets: targets.into() });
        Ok(Replay {
            events: events.collect(),
            complete: complete == 1,
            cursor: Cursor { epoch, number: last },
        })
    }
}

fn parse_epoch(text: &str) -> Result<u64, StoreError> {
    u64::from_str_radix(text, 16).map_err(|_| StoreError::Malformed("epoch"))
}

impl Store for RedisStore {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn get<'a>(&'a self, key: &'a str) -> Answer<'a, Option<Arc<Entry>>> {
        self.inner.get(key).boxed()
    }

    fn fence(&self) -> Answer<'_, Fence> {
        self.inner.fence().boxed()
    }

    fn publish<'a>(
        &'a self,
        key: &'a str,
        entry: Arc<Entry>,
        fence: Fence,
        keep: Millis,
    ) -> Answer<'a, Published> {
        async move { self.inner.publish(key, &entry, fence, keep).await }.boxed()
    }

    fn begin<'a>(&'a self, marks: &'a [String], lease: Millis) -> Answer<'a, ()> {
        async move { self.inner.change(&Change::default(), marks, lease).await.map(drop) }.boxed()
    }

    fn invalidate<'a>(&'a self, change: &'a Change) -> Answer<'a, Option<Cursor>> {
        self.inner.change(change, &[], 0).boxed()
    }

    fn since(&self, cursor: Option<Cursor>) -> Answer<'_, Replay> {
        self.inner.since(cursor).boxed()
    }

    fn listen(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

impl Drop for RedisStore {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("namespace", &self.inner.options.namespace).finish_non_exhaustive()
    }
}
