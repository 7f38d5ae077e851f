//! Following the invalidations of a store.

use std::sync::Arc;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::{Cursor, Event, Replay, Store, StoreError};

/// Hears of every invalidation once and in order, or that some can't be told.
pub struct Follower {
    store: Arc<dyn Store>,
    events: Receiver<Event>,
    cursor: Cursor,
}

impl Follower {
    /// Begins after `from`, or now, with what has happened since.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn new(store: Arc<dyn Store>, from: Option<Cursor>) -> Result<(Self, Replay), StoreError> {
        let events = store.listen();
        let replay = store.since(from).await?;
        Ok((Self { store, events, cursor: replay.cursor }, replay))
    }

    /// Waits for the next ones.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer; it may be asked again.
    pub async fn next(&mut self) -> Result<Replay, StoreError> {
        loop {
            let event = match self.events.recv().await {
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => {
                    if let Some(replay) = self.catch_up().await? {
                        return Ok(replay);
                    }
                    continue;
                }
                Err(closed @ RecvError::Closed) => return Err(StoreError::Unavailable(closed.into())),
            };
            if event.cursor.follows(self.cursor) && !event.targets.is_empty() {
                self.cursor = event.cursor;
                return Ok(Replay { cursor: event.cursor, events: vec![event], complete: true });
            }
            if !event.cursor.is_within(self.cursor)
                && let Some(replay) = self.catch_up().await?
            {
                return Ok(replay);
            }
        }
    }

    async fn catch_up(&mut self) -> Result<Option<Replay>, StoreError> {
        let replay = self.store.since(Some(self.cursor)).await?;
        self.cursor = replay.cursor;
        Ok((!replay.complete || !replay.events.is_empty()).then_some(replay))
    }
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("cursor", &self.cursor).finish_non_exhaustive()
    }
}
