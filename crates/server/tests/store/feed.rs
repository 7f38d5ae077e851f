//! Who was away learns what has happened, or that it can't be told.

use std::sync::Arc;

use everfresh_server::store::{Cursor, Follower, Store};

use crate::support::{invalidate, memory};

/// The same for every store.
pub(crate) async fn check(store: Arc<dyn Store>) {
    let (mut follower, start) = Follower::new(Arc::clone(&store), None).await.unwrap();
    let store = &*store;
    assert!(start.events.is_empty() && start.complete);
    let mut places = Vec::new();
    for told in ["a", "b", "", "c"] {
        places.extend(invalidate(store, &["m"], told).await);
    }
    let mut last = start.cursor;
    let mut heard = Vec::new();
    while heard.len() < 3 {
        let replay = follower.next().await.unwrap();
        assert!(replay.complete);
        for event in replay.events {
            assert!(event.cursor.follows(last));
            last = event.cursor;
            assert_eq!(places.remove(0), last);
            heard.push(event.targets.to_string());
        }
    }
    assert_eq!(heard, ["a", "b", "c"]);
    let all = store.since(Some(start.cursor)).await.unwrap();
    assert_eq!((all.events.len(), all.complete, all.cursor), (3, true, last));
    let rest = store.since(Some(all.events[1].cursor)).await.unwrap();
    assert_eq!(rest.events, all.events[2..]);
    for wrong in [Cursor { epoch: last.epoch ^ 1, ..last }, Cursor { number: last.number + 1, ..last }] {
        let replay = store.since(Some(wrong)).await.unwrap();
        assert_eq!((replay.events.len(), replay.complete, replay.cursor), (0, false, last));
    }
}

#[tokio::test]
async fn p3_memory_tells_what_has_happened() {
    check(memory()).await;
}

#[tokio::test]
async fn p10_too_long_ago_can_not_be_told() {
    let store = memory();
    let start = store.since(None).await.unwrap().cursor;
    for _ in 0..10_000 {
        invalidate(&*store, &["m"], "m").await;
    }
    assert!(store.since(Some(start)).await.unwrap().complete);
    invalidate(&*store, &["m"], "m").await;
    let replay = store.since(Some(start)).await.unwrap();
    assert!(!replay.complete && replay.events.is_empty());
}

#[test]
fn a_cursor_is_read_as_it_is_written() {
    let cursor = Cursor { epoch: u64::MAX - 7, number: 42 };
    assert_eq!(cursor.to_string().parse(), Ok(cursor));
    for wrong in ["", "-", "x-1", "1", "1-x", "1--1"] {
        assert_eq!(wrong.parse::<Cursor>(), Err(()), "{wrong}");
    }
}
