//! P10: what a store in memory takes is bounded, and reaching a bound forgets no invalidation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use everfresh_server::Clock;
use everfresh_server::store::{Change, MemoryStore, MemoryStoreOptions, Published, Store};

use crate::support::{entry, foreign, invalidate, publish, texts};

#[tokio::test]
async fn p10_records_that_are_forgotten_take_older_entries_with_them() {
    let options = MemoryStoreOptions { max_records: 100, ..Default::default() };
    let store = MemoryStore::new(options);
    let old = store.fence().await.unwrap();
    let marks = texts(&["victim"]);
    assert_eq!(publish(&store, "before", &marks, foreign(old)).await, Published::Late);
    assert_eq!(publish(&store, "before", &marks, old).await, Published::Stored);
    assert_eq!(publish(&store, "other", &texts(&["other"]), old).await, Published::Stored);
    invalidate(&store, &["victim"], "").await;
    for n in 0..1000 {
        invalidate(&store, &[&format!("m{n}")], "").await;
        assert!(store.records() <= 100);
    }
    assert_eq!(store.get("before").await.unwrap(), None);
    assert_eq!(publish(&store, "late", &marks, old).await, Published::Late);
    assert_eq!(
        store.get("other").await.unwrap(),
        None,
        "it may have been invalidated, for all that is known"
    );
    let new = store.fence().await.unwrap();
    assert_eq!(publish(&store, "new", &marks, new).await, Published::Stored);
    assert!(store.get("new").await.unwrap().is_some());
}

#[tokio::test]
async fn p10_a_write_under_way_is_never_forgotten() {
    let store = MemoryStore::new(MemoryStoreOptions { max_records: 100, ..Default::default() });
    store.begin(&texts(&["written"]), 1_000_000).await.unwrap();
    for n in 0..1000 {
        invalidate(&store, &[&format!("m{n}")], "").await;
    }
    let fence = store.fence().await.unwrap();
    assert_eq!(publish(&store, "a", &texts(&["written"]), fence).await, Published::Late);
    let change = Change { begun: texts(&["written"]), ..Change::default() };
    store.invalidate(&change).await.unwrap();
    let fence = store.fence().await.unwrap();
    assert_eq!(publish(&store, "a", &texts(&["written"]), fence).await, Published::Stored);
}

#[tokio::test]
async fn p10_records_that_concern_nothing_cost_nothing() {
    let now = Arc::new(AtomicU64::new(1_000_000));
    let of = Arc::clone(&now);
    let clock = Clock::new(move || of.load(Ordering::SeqCst));
    let store =
        MemoryStore::new(MemoryStoreOptions { max_records: 100, max_age: 1000, clock, ..Default::default() });
    let ancient = store.fence().await.unwrap();
    for n in 0..90 {
        invalidate(&store, &[&format!("m{n}")], "").await;
    }
    now.fetch_add(1001, Ordering::SeqCst);
    let fence = store.fence().await.unwrap();
    assert_eq!(publish(&store, "a", &texts(&["a"]), fence).await, Published::Stored);
    for n in 0..20 {
        invalidate(&store, &[&format!("n{n}")], "").await;
    }
    assert!(store.records() <= 20);
    assert!(store.get("a").await.unwrap().is_some());
    // Its records may be gone.
    assert_eq!(publish(&store, "b", &texts(&["b"]), ancient).await, Published::Late);
    now.fetch_add(1000, Ordering::SeqCst);
    assert_eq!(store.get("a").await.unwrap(), None);
}

#[tokio::test]
async fn p10_entries_take_no_more_than_they_may() {
    let store = MemoryStore::new(MemoryStoreOptions { max_bytes: 1_000_000, ..Default::default() });
    let fence = store.fence().await.unwrap();
    let body = "x".repeat(10_000);
    for n in 0..1000 {
        store.publish(&format!("k{n}"), entry(&body, &texts(&["m"])), fence, 60_000).await.unwrap();
    }
    assert!(store.bytes() <= 1_000_000);
}
