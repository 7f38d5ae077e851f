//! P1, P2: writes and reads of the same.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use everfresh_server::{CacheLayer, Fields, Resolver, StillRunning};
use http::StatusCode;

use crate::support::{Data, Gate, Reply, Server, Time, answer, layer, memory, options, serve};

const RULES: &str = r#"{
    "rules": [{ "match": "/api/*", "staleTime": 60000 }],
    "entities": {
        "scene": { "path": "/api/scenes/:id", "parents": { "chapter": "chapterId" } },
        "chapter": { "path": "/api/chapters/:id" },
        "story": { "path": "/api/stories/:id", "collection": "/api/stories", "lists": ["stories"] }
    }
}"#;

/// Scene 7 is in chapter 3.
#[derive(Clone)]
struct Rows;

impl Resolver for Rows {
    async fn parents(&self, kind: &str, _id: &str) -> Option<Fields> {
        (kind == "scene").then(|| vec![("chapterId".into(), "3".into())])
    }
}

/// Values under each path: GET reads one, other methods count it up. `read` and `write` hold them before they answer.
fn app(data: &Data, read: &Gate, write: &Gate) -> Router {
    let (of, held) = (data.clone(), read.clone());
    let reading = move |Path(path): Path<String>| {
        let (of, held) = (of.clone(), held.clone());
        async move {
            let value = of.read(&path);
            held.pass().await;
            answer(&[], value.to_string())
        }
    };
    let (of, held) = (data.clone(), write.clone());
    let writing = move |Path(path): Path<String>| {
        let (of, held) = (of.clone(), held.clone());
        async move {
            let value = of.write(&path);
            held.pass().await;
            let mut response = answer(&[], value.to_string());
            match path.rsplit('/').next().unwrap() {
                "fails" => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
                "late" => {
                    *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
                    response.extensions_mut().insert(StillRunning);
                }
                "panics" => panic!("as the test wants"),
                _ => {}
            }
            response
        }
    };
    Router::new().route("/api/{*path}", get(reading).post(writing.clone()).patch(writing))
}

struct Running {
    server: Arc<Server>,
    read: Gate,
    write: Gate,
    time: Time,
}

async fn running_with(settle: u64) -> Running {
    let (data, read, write, time) = (Data::default(), Gate::open(), Gate::open(), Time::new());
    let mut options = options(&time);
    options.settle = settle;
    let cache = layer(RULES, &time).options(options).resolver(Rows);
    let server = Arc::new(serve(app(&data, &read, &write).layer(cache)).await);
    Running { server, read, write, time }
}

async fn running() -> Running {
    running_with(0).await
}

impl Running {
    /// In the background.
    fn ask(&self, method: &'static str, path: &'static str) -> tokio::task::JoinHandle<Reply> {
        let server = Arc::clone(&self.server);
        tokio::spawn(async move { server.send(method, path, &[], "").await })
    }

    async fn is_cached(&self, path: &str) -> bool {
        self.server.get(path).await.cache().starts_with("hit")
    }
}

#[tokio::test]
async fn p1_a_write_drops_what_it_touches_and_nothing_else() {
    let running = running().await;
    let paths = ["/api/scenes/7", "/api/scenes/8", "/api/chapters/3", "/api/chapters/4", "/api/stories"];
    for path in paths {
        running.server.get(path).await;
    }
    let write = running.server.send("PATCH", "/api/scenes/7", &[], "").await;
    assert_eq!(write.header("x-cache-invalidate"), Some("scene:7, chapter:3"));
    let mut cached = Vec::new();
    for path in paths {
        cached.push(running.is_cached(path).await);
    }
    assert_eq!(cached, [false, true, false, true, true]);
    assert_eq!(running.server.get("/api/scenes/7").await.text(), "1");
}

#[tokio::test]
async fn p2_an_answer_that_was_asked_for_before_a_write_is_not_stored() {
    let running = running().await;
    running.read.set(false);
    let read = running.ask("GET", "/api/stories/1");
    running.read.came(1).await;
    running.server.send("PATCH", "/api/stories/1", &[], "").await;
    running.read.set(true);
    let read = read.await.unwrap();
    assert_eq!((read.text(), read.cache()), ("0", "fwd=miss; detail=late"));
    assert_eq!(running.server.get("/api/stories/1").await.text(), "1");
}

#[tokio::test]
async fn p1_a_read_after_a_write_does_not_join_one_from_before_it() {
    let running = running().await;
    running.read.set(false);
    let before = running.ask("GET", "/api/stories/1");
    running.read.came(1).await;
    running.server.send("PATCH", "/api/stories/1", &[], "").await;
    let after = running.ask("GET", "/api/stories/1");
    // Whether it waits for the other or not: what it is given is new.
    running.read.set(true);
    assert_eq!(before.await.unwrap().text(), "0");
    assert_eq!(after.await.unwrap().text(), "1");
}

#[tokio::test]
async fn p4_nothing_is_stored_while_a_write_runs() {
    let running = running().await;
    running.server.get("/api/stories/1").await;
    running.write.set(false);
    let write = running.ask("PATCH", "/api/stories/1");
    running.write.came(1).await;
    for _ in 0..2 {
        assert_eq!(running.server.get("/api/stories/1").await.cache(), "fwd=miss; detail=late");
    }
    assert_eq!(running.server.get("/api/stories/2").await.cache(), "fwd=miss; stored");
    running.write.set(true);
    write.await.unwrap();
    assert_eq!(running.server.get("/api/stories/1").await.cache(), "fwd=miss; stored");
    assert!(running.is_cached("/api/stories/1").await);
}

#[tokio::test]
async fn p4_a_write_that_is_never_heard_of_again_bars_for_its_lease() {
    let running = running().await;
    running.write.set(false);
    let write = running.ask("PATCH", "/api/stories/1");
    running.write.came(1).await;
    running.time.pass(59_999);
    assert_eq!(running.server.get("/api/stories/1").await.cache(), "fwd=miss; detail=late");
    running.time.pass(1);
    assert_eq!(running.server.get("/api/stories/1").await.cache(), "fwd=miss; stored");
    running.write.set(true);
    write.await.unwrap();
    assert!(!running.is_cached("/api/stories/1").await);
}

#[tokio::test]
async fn p4_a_write_that_may_still_run_bars_for_its_lease() {
    let running = running().await;
    let late = "/api/stories/late";
    running.server.get(late).await;
    assert_eq!(running.server.send("PATCH", late, &[], "").await.status, StatusCode::GATEWAY_TIMEOUT);
    running.time.pass(59_999);
    for _ in 0..2 {
        let reply = running.server.get(late).await;
        assert_eq!((reply.text(), reply.cache()), ("1", "fwd=miss; detail=late"));
    }
    running.time.pass(1);
    assert_eq!(running.server.get(late).await.cache(), "fwd=miss; stored");
    assert!(running.is_cached(late).await);
}

#[tokio::test]
async fn p1_a_write_ends_when_its_client_has_gone() {
    let running = running().await;
    running.server.get("/api/stories/1").await;
    running.write.set(false);
    let write = running.ask("PATCH", "/api/stories/1");
    running.write.came(1).await;
    write.abort();
    write.await.unwrap_err();
    running.write.set(true);
    // It has ended once fills are stored again.
    while running.server.get("/api/stories/1").await.cache() != "fwd=miss; stored" {
        tokio::task::yield_now().await;
    }
    let reply = running.server.get("/api/stories/1").await;
    assert_eq!((reply.text(), reply.cache()), ("1", "hit; ttl=60"));
}

#[tokio::test]
async fn p1_a_write_that_fails_or_panics_may_have_been_done() {
    let running = running().await;
    for path in ["/api/scenes/fails", "/api/scenes/panics"] {
        // Of whichever chapter it is now.
        let chapter = "/api/chapters/9";
        running.server.get(path).await;
        running.server.get(chapter).await;
        assert!(running.is_cached(path).await && running.is_cached(chapter).await);
        let _ = running.server.try_send("PATCH", path, &[], "").await;
        let after = running.server.get(path).await;
        assert_eq!((after.text(), after.cache()), ("1", "fwd=miss; stored"), "{path}");
        assert!(!running.is_cached(chapter).await, "{path}");
    }
}

#[tokio::test]
async fn p1_what_is_read_within_the_settle_window_is_not_stored() {
    let running = running_with(5000).await;
    running.server.send("PATCH", "/api/stories/1", &[], "").await;
    running.time.pass(4999);
    assert_eq!(running.server.get("/api/stories/1").await.cache(), "fwd=miss; detail=late");
    running.time.pass(1);
    assert_eq!(running.server.get("/api/stories/1").await.cache(), "fwd=miss; stored");
}

#[tokio::test]
async fn p1_jobs_invalidate_by_tags_paths_and_patterns() {
    let time = Time::new();
    let cache = layer(RULES, &time);
    let invalidator = cache.invalidator();
    let app = app(&Data::default(), &Gate::open(), &Gate::open()).layer(cache);
    let server = serve(app).await;
    for targets in ["story:1", "story", "\"/api/stories/1\"", "\"/api/stories/*\"", "\"/api/*/1\"", "*"] {
        server.get("/api/stories/1").await;
        assert!(server.get("/api/stories/1").await.cache().starts_with("hit"));
        invalidator.invalidate(targets).await.unwrap();
        assert_eq!(server.get("/api/stories/1").await.cache(), "fwd=miss; stored", "{targets}");
    }
    assert_eq!(invalidator.invalidate("").await.unwrap_err().code(), "targets-empty");
    assert_eq!(invalidator.invalidate("\u{1}\"").await.unwrap_err().code(), "header-unreadable");
    assert!(server.get("/api/stories/1").await.cache().starts_with("hit"));
}

#[tokio::test]
async fn p1_instances_that_share_a_store_see_each_others_writes() {
    let (data, time) = (Data::default(), Time::new());
    let store = memory(&time);
    let mut servers = Vec::new();
    for _ in 0..2 {
        let cache = CacheLayer::from_json(RULES).unwrap().store(Arc::clone(&store)).options(options(&time));
        servers.push(serve(app(&data, &Gate::open(), &Gate::open()).layer(cache)).await);
    }
    servers[0].get("/api/stories/1").await;
    assert!(servers[1].get("/api/stories/1").await.cache().starts_with("hit"));
    servers[0].send("PATCH", "/api/stories/1", &[], "").await;
    assert_eq!(servers[1].get("/api/stories/1").await.text(), "1");
}

#[test]
fn malformed_configuration_is_an_error_that_says_where() {
    let code = |document: &str| CacheLayer::from_json(document).unwrap_err().code();
    assert_eq!(code("{"), "config-not-json");
    assert_eq!(code(r#"{ "rules": [{ "match": 7 }] }"#), "config-invalid");
    let layer = CacheLayer::from_json("{}").unwrap();
    assert_eq!(layer.share("no route").unwrap_err().code(), "route-invalid");
}

#[tokio::test]
async fn p1_a_read_that_says_what_is_old_is_heeded_once() {
    let says = async || answer(&[("x-cache-invalidate", "story:1")], "says");
    let cache = layer(RULES, &Time::new());
    let app = app(&Data::default(), &Gate::open(), &Gate::open()).route("/api/says", get(says)).layer(cache);
    let server = serve(app).await;
    let is_cached = async || server.get("/api/stories/1").await.cache().starts_with("hit");
    for headers in [&[("cookie", "a=b")][..], &[]] {
        is_cached().await;
        assert!(is_cached().await);
        let reply = server.send("GET", "/api/says", headers, "").await;
        assert_eq!(reply.header("x-cache-invalidate"), Some("story:1"));
        assert!(!is_cached().await);
    }
    let again = server.get("/api/says").await;
    assert_eq!((again.cache(), again.header("x-cache-invalidate")), ("hit; ttl=60", None));
    assert!(is_cached().await);
}
