//! P1 of whole instances: two that share a store, which is killed and cut off while many read and write.

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
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tower::{Layer, ServiceExt};

use crate::redis_server::{RedisServer, options};
use crate::support::memory;

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
    /// What must not be.
    broken: Mutex<Option<String>>,
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
        if version < answered {
            let broken = format!("story {id}: {version} was read after {answered} was answered");
            *seen.broken.lock().unwrap() = Some(broken);
            seen.done.store(true, Ordering::SeqCst);
        }
        seen.reads.fetch_add(1, Ordering::SeqCst);
        seen.hits.fetch_add(u64::from(hit), Ordering::SeqCst);
        // A hit in memory waits for nothing, and would let nobody else run.
        tokio::task::yield_now().await;
    }
}

/// Until a count has grown by so much, or something is broken.
async fn until(seen: &Seen, count: &AtomicU64, more: u64) {
    let enough = count.load(Ordering::SeqCst) + more;
    while count.load(Ordering::SeqCst) < enough && !seen.done.load(Ordering::SeqCst) {
        sleep(Duration::from_millis(5)).await;
    }
}

/// Writers and readers, through all instances at once.
fn start(instances: &[Instance], seen: &Arc<Seen>) -> Vec<JoinHandle<()>> {
    let mut tasks = Vec::new();
    for instance in instances {
        for _ in 0..5 {
            tasks.push(tokio::spawn(write_on(instance.clone(), Arc::clone(seen))));
        }
        for _ in 0..20 {
            tasks.push(tokio::spawn(read_on(instance.clone(), Arc::clone(seen))));
        }
    }
    tasks
}

async fn end(tasks: Vec<JoinHandle<()>>, seen: &Seen) {
    seen.done.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*seen.broken.lock().unwrap(), None);
    assert!(seen.reads.load(Ordering::SeqCst) > 2000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_no_read_after_a_writes_answer_shows_older_data() {
    let (database, seen, store) = (Database::default(), Arc::new(Seen::default()), memory());
    let instances = [(); 2].map(|()| instance(&database, Arc::clone(&store)));
    let tasks = start(&instances, &seen);
    until(&seen, &seen.hits, 3000).await;
    end(tasks, &seen).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_no_read_after_a_writes_answer_shows_older_data_whatever_becomes_of_redis() {
    let mut redis = RedisServer::start().await;
    let (database, seen) = (Database::default(), Arc::new(Seen::default()));
    let (mut wires, mut instances) = (Vec::new(), Vec::new());
    for near_bytes in [0, 1_000_000] {
        let wire = redis.wire().await;
        let timeout = Duration::from_millis(500);
        let options = RedisStoreOptions { near_bytes, timeout, grace: 1000, ..options("a") };
        instances.push(instance(&database, Arc::new(wire.store(options))));
        wires.push(wire);
    }
    let tasks = start(&instances, &seen);
    for _ in 0..2 {
        until(&seen, &seen.hits, 500).await;
        // Connections break, and are made again.
        for wire in &wires {
            wire.set_cut(false);
            until(&seen, &seen.hits, 100).await;
        }
        redis.kill();
        until(&seen, &seen.reads, 300).await;
        redis.restart().await;
    }
    until(&seen, &seen.hits, 500).await;
    end(tasks, &seen).await;
}
