//! P1, P2, P7: instances that share a store, of which some know that the cache is off, and others not yet.

use std::sync::Arc;
use std::time::Duration;

use everfresh_server::ops::OpsOptions;
use everfresh_server::store::{Follower, Store};
use http::StatusCode;
use tokio::time::sleep;

use crate::redis_server::RedisServer;
use crate::site::{Backend, DISABLED, STORED, Site, UNKNOWN, check, json, ops_options};
use crate::support::{Time, memory};

/// Two instances with flags of their own: what one is told, the other never hears of.
async fn pair(store: Arc<dyn Store>) -> [Site; 2] {
    let backend = Backend::default();
    [
        Site::with(Arc::clone(&store), backend.clone(), ops_options()).await,
        Site::with(store, backend, ops_options()).await,
    ]
}

async fn check_that_nothing_stale_is_served(store: Arc<dyn Store>) {
    let [off, on] = pair(store).await;
    on.fill().await;
    off.enable(false).await;
    let mut version = 0;
    for round in 0..10 {
        on.fill().await;
        let writer = if round % 2 == 0 { &off } else { &on };
        let reply = writer.write().await;
        assert_eq!(reply.header("x-cache-invalidate"), Some("story:1"));
        version += 1;
        for reader in [&on, &off, &on] {
            assert_eq!(reader.get().await.text(), version.to_string());
        }
    }
    off.enable(true).await;
    assert_eq!((off.get().await.text(), on.get().await.text()), ("10", "10"));
}

#[tokio::test]
async fn p1_nothing_stale_is_served_while_one_instance_alone_is_off() {
    check_that_nothing_stale_is_served(memory(&Time::new())).await;
    let redis = RedisServer::start().await;
    check_that_nothing_stale_is_served(Arc::new(redis.store("a"))).await;
}

#[tokio::test]
async fn p2_a_write_through_an_instance_that_is_off_bars_what_another_would_store() {
    let [off, on] = pair(memory(&Time::new())).await;
    off.enable(false).await;
    off.backend.writes.set(false);
    let written = async {
        assert_eq!(off.write().await.text(), "1");
    };
    let read = async {
        off.backend.writes.came(1).await;
        check(&on.get().await, "0", "fwd=miss; detail=late");
        off.backend.writes.set(true);
    };
    tokio::join!(written, read);
    check(&on.get().await, "1", STORED);
}

#[tokio::test]
async fn p3_a_write_through_an_instance_that_is_off_is_told_to_browsers() {
    let [off, on] = pair(memory(&Time::new())).await;
    off.enable(false).await;
    let (mut follower, _) = Follower::new(Arc::clone(&on.store), None).await.unwrap();
    let reply = off.write().await;
    let told = follower.next().await.unwrap();
    assert_eq!(reply.header("x-cache-invalidate"), Some("story:1"));
    assert_eq!(&*told.events[0].targets, "story:1, \"/api/stories/1\"");
    assert_eq!(reply.header("x-cache-cursor"), Some(told.cursor.to_string().as_str()));
    // Nor is anything else told: what browsers have is right.
    off.enable(true).await;
    assert_eq!(on.store.since(Some(told.cursor)).await.unwrap().cursor, told.cursor);
}

#[tokio::test]
async fn p7_what_is_stored_is_dropped_for_all_when_one_goes_off() {
    let [off, on] = pair(memory(&Time::new())).await;
    on.fill().await;
    off.enable(false).await;
    check(&on.get().await, "0", STORED);
}

#[tokio::test]
async fn p7_what_another_instance_has_stored_meanwhile_does_not_count_when_it_is_back() {
    let [off, on] = pair(memory(&Time::new())).await;
    off.enable(false).await;
    on.fill().await;
    off.backend.data.write(crate::site::STORY);
    off.enable(true).await;
    check(&off.get().await, "1", STORED);
}

/// An instance whose flags are in Redis, looked at so often.
async fn instance(redis: &RedisServer, backend: &Backend, every: Duration) -> Site {
    let store = Arc::new(redis.store("app"));
    let options = OpsOptions { flags: Some(Arc::clone(&store) as _), flags_every: every, ..ops_options() };
    let site = Site::with(store, backend.clone(), options).await;
    site.ops.load_flags().await;
    site
}

const SOON: Duration = Duration::from_millis(5);
const NEVER: Duration = Duration::from_secs(100_000);

async fn until_off(site: &Site) {
    while site.get().await.cache() != DISABLED {
        sleep(SOON).await;
    }
}

#[tokio::test]
async fn p7_every_instance_takes_a_change_over_from_redis_and_one_that_starts_begins_with_it() {
    let redis = RedisServer::start().await;
    let backend = Backend::default();
    let [one, other] = [instance(&redis, &backend, SOON).await, instance(&redis, &backend, SOON).await];
    other.fill().await;
    one.set(r#"{"server":{"enabled":false},"client":{"prefetch":5}}"#).await;
    check(&one.get().await, "0", DISABLED);
    until_off(&other).await;
    for site in [&one, &other, &instance(&redis, &backend, NEVER).await] {
        check(&site.get().await, "0", DISABLED);
        let flags = json(&site.server.get("/_everfresh/flags").await);
        assert_eq!(flags["flags"]["prefetch"], 5);
    }
    other.enable(true).await;
    while one.get().await.cache() == DISABLED {
        sleep(SOON).await;
    }
    other.fill().await;
    one.fill().await;
}

#[tokio::test]
async fn p1_nothing_stale_is_served_while_one_instance_has_not_heard_of_the_switch() {
    let redis = RedisServer::start().await;
    let backend = Backend::default();
    let [late, quick] = [instance(&redis, &backend, NEVER).await, instance(&redis, &backend, SOON).await];
    let mut version = 0;
    for enabled in [false, true, false, true] {
        quick.enable(enabled).await;
        for writer in [&quick, &late] {
            late.fill().await;
            writer.write().await;
            version += 1;
            assert_eq!(late.get().await.text(), version.to_string());
            let reply = quick.get().await;
            assert_eq!(reply.text(), version.to_string());
            assert_eq!(reply.cache() == DISABLED, !enabled);
        }
    }
}

#[tokio::test]
async fn p7_the_switch_outlives_a_redis_that_is_gone_or_has_lost_everything() {
    let mut redis = RedisServer::start().await;
    let site = instance(&redis, &Backend::default(), SOON).await;
    site.set(r#"{"server":{"enabled":false},"client":{"push":false}}"#).await;
    redis.kill();
    let refused = site.try_set(r#"{"server":{"enabled":true}}"#).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(json(&refused)["code"].as_str().unwrap().starts_with("store-"));
    check(&site.get().await, "0", DISABLED);
    assert_eq!(json(&site.server.get("/_everfresh/flags").await)["flags"]["push"], false);
    redis.restart().await;
    while redis.run::<i64>(&["EXISTS", "{app}:flags"]).await == 0 {
        sleep(SOON).await;
    }
    let again = instance(&redis, &Backend::default(), NEVER).await;
    check(&again.get().await, "0", DISABLED);
    assert_eq!(redis.run::<i64>(&["PTTL", "{app}:flags"]).await, -1);
}

#[tokio::test]
async fn p7_while_nobody_knows_whether_the_switch_is_thrown_the_cache_is_off() {
    let mut redis = RedisServer::start().await;
    redis.kill();
    let site = instance(&redis, &Backend::default(), SOON).await;
    check(&site.get().await, "0", UNKNOWN);
    for (path, headers) in [("flags", &[][..]), ("flags/all", &[crate::site::BEARER])] {
        let reply = site.server.send("GET", &format!("/_everfresh/{path}"), headers, "").await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(json(&reply)["code"].as_str().unwrap().starts_with("store-"), "{}", reply.text());
    }
    redis.restart().await;
    site.fill().await;
}

#[tokio::test]
async fn changes_at_the_same_time_all_hold() {
    let redis = RedisServer::start().await;
    let backend = Backend::default();
    let sites = [instance(&redis, &backend, NEVER).await, instance(&redis, &backend, NEVER).await];
    let names = ["prefetch", "persist", "outbox", "optimistic", "push", "overlay", "metrics", "wrapFetch"];
    let changes = names.iter().enumerate().map(|(at, name)| {
        let site = &sites[at % 2];
        async move { site.set(&format!(r#"{{"client":{{"{name}":{at}}}}}"#)).await }
    });
    futures_util::future::join_all(changes).await;
    for site in &sites {
        site.ops.load_flags().await;
        let all = json(&site.ask("GET", "flags/all", "").await);
        for (at, name) in names.iter().enumerate() {
            assert_eq!(all["client"][name], at, "{all}");
        }
    }
}

#[tokio::test]
async fn p7_a_change_that_the_store_does_not_hear_of_does_not_bring_the_cache_back() {
    let redis = RedisServer::start().await;
    let wire = redis.wire().await;
    let store = Arc::new(wire.store(crate::redis_server::options("cut")));
    let site = Site::with(store, Backend::default(), ops_options()).await;
    site.enable(false).await;
    wire.set_cut(true);
    // It is kept in memory, so it is taken; but nobody could be told to drop what is stored.
    site.enable(true).await;
    check(&site.get().await, "0", DISABLED);
    wire.set_cut(false);
    site.fill().await;
}
