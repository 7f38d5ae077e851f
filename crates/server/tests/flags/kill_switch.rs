//! P7: while the switch is off the cache is as if it were not there, and what was stored before does not count after it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use everfresh_server::ops::OpsOptions;
use everfresh_server::store::Store;
use http::StatusCode;
use tokio::time::{Duration, sleep};

use crate::held::{Held, HeldFlags};
use crate::site::{Backend, DISABLED, STORED, STORY, Site, check, ops_options};
use crate::support::{Time, memory};

#[tokio::test]
async fn p7_off_the_cache_stores_nothing_and_serves_nothing() {
    let site = Site::new().await;
    site.fill().await;
    site.enable(false).await;
    for version in 1..4 {
        // Nobody tells the cache.
        site.backend.data.write(STORY);
        check(&site.get().await, &version.to_string(), DISABLED);
        assert!(!site.has_entry().await);
    }
    let head = site.server.send("HEAD", STORY, &[], "").await;
    assert_eq!((head.status, head.cache()), (StatusCode::OK, DISABLED));
    // What browsers need is there, and what they ask reaches the application.
    let reply = site.server.send("GET", STORY, &[("if-none-match", "\"x\"")], "").await;
    assert_eq!(reply.header("x-cache-tags"), Some("story:1, story"));
    assert_eq!(site.backend.conditions.load(Ordering::SeqCst), 1);
    // A request that is not the cache's own says what it always says.
    let other = site.server.send("GET", STORY, &[("authorization", "x")], "").await;
    assert_eq!(other.cache(), "fwd=bypass; detail=credentials");
    site.enable(true).await;
    check(&site.get().await, "3", STORED);
    assert!(site.get().await.cache().starts_with("hit"));
}

#[tokio::test]
async fn p7_nothing_that_was_stored_before_counts_when_it_is_back() {
    let site = Site::new().await;
    for version in 1..4 {
        site.fill().await;
        assert!(site.has_entry().await);
        site.enable(false).await;
        // As if it had not been known that this is old.
        site.backend.data.write(STORY);
        site.enable(true).await;
        check(&site.get().await, &version.to_string(), STORED);
    }
    // To set what is set drops nothing.
    site.enable(true).await;
    site.set(r#"{"server":{"metrics":false,"enabled":50},"client":{"enabled":false}}"#).await;
    site.set(r#"{"server":{"enabled":null}}"#).await;
    assert!(site.get().await.cache().starts_with("hit"));
}

#[tokio::test]
async fn p7_a_fill_that_began_before_the_switch_is_not_stored() {
    for is_back in [false, true] {
        let site = Site::new().await;
        site.backend.reads.set(false);
        let asked = async {
            let reply = site.get().await;
            let detail = if is_back { "late" } else { "disabled" };
            check(&reply, "0", &format!("fwd=miss; detail={detail}"));
        };
        let switched = async {
            site.backend.reads.came(1).await;
            site.enable(false).await;
            if is_back {
                site.enable(true).await;
            }
            site.backend.reads.set(true);
        };
        tokio::join!(asked, switched);
        assert!(!site.has_entry().await);
    }
}

#[tokio::test]
async fn p7_requests_that_wait_for_one_of_the_same_at_the_switch_end_well() {
    let site = Site::new().await;
    site.backend.reads.set(false);
    let asked = async {
        let replies = futures_util::future::join_all((0..5).map(|_| site.get())).await;
        let led = replies.iter().filter(|reply| reply.cache() == "fwd=miss; detail=disabled").count();
        let alone = replies.iter().filter(|reply| reply.cache() == DISABLED).count();
        assert_eq!((led, alone), (1, 4), "{replies:?}");
        assert!(replies.iter().all(|reply| reply.text() == "0"));
    };
    let switched = async {
        while site.count("joined").await < 4 {
            sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(site.backend.data.reads(), 1);
        site.enable(false).await;
        site.backend.reads.set(true);
    };
    tokio::join!(asked, switched);
    assert_eq!(site.backend.data.reads(), 5);
    assert!(!site.has_entry().await);
}

#[tokio::test]
async fn p7_who_has_waited_for_what_is_stale_asks_for_a_whole_answer() {
    let site = Site::new().await;
    site.fill().await;
    site.time.pass(60_000);
    let (before, joined) = (site.backend.data.reads(), site.count("joined").await);
    site.backend.reads.set(false);
    let asked = async {
        let (one, other) = tokio::join!(site.get(), site.get());
        assert_eq!((one.text(), other.text()), ("0", "0"));
    };
    let switched = async {
        while site.count("joined").await == joined {
            sleep(Duration::from_millis(5)).await;
        }
        site.enable(false).await;
        site.backend.reads.set(true);
    };
    tokio::join!(asked, switched);
    assert_eq!(site.backend.data.reads(), before + 2);
    assert_eq!(site.backend.conditions.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn p7_nothing_stands_in_for_a_backend_that_fails() {
    let site = Site::new().await;
    site.fill().await;
    site.time.pass(60_000);
    site.backend.status.store(503, Ordering::SeqCst);
    let stale = site.get().await;
    assert_eq!((stale.status, stale.cache()), (StatusCode::OK, "hit; ttl=-1"));
    site.backend.reads.set(false);
    let count = site.backend.data.reads() + 1;
    let asked = async {
        assert_eq!(site.get().await.status, StatusCode::SERVICE_UNAVAILABLE);
    };
    let switched = async {
        while site.backend.data.reads() < count {
            sleep(Duration::from_millis(5)).await;
        }
        site.enable(false).await;
        site.backend.reads.set(true);
    };
    tokio::join!(asked, switched);
    assert_eq!(site.get().await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn p7_a_request_that_the_switch_overtakes_stores_nothing() {
    let held = Arc::new(Held::default());
    held.fences.set(false);
    let store: Arc<dyn Store> = Arc::clone(&held) as _;
    let site = Site::with(store, Backend::default(), ops_options()).await;
    let asked = async {
        check(&site.get().await, "0", "fwd=miss; detail=disabled");
    };
    let switched = async {
        // It was let in, and takes its number after all was dropped.
        held.fences.came(1).await;
        site.enable(false).await;
        held.fences.set(true);
    };
    tokio::join!(asked, switched);
    assert!(!site.has_entry().await);
}

#[tokio::test]
async fn p7_who_throws_the_switch_and_goes_away_has_thrown_it() {
    let held = Arc::new(Held::default());
    let store: Arc<dyn Store> = Arc::clone(&held) as _;
    let site = Site::with(Arc::clone(&store), Backend::default(), ops_options()).await;
    let other = Site::with(store, site.backend.clone(), ops_options()).await;
    other.fill().await;
    held.changes.set(false);
    tokio::select! {
        () = site.enable(false) => panic!("it was not held"),
        () = held.changes.came(1) => {}
    }
    // By then the server has seen that nobody waits for an answer.
    for _ in 0..20 {
        assert_eq!(site.get().await.cache(), DISABLED);
    }
    held.changes.set(true);
    while other.get().await.cache() != STORED {
        assert_eq!(site.get().await.cache(), DISABLED);
    }
}

#[tokio::test]
async fn p7_a_look_that_takes_long_does_not_undo_a_change() {
    let flags = Arc::new(HeldFlags::default());
    let every = Duration::from_secs(100_000);
    let options = OpsOptions { flags: Some(Arc::clone(&flags) as _), flags_every: every, ..ops_options() };
    let site = Site::with(memory(&Time::new()), Backend::default(), options).await;
    site.ops.load_flags().await;
    site.set(r#"{"client":{"push":false}}"#).await;
    flags.hold_next();
    let looked = site.ops.load_flags();
    let changed = async {
        // It has read what was there before.
        flags.held.came(1).await;
        tokio::join!(site.enable(false), async {
            // By then a change that does not wait for the look is done.
            for _ in 0..20 {
                site.get().await;
            }
            flags.held.set(true);
        });
    };
    tokio::join!(looked, changed);
    check(&site.get().await, "0", DISABLED);
}

#[tokio::test]
async fn what_is_asked_while_it_is_off_is_counted_and_is_no_miss() {
    let site = Site::new().await;
    site.enable(false).await;
    for _ in 0..3 {
        site.get().await;
    }
    site.write().await;
    let counts = [site.count("misses").await, site.count("requests").await, site.count("writes").await];
    assert_eq!(counts, [0, 4, 1]);
}
