//! P10: what a store in memory takes is bounded, and reaching a bound forgets no invalidation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use everfresh_core::header::parse_invalidate;
use everfresh_core::serve::{marks, marks_named};
use everfresh_core::url::Url;
use everfresh_server::Clock;
use everfresh_server::store::{Budget, Change, MemoryStore, MemoryStoreOptions, Published, Store};

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

fn with_budget(target: &str, bytes: u64) -> MemoryStore {
    let budgets = vec![Budget::new(target, bytes).unwrap()];
    MemoryStore::new(MemoryStoreOptions { max_bytes: 5_000_000, budgets, ..Default::default() })
}

/// Stores so many entries of 10 KB from a path, with its first segment as tag.
async fn fill(store: &MemoryStore, path: &str, count: usize) {
    for n in 0..count {
        let url = Url::parse(&format!("http://a/api/{path}?n={n}")).unwrap();
        let marks = marks(&url, &texts(&[path.split('/').next().unwrap()]));
        let fence = store.fence().await.unwrap();
        let entry = entry(&"x".repeat(10_000), &marks);
        store.publish(&format!("{path}{n}"), entry, fence, 60_000).await.unwrap();
    }
}

/// How many of them are there.
async fn count(store: &MemoryStore, path: &str, count: usize) -> usize {
    let mut there = 0;
    for n in 0..count {
        there += usize::from(store.get(&format!("{path}{n}")).await.unwrap().is_some());
    }
    there
}

#[tokio::test]
async fn p10_what_has_a_budget_pushes_out_its_like_alone() {
    for (target, path) in [("search", "search"), ("/api/search", "search"), ("/api/search/*", "search/deep")]
    {
        let store = with_budget(target, 100_000);
        fill(&store, "stories", 50).await;
        fill(&store, path, 500).await;
        assert_eq!(count(&store, "stories", 50).await, 50, "{target}");
        let left = count(&store, path, 500).await;
        assert!((5..=10).contains(&left), "{target}: {left}");
        assert!(store.bytes() < 700_000);
    }
}

#[tokio::test]
async fn p10_what_is_gone_leaves_its_budget() {
    let store = with_budget("search", 100_000);
    fill(&store, "search/a", 7).await;
    assert_eq!(count(&store, "search/a", 7).await, 7);
    let marks = marks_named(&parse_invalidate("search").members);
    invalidate(&store, &marks.iter().map(String::as_str).collect::<Vec<_>>(), "").await;
    assert_eq!(count(&store, "search/a", 7).await, 0);
    fill(&store, "search/b", 7).await;
    assert_eq!(count(&store, "search/b", 7).await, 7);
}

#[test]
fn a_budget_is_for_one_thing_that_can_be_named() {
    for bad in ["", "*", "/api/*/comments", "/api/*.json", "a, b", "/a\""] {
        let error = Budget::new(bad, 1).unwrap_err();
        assert_eq!(error.code(), "budget-invalid", "{bad:?}");
    }
}
