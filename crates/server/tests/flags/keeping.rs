//! What is set outlives a restart, and where it can't be read what is known holds.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use everfresh_server::ops::{OpsOptions, Saved};
use everfresh_server::{FileFlags, FlagStore, MemoryFlags};
use http::StatusCode;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::redis_server::RedisServer;
use crate::site::{Backend, DISABLED, Site, UNKNOWN, check, json, ops_options};
use crate::support::{Time, memory};

const SOON: Duration = Duration::from_millis(5);

/// An instance that keeps its flags in this file.
async fn site(file: &Path) -> Site {
    let flags = Some(Arc::new(FileFlags::new(file).unwrap()) as Arc<dyn FlagStore>);
    let options = OpsOptions { flags, flags_every: SOON, ..ops_options() };
    let site = Site::with(memory(&Time::new()), Backend::default(), options).await;
    site.ops.load_flags().await;
    site
}

async fn until_off(site: &Site) {
    while site.get().await.cache() != DISABLED {
        sleep(SOON).await;
    }
}

async fn until_code(site: &Site, code: &str) {
    while json(&site.ask("GET", "flags/all", "").await)["code"] != code {
        sleep(SOON).await;
    }
}

async fn check_replacing(flags: &dyn FlagStore) {
    assert_eq!(flags.load_flags().await.unwrap(), Saved::default());
    assert!(!flags.replace_flags(7, "never").await.unwrap());
    assert!(flags.replace_flags(0, "one ä\n").await.unwrap());
    assert!(!flags.replace_flags(0, "too late").await.unwrap());
    let one = flags.load_flags().await.unwrap();
    assert_eq!(one.text, "one ä\n");
    assert!(flags.replace_flags(one.version, "two").await.unwrap());
    assert!(!flags.replace_flags(one.version, "too late").await.unwrap());
    assert_eq!(flags.load_flags().await.unwrap().text, "two");
}

#[tokio::test]
async fn a_document_is_replaced_by_whoever_knows_it() {
    let folder = TempDir::new().unwrap();
    check_replacing(&MemoryFlags::default()).await;
    check_replacing(&FileFlags::new(folder.path().join("flags.json")).unwrap()).await;
    check_replacing(&RedisServer::start().await.store("a")).await;
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[tokio::test]
async fn p7_the_switch_outlives_a_restart() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("flags.json");
    let first = site(&file).await;
    first.fill().await;
    assert!(!file.exists());
    first.set(r#"{"server":{"enabled":false},"client":{"outbox":false}}"#).await;
    drop(first);
    let second = site(&file).await;
    check(&second.get().await, "0", DISABLED);
    assert_eq!(json(&second.server.get("/_everfresh/flags").await)["flags"]["outbox"], false);
    second.set(r#"{"server":null}"#).await;
    second.fill().await;
    drop(second);
    site(&file).await.fill().await;
}

#[tokio::test]
async fn p7_a_file_that_is_written_by_hand_is_taken_over() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("flags.json");
    let site = site(&file).await;
    site.fill().await;
    fs::write(&file, r#"{ "server": { "enabled": false, "later": 3 } }"#).unwrap();
    until_off(&site).await;
    site.backend.data.write(crate::site::STORY);
    fs::write(&file, r#"{ "server": { "later": 3 } }"#).unwrap();
    site.fill().await;
    // Nothing of before is there, and what is not known stays.
    assert_eq!(site.get().await.text(), "1");
    site.set(r#"{"client":{"push":5}}"#).await;
    let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(kept, serde_json::json!({ "client": { "push": 5 }, "server": { "later": 3 } }));
}

#[tokio::test]
async fn p7_where_the_file_can_not_be_read_what_is_known_holds_and_the_switch_can_be_thrown() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("flags.json");
    let site = site(&file).await;
    site.set(r#"{"server":{"enabled":false},"client":{"push":false}}"#).await;
    for broken in [&b"{"[..], b"[]", b"\xFF", br#"{"server":{"enabled":"on"}}"#, b""] {
        fs::write(&file, broken).unwrap();
        site.ops.load_flags().await;
        check(&site.get().await, "0", DISABLED);
        assert_eq!(json(&site.server.get("/_everfresh/flags").await)["flags"]["push"], false);
    }
    site.enable(true).await;
    site.fill().await;
    let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(kept, serde_json::json!({ "client": { "push": false }, "server": { "enabled": true } }));
    site.enable(false).await;
    fs::remove_file(&file).unwrap();
    while !file.exists() {
        sleep(SOON).await;
    }
    check(&site.get().await, "0", DISABLED);
}

#[tokio::test]
async fn p7_a_start_with_a_file_that_can_not_be_read_has_the_cache_off_until_it_can() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("flags.json");
    fs::write(&file, r#"{"server":{"enabled":false}"#).unwrap();
    let site = site(&file).await;
    check(&site.get().await, "0", UNKNOWN);
    until_code(&site, "flags-unreadable").await;
    let reply = site.server.get("/_everfresh/flags").await;
    assert_eq!(
        (reply.status, &json(&reply)["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"flags-unreadable".into())
    );
    // A change could lose what stands there.
    let refused = site.try_set(r#"{"client":{"push":false}}"#).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(json(&refused)["code"], "flags-unreadable");
    assert_eq!(fs::read_to_string(&file).unwrap(), r#"{"server":{"enabled":false}"#);
    fs::write(&file, "{}").unwrap();
    site.fill().await;
}

#[tokio::test]
async fn p7_before_the_flags_were_looked_at_the_cache_is_off() {
    let folder = TempDir::new().unwrap();
    let flags =
        Some(Arc::new(FileFlags::new(folder.path().join("flags.json")).unwrap()) as Arc<dyn FlagStore>);
    let time = Time::new();
    let cache = crate::support::layer(r#"{"rules":[{"match":"/*","staleTime":60000}]}"#, &time);
    let app = axum::Router::new().route("/a", axum::routing::get(async || "a")).layer(cache.clone());
    let server = crate::support::serve(app).await;
    check(&server.get("/a").await, "a", "fwd=miss; stored");
    let options = OpsOptions { flags, flags_every: Duration::from_secs(100_000), ..ops_options() };
    let ops = everfresh_server::ops::Ops::new(&cache, options).unwrap();
    // Nothing has waited yet, so nothing has looked.
    assert_eq!(server.get("/a").await.cache(), UNKNOWN);
    ops.load_flags().await;
    assert!(server.get("/a").await.cache().starts_with("hit"));
}

#[tokio::test]
async fn a_file_that_can_not_be_written_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let site = site(&inner.join("flags.json")).await;
    fs::remove_dir(&inner).unwrap();
    let refused = site.try_set(r#"{"client":{"push":false}}"#).await;
    assert_eq!(
        (refused.status, &json(&refused)["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &"store-unavailable".into())
    );
    assert_eq!(
        json(&site.ask("GET", "flags/all", "").await),
        serde_json::json!({ "client": {}, "server": {} })
    );
    assert_eq!(FileFlags::new(inner.join("flags.json")).unwrap_err().code(), "store-unavailable");
}
