//! The first answers to writes with a key, beside the entries.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use everfresh_core::time::Millis;
use sha2::{Digest, Sha256};
use tracing::warn;

use super::{Inner, RedisStore, head};
use crate::idempotency::{AnswerStore, Claim, Claimed, Claims, KeptAnswer};
use crate::store::StoreError;

/// How long a write counts as under way, in milliseconds.
const LEASE: Millis = 60_000;

/// Answers in Redis, for an application of many processes.
///
/// A key is taken, and its answer kept, in one step each. A write whose end Redis has not been told of within its lease is
/// [unsettled](Claimed::Unsettled), and not done again. Where Redis can't be asked, a write with a key is refused before it
/// begins; where it can't be told the answer, the write was done, is answered by 503, and its key is unsettled.
///
/// What Redis forgets is not known any more, and would be done again: let it persist (`appendonly yes`) and evict nothing
/// (`maxmemory-policy noeviction`). Best is an [`AnswerStore`] in the database that is written to.
#[derive(Clone)]
pub struct RedisAnswers {
    inner: Arc<Inner>,
    /// What Redis may forget while it is under way.
    claims: Claims,
    keep: Millis,
    lease: Millis,
}

impl RedisAnswers {
    /// Over the connection of a store and in its namespace, each answer for so many milliseconds: longer than clients try
    /// again. An outbox keeps its edits for 7 days.
    pub fn new(store: &RedisStore, keep: Millis) -> Self {
        Self { inner: Arc::clone(&store.inner), claims: Claims::default(), keep, lease: LEASE }
    }

    /// The same, where a write may take so many milliseconds; 60,000 by default.
    pub fn lease(mut self, lease: Millis) -> Self {
        self.lease = lease;
        self
    }

    /// In any slot: each script looks at one key. An owner is nobody's business, and as long as it likes.
    fn place(&self, key: &str) -> String {
        let hash = Bytes::copy_from_slice(&Sha256::digest(key));
        format!("{}:once:{hash:x}", self.inner.options.namespace)
    }

    async fn free(self, place: String, token: String) {
        let mut run = self.inner.scripts.free.key(place);
        run.arg(token);
        if let Err(error) = self.inner.insist::<()>(&run).await {
            warn!(code = error.code(), %error, "the key of a write that had no effect stays taken");
        }
    }
}

impl AnswerStore for RedisAnswers {
    async fn claim(&self, key: &str) -> Result<Claimed, StoreError> {
        let Some(held) = self.claims.hold(key) else { return Ok(Claimed::Running) };
        let (place, token) = (self.place(key), format!("{:032x}", fastrand::u128(..)));
        let mut run = self.inner.scripts.claim.key(&place);
        run.arg(&token).arg(self.lease).arg(self.keep);
        let answers = self.clone();
        let free = async move {
            answers.free(place, token).await;
            drop(held);
        };
        let claim = Claim::new(free, || {});
        match self.inner.link.ask(async |mut redis| run.invoke_async(&mut redis).await).await {
            Ok(0_u8) => Ok(Claimed::Running),
            Ok(1) => Ok(Claimed::Taken(claim)),
            Ok(_) => Ok(Claimed::Unsettled),
            Err(error) => {
                // It may have been taken all the same.
                tokio::spawn(claim.settle());
                Err(error)
            }
        }
    }

    async fn find(&self, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        let place = self.place(key);
        type Found = (Option<Vec<u8>>, Option<Vec<u8>>, Option<Vec<u8>>);
        let found: Found = self
            .inner
            .link
            .ask(async |mut redis| {
                redis::cmd("HMGET").arg(&place).arg(&["r", "h", "b"]).query_async(&mut redis).await
            })
            .await?;
        let (Some(request), Some(head), Some(body)) = found else { return Ok(None) };
        let (status, headers) = head::read_answer(&head).ok_or(StoreError::Malformed("answer"))?;
        Ok(Some(KeptAnswer { request, status, headers, body: body.into() }))
    }

    async fn keep(&self, key: &str, answer: KeptAnswer) -> Result<(), StoreError> {
        let mut run = self.inner.scripts.keep.key(self.place(key));
        let head = head::write_answer(answer.status, &answer.headers);
        run.arg(answer.request).arg(head).arg(&*answer.body).arg(self.keep);
        match self.inner.insist(&run).await? {
            0_u8 => Err(StoreError::Forgotten),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for RedisAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisAnswers")
            .field("namespace", &self.inner.options.namespace)
            .finish_non_exhaustive()
    }
}
