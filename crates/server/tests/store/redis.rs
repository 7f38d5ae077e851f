//! What is special about Redis: it is shared, it may be gone, and it may forget.

use std::sync::Arc;
use std::time::Duration;

use everfresh_server::store::{
    Change, Entry, Follower, Published, RedisStore, RedisStoreOptions, Store, StoreError,
};
use tokio::time::sleep;

use crate::redis_server::{Crowded, RedisServer, options};
use crate::support::{MINUTE, foreign, invalidate, publish, texts};
use crate::{feed, model};

#[tokio::test]
async fn p1_p2_redis_does_what_the_model_does() {
    let server = RedisServer::start().await;
    for seed in 0..12 {
        let near_bytes = if seed % 2 == 0 { 0 } else { 1_000_000 };
        let options = RedisStoreOptions { near_bytes, ..options(&format!("n{seed}")) };
        model::drive(&server.store_with(options), seed, 300).await;
    }
}

#[tokio::test]
async fn p3_redis_tells_what_has_happened() {
    let server = RedisServer::start().await;
    feed::check(Arc::new(server.store("a"))).await;
}

#[tokio::test]
async fn p3_a_message_that_was_lost_is_found() {
    let server = RedisServer::start().await;
    let (one, other) = (Arc::new(server.store("a")), server.store("a"));
    let (mut follower, _) = Follower::new(one, None).await.unwrap();
    for told in ["first", "second", "third"] {
        // It has subscribed again.
        while server.run::<Vec<String>>(&["PUBSUB", "CHANNELS"]).await.is_empty() {
            sleep(Duration::from_millis(10)).await;
        }
        server.run::<i64>(&["CLIENT", "KILL", "TYPE", "pubsub"]).await;
        invalidate(&other, &["m"], told).await;
        let replay = follower.next().await.unwrap();
        assert!(replay.complete);
        assert_eq!(&*replay.events[0].targets, told);
    }
}

#[tokio::test]
async fn p3_who_is_not_answered_asks_again_what_has_happened() {
    let server = RedisServer::start().await;
    let wire = server.wire().await;
    wire.mute();
    let timeout = Duration::from_secs(2);
    let store = Arc::new(wire.store(RedisStoreOptions { timeout, ..options("a") }));
    let _mute = wire.unmute().await;
    let (mut follower, _) = loop {
        match Follower::new(Arc::clone(&store) as Arc<dyn Store>, None).await {
            Ok(following) => break following,
            Err(_) => sleep(Duration::from_millis(5)).await,
        }
    };
    let other = server.store("a");
    let replay = loop {
        invalidate(&other, &["m"], "told").await;
        if let Ok(replay) = follower.next().await {
            break replay;
        }
    };
    assert_eq!(&*replay.events[0].targets, "told");
}

#[tokio::test]
async fn p1_instances_see_each_others_invalidations() {
    let server = RedisServer::start().await;
    let near = RedisStoreOptions { near_bytes: 1_000_000, ..options("a") };
    let (one, other) = (server.store_with(near.clone()), server.store_with(near));
    for round in 0..20 {
        let fence = one.fence().await.unwrap();
        assert_eq!(publish(&one, "k", &texts(&["m", "other"]), fence).await, Published::Stored);
        for store in [&one, &other, &one, &other] {
            assert!(store.get("k").await.unwrap().is_some());
        }
        let (writer, reader) = if round % 2 == 0 { (&one, &other) } else { (&other, &one) };
        invalidate(writer, &["m"], "").await;
        assert_eq!(reader.get("k").await.unwrap(), None);
    }
}

#[tokio::test]
async fn namespaces_know_nothing_of_each_other() {
    let server = RedisServer::start().await;
    let (one, other) = (server.store("a"), server.store("b"));
    let fence = one.fence().await.unwrap();
    publish(&one, "k", &texts(&["m"]), fence).await;
    assert_eq!(other.get("k").await.unwrap(), None);
    invalidate(&other, &["m"], "").await;
    assert!(one.get("k").await.unwrap().is_some());
}

#[tokio::test]
async fn p2_what_redis_has_lost_takes_all_that_it_concerns_with_it() {
    let server = RedisServer::start().await;
    for lost in [&["{a}:seq"][..], &["{a}:tags:0"], &["{a}:tags:1"], &["{a}:seq", "{a}:tags:0", "{a}:tags:1"]]
    {
        let near = RedisStoreOptions { near_bytes: 1_000_000, ..options("a") };
        let store = server.store_with(near);
        let marks = texts(&["m"]);
        invalidate(&store, &["m"], "").await;
        let fence = store.fence().await.unwrap();
        assert_eq!(publish(&store, "k", &marks, foreign(fence)).await, Published::Late);
        publish(&store, "k", &marks, fence).await;
        // Read, so that there is a copy in this process.
        assert!(store.get("k").await.unwrap().is_some());
        let start = store.since(None).await.unwrap().cursor;
        server.run::<i64>(&[&["DEL"], lost].concat()).await;
        assert_eq!(store.get("k").await.unwrap(), None, "{lost:?}");
        // The new sequence reaches the numbers of the old one.
        for _ in 0..5 {
            invalidate(&store, &["other"], "told").await;
        }
        assert_eq!(store.get("k").await.unwrap(), None, "{lost:?}");
        assert_eq!(publish(&store, "k", &marks, fence).await, Published::Late, "{lost:?}");
        assert!(!store.since(Some(start)).await.unwrap().complete);
    }
}

#[tokio::test]
async fn p2_a_body_that_was_evicted_is_a_miss() {
    let server = RedisServer::start().await;
    let store = server.store("a");
    let fence = store.fence().await.unwrap();
    publish(&store, "k", &texts(&["m"]), fence).await;
    let bodies: Vec<String> = server.run(&["KEYS", "a:body:*"]).await;
    server.run::<i64>(&["DEL", &bodies[0]]).await;
    assert_eq!(store.get("k").await.unwrap(), None);
}

#[tokio::test]
async fn p10_nothing_is_left_behind() {
    let server = RedisServer::start().await;
    let store = server.store_with(RedisStoreOptions { max_age: 400, ..options("a") });
    for n in 0..20 {
        let marks = texts(&[&format!("m{n}")]);
        let fence = store.fence().await.unwrap();
        publish(&store, &format!("k{n}"), &marks, fence).await;
        publish(&store, "same", &marks, fence).await;
        store.begin(&marks, MINUTE).await.unwrap();
        publish(&store, "late", &marks, fence).await;
        let change = Change { begun: marks.clone(), told: "t".into(), ..Change::default() };
        store.invalidate(&change).await.unwrap();
    }
    let keys: Vec<String> = server.run(&["KEYS", "*"]).await;
    assert!(keys.iter().all(|key| key.starts_with("{a}:") || key.starts_with("a:body:")), "{keys:?}");
    // The feed's listener looks once a second, and so would keep the sequence.
    drop(store);
    while server.run::<u64>(&["DBSIZE"]).await > 0 {
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn p2_what_was_asked_for_too_long_ago_is_not_stored() {
    let server = RedisServer::start().await;
    let store = server.store_with(RedisStoreOptions { max_age: 100, ..options("a") });
    let fence = store.fence().await.unwrap();
    while publish(&store, "k", &texts(&["m"]), fence).await == Published::Stored {
        sleep(Duration::from_millis(5)).await;
    }
    let new = store.fence().await.unwrap();
    assert!(new.epoch != fence.epoch || new.at - fence.at >= 100);
}

#[tokio::test]
async fn p10_records_end_when_nothing_is_left_that_they_could_concern() {
    let server = RedisServer::start().await;
    let store = server.store_with(RedisStoreOptions { max_age: 2000, ..options("a") });
    let records = async || {
        let mut count = 0;
        for key in ["{a}:tags:0", "{a}:tags:1"] {
            count += server.run::<u64>(&["HLEN", key]).await;
        }
        count
    };
    let mut count = 0;
    // They last for as long as things are kept, however slow it is here.
    while records().await < 10 {
        for _ in 0..10 {
            count += 1;
            invalidate(&store, &[&format!("m{count}")], "").await;
        }
    }
    // Two generations, each of its own name and of the mark that is told all the time.
    while records().await > 4 {
        invalidate(&store, &["m"], "").await;
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn p7_a_redis_that_is_gone_is_an_error_at_once() {
    let mut server = RedisServer::start().await;
    let store = server.store_with(RedisStoreOptions { cooldown: Duration::from_secs(3600), ..options("a") });
    store.fence().await.unwrap();
    server.kill();
    assert_eq!(store.get("k").await.unwrap_err().code(), "store-unavailable");
    assert!(matches!(store.get("k").await, Err(StoreError::Open)));
    assert!(matches!(store.fence().await, Err(StoreError::Open)));
    assert_eq!(RedisStore::connect("nonsense", options("a")).unwrap_err().code(), "store-unavailable");
}

/// Asks until there is a connection.
async fn answered(store: &RedisStore, key: &str) -> Option<Arc<Entry>> {
    loop {
        match store.get(key).await {
            Ok(found) => break found,
            Err(_) => sleep(Duration::from_millis(5)).await,
        }
    }
}

#[tokio::test]
async fn p1_what_could_not_be_told_is_told_before_anything_is_trusted() {
    let server = RedisServer::start().await;
    let wire = server.wire().await;
    let near = RedisStoreOptions { near_bytes: 1_000_000, ..options("a") };
    let (cut, other) = (wire.store(near), server.store("a"));
    for begins in [false, true] {
        let fence = other.fence().await.unwrap();
        assert_eq!(publish(&other, "k", &texts(&["m"]), fence).await, Published::Stored);
        assert!(answered(&cut, "k").await.is_some());
        wire.set_cut(true);
        if begins {
            cut.begin(&texts(&["m"]), MINUTE).await.unwrap_err();
        } else {
            let change = Change { marks: texts(&["m"]), ..Change::default() };
            cut.invalidate(&change).await.unwrap_err();
        }
        wire.set_cut(false);
        assert_eq!(answered(&cut, "k").await, None);
        assert_eq!(other.get("k").await.unwrap(), None);
    }
}

#[tokio::test]
async fn p1_what_could_not_be_told_is_told_although_nobody_asks() {
    let server = RedisServer::start().await;
    let wire = server.wire().await;
    let (cut, other) = (wire.store(options("a")), server.store("a"));
    let fence = other.fence().await.unwrap();
    publish(&other, "k", &texts(&["anything"]), fence).await;
    wire.set_cut(true);
    // More than are kept: everything is told to be old.
    for n in 0..1002 {
        let change = Change { marks: texts(&[&format!("m{n}")]), ..Change::default() };
        cut.invalidate(&change).await.unwrap_err();
    }
    wire.set_cut(false);
    let carries_all = texts(&["*"]);
    publish(&other, "all", &carries_all, fence).await;
    while other.get("all").await.unwrap().is_some() {
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn p1_a_redis_that_has_just_begun_stores_nothing_for_a_while() {
    let server = RedisServer::start().await;
    let (patient, hasty) = (RedisStoreOptions { grace: 60 * MINUTE, ..options("a") }, options("a"));
    for (options, expected) in [(patient, Published::Late), (hasty, Published::Stored)] {
        let store = server.store_with(options);
        let fence = store.fence().await.unwrap();
        assert_eq!(publish(&store, "k", &texts(&["m"]), fence).await, expected);
    }
}

/// The text of what is wrong at the bottom.
fn cause(error: &StoreError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[tokio::test]
async fn p7_a_redis_that_takes_no_connections_or_says_nothing_is_not_waited_for() {
    let server = RedisServer::start().await;
    let (crowded, wire, deaf) = (Crowded::new().await, server.wire().await, server.wire().await);
    wire.mute();
    deaf.set_deaf(true);
    let short = RedisStoreOptions {
        timeout: Duration::from_millis(200),
        cooldown: Duration::from_secs(3600),
        ..options("a")
    };
    let url = format!("redis://127.0.0.1:{}", crowded.port);
    let stores =
        [RedisStore::connect(&url, short.clone()).unwrap(), wire.store(short.clone()), deaf.store(short)];
    for store in stores {
        let error = store.get("k").await.unwrap_err();
        assert_eq!(error.code(), "store-unavailable");
        // In minutes, the system would have given up.
        assert!(!cause(&error).contains("os error"), "{}", cause(&error));
        assert!(matches!(store.fence().await, Err(StoreError::Open)));
    }
}
