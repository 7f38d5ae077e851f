//! Entries and stores for the tests.

use std::sync::Arc;

use bytes::Bytes;
use everfresh_server::store::{
    Change, Cursor, Entry, Fence, MemoryStore, MemoryStoreOptions, Published, Store,
};
use http::{HeaderMap, StatusCode};

pub(crate) const MINUTE: u64 = 60_000;

pub(crate) fn memory() -> Arc<dyn Store> {
    Arc::new(MemoryStore::new(MemoryStoreOptions::default()))
}

pub(crate) fn entry(body: &str, marks: &[String]) -> Arc<Entry> {
    let mut headers = HeaderMap::new();
    headers.insert("etag", "\"a\"".parse().unwrap());
    headers.append("x-two", "1".parse().unwrap());
    headers.append("x-two", http::HeaderValue::from_bytes(b"\xe4\xf6").unwrap());
    Arc::new(Entry {
        status: StatusCode::NOT_FOUND,
        headers,
        body: Bytes::copy_from_slice(body.as_bytes()),
        marks: marks.to_vec(),
        generated: 1,
        fresh_until: 2,
        stale_while_revalidate_until: 3,
        stale_if_error_until: 4,
    })
}

pub(crate) fn texts(marks: &[&str]) -> Vec<String> {
    marks.iter().map(ToString::to_string).collect()
}

pub(crate) async fn publish(store: &dyn Store, key: &str, marks: &[String], fence: Fence) -> Published {
    store.publish(key, entry(key, marks), fence, MINUTE).await.unwrap()
}

pub(crate) async fn invalidate(store: &dyn Store, marks: &[&str], told: &str) -> Option<Cursor> {
    let change = Change { marks: texts(marks), told: told.to_owned(), ..Change::default() };
    store.invalidate(&change).await.unwrap()
}

/// The same of another store.
pub(crate) fn foreign(fence: Fence) -> Fence {
    Fence { epoch: fence.epoch ^ 1, ..fence }
}
