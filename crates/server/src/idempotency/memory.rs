//! Answers in the memory of one process: they end with it.

use std::fmt;
use std::sync::Arc;

use everfresh_core::time::Millis;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::answers::{AnswerStore, KeptAnswer};
use super::claims::{Claim, Claimed, Claims};
use crate::clock::Clock;
use crate::store::StoreError;

/// Answers in memory. What is kept is lost with the process, so a write that is sent again after a restart is done again.
#[derive(Clone)]
pub struct MemoryAnswers {
    answers: Arc<Cache<String, Kept, Weight>>,
    claims: Claims,
    keep: Millis,
    clock: Clock,
}

/// Until when, and what; no answer where nobody knows what came of the write.
type Kept = Arc<(Millis, Option<KeptAnswer>)>;

#[derive(Clone)]
struct Weight;

impl Weighter<String, Kept> for Weight {
    fn weight(&self, key: &String, kept: &Kept) -> u64 {
        let answer = kept.1.as_ref().map_or(0, |KeptAnswer { request, headers, body, .. }| {
            let headers = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 64);
            request.len() + headers.sum::<usize>() + body.len()
        });
        (256 + key.len() + answer) as u64
    }
}

impl MemoryAnswers {
    /// Up to about so many bytes, each answer for so many milliseconds: longer than clients try again. An outbox keeps its
    /// edits for 7 days.
    pub fn new(max_bytes: u64, keep: Millis) -> Self {
        let answers = Arc::new(Cache::with_weighter(1024, max_bytes, Weight));
        Self { answers, claims: Claims::default(), keep, clock: Clock::system() }
    }

    /// The same at another time.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    fn known(&self, key: &str) -> Option<Kept> {
        self.answers.get(key).filter(|kept| self.clock.now() < kept.0)
    }

    fn insert(&self, key: String, answer: Option<KeptAnswer>) {
        let until = self.clock.now().saturating_add(self.keep);
        self.answers.insert(key, Arc::new((until, answer)));
    }
}

impl AnswerStore for MemoryAnswers {
    async fn claim(&self, key: &str) -> Result<Claimed, StoreError> {
        let Some(held) = self.claims.hold(key) else { return Ok(Claimed::Running) };
        if self.known(key).is_some_and(|kept| kept.1.is_none()) {
            return Ok(Claimed::Unsettled);
        }
        let (answers, key) = (self.clone(), key.to_owned());
        Ok(Claimed::Taken(Claim::new(async {}, move || {
            if answers.known(&key).is_none() {
                answers.insert(key, None);
            }
            drop(held);
        })))
    }

    async fn find(&self, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        Ok(self.known(key).and_then(|kept| kept.1.clone()))
    }

    async fn keep(&self, key: &str, answer: KeptAnswer) -> Result<(), StoreError> {
        self.insert(key.to_owned(), Some(answer));
        Ok(())
    }
}

impl fmt::Debug for MemoryAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryAnswers").field("bytes", &self.answers.weight()).finish_non_exhaustive()
    }
}
