//! Where the first answers to writes with a key are kept.

use std::future::Future;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::claims::Claimed;
use crate::store::StoreError;

/// An answer, whole, and what it was the answer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Tells the request from any other: a hash of its method, its path with the query, and its body.
    pub request: Vec<u8>,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// Keeps answers by key, and knows which keys are under way.
///
/// Best is a table beside what is written: then [`unit`](Self::unit) makes one transaction of the write and of what is kept
/// for its key, and there is never one without the other. Where that can't be, a write may be done and its answer lost; then
/// its key stays [unsettled](Claimed::Unsettled), so that it is not done twice.
pub trait AnswerStore: Clone + Send + Sync + 'static {
    /// Takes a key, unless a write with it is under way, or may have been done.
    ///
    /// # Errors
    /// [`StoreError`]; then the write is not begun.
    fn claim(&self, key: &str) -> impl Future<Output = Result<Claimed, StoreError>> + Send;

    /// The answer that a key had, unless that is too long ago.
    ///
    /// # Errors
    /// [`StoreError`]; then the write is not begun.
    fn find(&self, key: &str) -> impl Future<Output = Result<Option<KeptAnswer>, StoreError>> + Send;

    /// Keeps the answer of a key that has none.
    ///
    /// # Errors
    /// [`StoreError`]; then the write is undone, where [`unit`](Self::unit) can.
    fn keep(&self, key: &str, answer: KeptAnswer) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Does a write, with a key or without, and all that is looked up and kept for it. `lasts` tells of its outcome whether
    /// what was done is to last; it is to be undone where not.
    ///
    /// # Errors
    /// [`StoreError`] where that can't be done.
    fn unit<T: Send>(
        &self,
        request: &Parts,
        write: impl Future<Output = T> + Send,
        lasts: fn(&T) -> bool,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        let (_, _) = (request, lasts);
        async { Ok(write.await) }
    }
}
