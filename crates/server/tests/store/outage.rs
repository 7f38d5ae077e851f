//! P1 over HTTP: two instances that share a Redis, which is killed and cut off while many read and write.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Path;
use axum::routing::get;
use axum::{Router, body::Body};
use everfresh_server::store::{RedisStoreOptions, Store};
use everfresh_server::{CacheLayer, CacheService, NoResolver};
use http::Request;
use tokio::time::sleep;
use tower::{Layer, ServiceExt};

use crate::redis_server::{RedisServer, options};

const RULES: &str = r#"{
    "rules": [{ "match": "/api/*", "staleTime": 60000, "mode": "swr" }],
    "entities": { "story": { "path": "/api/stories/:id", "lists": ["stories"] } }
}"#;
const STORIES: u64 = 4;

/// The versions of stories, as a database has them: a write takes a while before it is seen, and a read before it is
/// answered.
#[derive(Clone, Default)]
struct Database(Arc<Mutex<BTreeMap<String, u64>>>);

impl Database {
    async fn write(&self, id: &str) -> u64 {
        sleep(Duration::from_micros(fastrand::u64(0..2000))).await;
        let version = {
            let mut rows = self.0.lock().unwrap();
            let row = rows.entry(id.to_owned()).or_default();
            *row += 1;
            *row
        };
        sleep(Duration::from_micros(fastrand::u64(0..500))).await;
        version
    }

    async fn read(&self, id: &str) -> u64 {
        let version = self.0.lock().unwrap().get(id).copied().unwrap_or(0);
        sleep(Duration::from_micros(fastrand::u64(0..3000))).await;
        version
    }
}

type Instance = CacheService<Router, NoResolver>;

fn instance(database: &Database, store: Arc<dyn Store>) -> Instance {
    let (reads, writes) = (database.clone(), database.clone());
    let read = move |Path(id): Path<String>| async move { reads.read(&id).await.to_string() };
    let write = move |Path(id): Path<String>| async move { writes.write(&id).await.to_string() };
    let app = Router::new().route("/api/stories/{id}", get(read).patch(write));
    CacheLayer::from_json(RULES).unwrap().store(store).layer(app)
}

async fn ask(instance: &Instance, method: &str, id: u64) -> (u64, bool) {
    let request =
        Request::builder().method(method).uri(format!("/api/stories/{id}")).body(Body::empty()).unwrap();
    let response = instance.clone().oneshot(request).await.unwrap();
    let hit = response.headers()["cache-status"].to_str().unwrap().contains("; hit");
    let body = axum::body::to_bytes(Body::new(response.into_body()), 100).await.unwrap();
    (std::str::from_utf8(&body).unwrap().parse().unwrap(), hit)
}

/// What has been answered to writers, and how often readers looked.
#[derive(Default)]
struct Seen {
    answered: [AtomicU64; STORIES as usize],
    reads: AtomicU64,
    hits: AtomicU64,
    done: AtomicBool,
}

async fn write_on(instance: Instance, seen: Arc<Seen>) {
    while !seen.done.load(Ordering::SeqCst) {
        let id = fastrand::u64(0..STORIES);
        let (version, _) = ask(&instance, "PATCH", id).await;
        seen.answered[id as usize].fetch_max(version, Ordering::SeqCst);
        sleep(Duration::from_millis(fastrand::u64(0..60))).await;
    }
}

async fn read_on(instance: Instance, seen: Arc<Seen>) {
    while !seen.done.load(Ordering::SeqCst) {
        let id = fastrand::u64(0..STORIES);
        let answered = seen.answered[id as usize].load(Ordering::SeqCst);
        let (version, hit) = ask(&instance, "GET", id).await;
        assert!(version >= answered, "story {id}: {version} was read after {answered} was answered");
        seen.reads.fetch_add(1, Ordering::SeqCst);
        seen.hits.fetch_add(u64::from(hit), Ordering::SeqCst);
    }
}

/// Until so many more reads were answered from the cache.
async fn until_hits(seen: &Seen, more: u64) {
    let enough = seen.hits.load(Ordering::SeqCst) + more;
    while seen.hits.load(Ordering::SeqCst) < enough {
        sleep(Duration::from_millis(5)).await;
    }
}

async fn until_reads(seen: &Seen, more: u64) {
    let enough = seen.reads.load(Ordering::SeqCst) + more;
    while seen.reads.load(Ordering::SeqCst) < enough {
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_no_read_after_a_writes_answer_shows_older_data_whatever_becomes_of_redis() {
    let mut redis = RedisServer::start().await;
    let (database, seen) = (Database::default(), Arc::new(Seen::default()));
    let mut wires = Vec::new();
    let mut tasks = Vec::new();
    for near_bytes in [0, 1_000_000] {
        let wire = redis.wire().await;
        let timeout = Duration::from_millis(500);
        let options = RedisStoreOptions { near_bytes, timeout, grace: 1000, ..options("a") };
        let instance = instance(&database, Arc::new(wire.store(options)));
        wires.push(wire);
        for _ in 0..5 {
            tasks.push(tokio::spawn(write_on(instance.clone(), Arc::clone(&seen))));
        }
        for _ in 0..20 {
            tasks.push(tokio::spawn(read_on(instance.clone(), Arc::clone(&seen))));
        }
    }
    for _ in 0..2 {
        until_hits(&seen, 500).await;
        // Connections break, and are made again.
        for wire in &wires {
            wire.set_cut(false);
            until_hits(&seen, 100).await;
        }
        redis.kill();
        until_reads(&seen, 300).await;
        redis.restart().await;
    }
    until_hits(&seen, 500).await;
    seen.done.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
    assert!(seen.reads.load(Ordering::SeqCst) > 2000);
}
