//! Flags and the kill switch of a proxy.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::backend::Backend;
use crate::many::Redis;
use crate::support::{Proxy, RULES, Reply};

const TOKEN: &str = "a token of the test";
const BEARER: &str = "Authorization: Bearer a token of the test\r\n";
const DISABLED: &str = "fwd=bypass; detail=disabled";

fn start(backend: &Backend, options: &[&str]) -> Proxy {
    let all: Vec<&str> = ["--token", TOKEN].iter().chain(options).copied().collect();
    Proxy::start(&backend.address, RULES, &all)
}

fn set(proxy: &Proxy, change: &str) -> Value {
    let reply = proxy.send("PATCH", "/_everfresh/flags", BEARER, change);
    assert_eq!(reply.status, 200, "{reply:?}");
    serde_json::from_str(&reply.body).unwrap()
}

fn enable(proxy: &Proxy, enabled: bool) {
    set(proxy, &json!({ "server": { "enabled": enabled } }).to_string());
}

/// Asks until it is answered so.
fn until(proxy: &Proxy, reached: impl Fn(&Reply) -> bool) {
    while !reached(&proxy.get("/api/a")) {
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn p7_the_kill_switch_is_logged_outlives_a_restart_and_drops_what_is_stored() {
    let (backend, version) = Backend::counting(0);
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("flags.json");
    let options = ["--flags", file.to_str().unwrap()];
    let mut proxy = start(&backend, &options);
    until(&proxy, Reply::is_hit);
    assert_eq!(set(&proxy, r#"{"client":{"prefetch":10}}"#)["client"]["prefetch"], 10);
    proxy.logs("a flag was changed flag=\"client.prefetch\" from=\"not set\" to=\"10 %\"");
    enable(&proxy, false);
    proxy.logs("WARN everfresh_server::flags::board: the kill switch was changed flag=\"server.enabled\"");
    version.fetch_add(1, Ordering::SeqCst);
    let reply = proxy.get("/api/a");
    assert_eq!((reply.body.as_str(), reply.cache()), ("1", DISABLED));
    proxy.terminate();
    assert!(proxy.wait().success());
    let again = start(&backend, &options);
    assert_eq!(again.get("/api/a").cache(), DISABLED);
    let flags: Value = serde_json::from_str(&again.get("/_everfresh/flags").body).unwrap();
    assert_eq!(flags, json!({ "version": 1, "flags": { "prefetch": 10 } }));
    enable(&again, true);
    assert_eq!(again.get("/api/a").cache(), "fwd=miss; stored");
    until(&again, Reply::is_hit);
    assert_eq!(again.send("PATCH", "/_everfresh/flags", "X-Forwarded-For: a\r\n", "{}").status, 401);
}

#[test]
fn p1_p7_proxies_at_a_redis_take_the_switch_over_and_none_serves_what_is_stale() {
    let (backend, version) = Backend::counting(0);
    let redis = Redis::start();
    let options = ["--redis", &redis.url()];
    let proxies = [start(&backend, &options), start(&backend, &options)];
    until(&proxies[1], Reply::is_hit);
    for round in 0..4 {
        let [one, other] = [&proxies[round % 2], &proxies[(round + 1) % 2]];
        enable(one, false);
        assert_eq!(one.get("/api/a").cache(), DISABLED);
        // Whether or not the other one has heard of it.
        let mut heard = false;
        while !heard {
            assert_eq!(one.send("PATCH", "/api/a", "", "").status, 200);
            let reply = other.get("/api/a");
            assert_eq!(reply.body, version.load(Ordering::SeqCst).to_string(), "{reply:?}");
            heard = reply.cache() == DISABLED;
        }
        // One that starts knows of it at once.
        assert_eq!(start(&backend, &options).get("/api/a").cache(), DISABLED);
        enable(other, true);
        until(one, Reply::is_hit);
        assert_eq!(one.get("/api/a").body, version.load(Ordering::SeqCst).to_string());
    }
}

#[test]
fn p7_a_file_that_can_not_be_read_is_told_and_has_the_cache_off_until_it_can() {
    let (backend, _) = Backend::counting(0);
    let dir = TempDir::new().unwrap();
    let file = written(dir.path(), "{");
    let proxy = start(&backend, &["--flags", file.to_str().unwrap()]);
    proxy.logs("ERROR everfresh_server::flags::board: the flags can't be read code=\"flags-unreadable\"");
    let reply = proxy.get("/api/a");
    assert_eq!((reply.body.as_str(), reply.cache()), ("0", "fwd=bypass; detail=flags-unknown"));
    let flags = proxy.get("/_everfresh/flags");
    assert_eq!((flags.status, flags.body.as_str()), (503, r#"{"code":"flags-unreadable"}"#));
    written(dir.path(), r#"{ "server": { "push": false, "later": true } }"#);
    until(&proxy, Reply::is_hit);
    proxy.logs("the flags can be read again");
    proxy.logs("code=\"flag-unknown\" flag=\"server.later\"");
    // What is known holds.
    written(dir.path(), "");
    proxy.logs("holds=\"what is known\"");
    assert!(proxy.get("/api/a").is_hit());
}

#[test]
fn a_proxy_in_front_says_who_asks() {
    let (backend, _) = Backend::counting(0);
    // The bucket of `user-7` for `enabled` is 8062, that of 127.0.0.1 another one.
    for (options, caches) in [(&["--trust-forwarded"][..], false), (&[], true)] {
        let proxy = start(&backend, options);
        set(&proxy, r#"{"server":{"enabled":80.6}}"#);
        let reply = proxy.send("GET", "/api/a", "X-Forwarded-For: a, user-7\r\n", "");
        assert_eq!(reply.cache() != DISABLED, caches, "{reply:?}");
    }
}

fn written(dir: &Path, text: &str) -> PathBuf {
    let file = dir.join("flags.json");
    fs::write(&file, text).unwrap();
    file
}
