//! P3: browsers hear of invalidations, or that they have missed some.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, patch};
use bytes::Bytes;
use everfresh_core::target::Target;
use everfresh_server::store::Store;
use everfresh_server::{Audience, EventsOptions, Everybody, events_route};
use http::request::Parts;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::support::{Server, Time, layer, memory, serve};

const RULES: &str = r#"{
    "rules": [{ "match": "/api/*", "staleTime": 60000 }],
    "entities": { "story": { "path": "/api/stories/:id" } }
}"#;

/// A stream of events.
struct Listener {
    body: Incoming,
    read: String,
    connection: JoinHandle<hyper::Result<()>>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

impl Listener {
    async fn open(server: &Server, path: &str, headers: &[(&str, &str)]) -> Result<Self, StatusCode> {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let mut request = Request::builder().uri(path).header("host", "example.org");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = sender.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
        if response.status() != StatusCode::OK {
            return Err(response.status());
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Ok(Self { body: response.into_body(), read: String::new(), connection })
    }

    /// The next message; `None` where the stream has ended.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((message, rest)) = self.read.split_once("\n\n") {
                let message = message.to_owned();
                self.read = rest.to_owned();
                return Some(message);
            }
            let frame = self.body.frame().await?.ok()?;
            self.read.push_str(std::str::from_utf8(frame.data_ref()?).unwrap());
        }
    }

    /// Name, id and data of the next event.
    async fn event(&mut self) -> (String, String, Value) {
        loop {
            let message = self.next().await.unwrap();
            let field = |name: &str| {
                let line = message.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap_or("").to_owned()
            };
            let data = field("data: ");
            let data = if data.is_empty() { Value::Null } else { serde_json::from_str(&data).unwrap() };
            if field("event: ") != "beat" {
                assert!(data.is_null() || data["at"].as_u64().unwrap() > 0, "{data}");
                return (field("event: "), field("id: "), data);
            }
        }
    }

    async fn ready(&mut self, complete: bool) -> String {
        let (name, id, data) = self.event().await;
        assert_eq!((name.as_str(), data["complete"].clone()), ("ready", complete.into()));
        assert!(data["beat"].is_u64() && data.get("targets").is_none(), "{data}");
        id
    }

    async fn targets(&mut self, expected: &str) -> String {
        let (name, id, data) = self.event().await;
        assert_eq!((name.as_str(), data["complete"].clone()), ("invalidate", true.into()));
        assert_eq!(data["targets"], expected);
        id
    }
}

async fn server_with<A: Audience>(audience: A, options: EventsOptions) -> (Server, Arc<dyn Store>) {
    let store = memory(&Time::new());
    let cache = layer(RULES, &Time::new()).store(Arc::clone(&store));
    let app = Router::new().route("/api/stories/{id}", get(async || "story").patch(async || "saved"));
    let app = app.layer(cache).merge(events_route(Arc::clone(&store), audience, options));
    (serve(app).await, store)
}

async fn server() -> (Server, Arc<dyn Store>) {
    server_with(Everybody, EventsOptions::default()).await
}

async fn write(server: &Server, id: u32) {
    server.send("PATCH", &format!("/api/stories/{id}"), &[], "").await;
}

#[tokio::test]
async fn p3_a_browser_hears_of_each_write() {
    let (server, _) = server().await;
    let mut listener = Listener::open(&server, "/_everfresh/events", &[]).await.unwrap();
    listener.ready(true).await;
    for id in 0..3 {
        write(&server, id).await;
        listener.targets(&format!("story:{id}, \"/api/stories/{id}\"")).await;
    }
}

#[tokio::test]
async fn p3_who_writes_is_told_which_event_is_theirs() {
    let store = memory(&Time::new());
    let cache = layer(RULES, &Time::new()).store(Arc::clone(&store));
    let app = Router::new()
        .route("/api/stories/1", get(async || "story").patch(async || "saved"))
        .route("/api/stories/2", patch(async || StatusCode::INTERNAL_SERVER_ERROR))
        .layer(cache)
        .merge(events_route(store, Everybody, EventsOptions::default()));
    let server = serve(app).await;
    let mut listener = Listener::open(&server, "/_everfresh/events", &[]).await.unwrap();
    listener.ready(true).await;
    let forged = [("x-cache-cursor", "0-0")];
    for _ in 0..2 {
        let answer = server.send("PATCH", "/api/stories/1", &forged, "").await;
        let id = listener.targets("story:1, \"/api/stories/1\"").await;
        assert_eq!(answer.headers["x-cache-cursor"], id);
    }
    // What its client makes of a failure, and what the event says, need not be the same.
    let failed = server.send("PATCH", "/api/stories/2", &[], "").await;
    listener.targets("story:2, \"/api/stories/2\"").await;
    assert!(!failed.headers.contains_key("x-cache-cursor"));
    let read = server.send("GET", "/api/stories/1", &[], "").await;
    assert!(!read.headers.contains_key("x-cache-cursor"));
}

#[tokio::test]
async fn p3_who_comes_back_is_told_what_was_missed() {
    let (server, _) = server().await;
    let mut listener = Listener::open(&server, "/_everfresh/events", &[]).await.unwrap();
    let before = listener.ready(true).await;
    write(&server, 1).await;
    let first = listener.targets("story:1, \"/api/stories/1\"").await;
    drop(listener);
    write(&server, 2).await;
    let after = [("last-event-id", first.as_str())];
    let query = format!("/_everfresh/events?x=1&cursor={before}");
    let mut by_header = Listener::open(&server, "/_everfresh/events?cursor=0-0", &after).await.unwrap();
    assert_eq!(by_header.ready(true).await, first);
    by_header.targets("story:2, \"/api/stories/2\"").await;
    let mut by_query = Listener::open(&server, &query, &[]).await.unwrap();
    assert_eq!(by_query.ready(true).await, before);
    by_query.targets("story:1, \"/api/stories/1\"").await;
    by_query.targets("story:2, \"/api/stories/2\"").await;
}

#[tokio::test]
async fn p3_what_can_not_be_told_is_a_gap() {
    let (server, _) = server().await;
    write(&server, 1).await;
    for cursor in ["0-0", "nonsense", "%00", "ffffffffffffffff-9"] {
        let path = format!("/_everfresh/events?cursor={cursor}");
        let mut listener = Listener::open(&server, &path, &[]).await.unwrap();
        listener.ready(false).await;
        // And from here on all is told.
        write(&server, 2).await;
        listener.targets("story:2, \"/api/stories/2\"").await;
    }
}

/// Each may know of their own stories.
#[derive(Clone)]
struct ByUser;

impl Audience for ByUser {
    type Viewer = String;

    async fn admit(&self, request: &Parts) -> Option<String> {
        Some(request.headers.get("x-user")?.to_str().ok()?.to_owned())
    }

    fn may_know(&self, viewer: &String, target: &Target) -> bool {
        matches!(target, Target::Tag(tag) if *tag == format!("story:{viewer}"))
    }
}

#[tokio::test]
async fn p8_nobody_learns_what_they_may_not_know() {
    let (server, _) = server_with(ByUser, EventsOptions::default()).await;
    let refused = Listener::open(&server, "/_everfresh/events", &[]).await.err();
    assert_eq!(refused, Some(StatusCode::UNAUTHORIZED));
    let mut listener = Listener::open(&server, "/_everfresh/events", &[("x-user", "1")]).await.unwrap();
    listener.ready(true).await;
    write(&server, 2).await;
    write(&server, 1).await;
    // Its place moves on, and that is all.
    let (name, id, data) = listener.event().await;
    assert!(name.is_empty() && id.ends_with("-1") && data.is_null(), "{name} {id} {data}");
    assert!(listener.targets("story:1").await.ends_with("-2"));
}

#[tokio::test]
async fn p7_a_silent_stream_says_that_it_lives() {
    let options = EventsOptions { heartbeat: Duration::from_millis(5), ..Default::default() };
    let (server, _) = server_with(Everybody, options).await;
    let mut listener = Listener::open(&server, "/_everfresh/events", &[]).await.unwrap();
    listener.ready(true).await;
    for _ in 0..3 {
        let beat = listener.next().await.unwrap();
        assert!(beat.starts_with("event: beat\ndata: {\"at\":"), "{beat}");
    }
}

#[tokio::test]
async fn p10_who_does_not_read_is_cut_off_and_makes_room() {
    let options = EventsOptions {
        patience: Duration::from_millis(20),
        heartbeat: Duration::from_millis(5),
        max_listeners: 1,
    };
    let (server, store) = server_with(Everybody, options).await;
    let mut slow = Listener::open(&server, "/_everfresh/events", &[]).await.unwrap();
    slow.ready(true).await;
    let full = Listener::open(&server, "/_everfresh/events", &[]).await.err();
    assert_eq!(full, Some(StatusCode::SERVICE_UNAVAILABLE));
    // More than sockets hold.
    let told = format!("\"/{}\"", "x".repeat(4000));
    let change = everfresh_server::store::Change { told, ..Default::default() };
    let mut other = loop {
        store.invalidate(&change).await.unwrap();
        if let Ok(listener) = Listener::open(&server, "/_everfresh/events", &[]).await {
            break listener;
        }
    };
    other.ready(true).await;
    // What it was sent before it was cut off is all that it gets.
    while slow.next().await.is_some() {}
}

#[tokio::test]
async fn p10_a_client_that_has_gone_makes_room() {
    let options = EventsOptions { max_listeners: 1, ..Default::default() };
    let (server, _) = server_with(Everybody, options).await;
    let listener = Listener::open(&server, "/_everfresh/events", &[]).await.unwrap();
    drop(listener);
    while Listener::open(&server, "/_everfresh/events", &[]).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn p3_a_listener_that_falls_behind_misses_nothing_or_knows_it() {
    let (server, store) = server().await;
    let mut listener = Listener::open(&server, "/_everfresh/events", &[]).await.unwrap();
    let mut last: u64 = listener.ready(true).await.split_once('-').unwrap().1.parse().unwrap();
    // More than the channel between store and listener holds.
    for n in 0..5000 {
        let change = everfresh_server::store::Change { told: format!("t{n}"), ..Default::default() };
        store.invalidate(&change).await.unwrap();
    }
    while last < 5000 {
        let (_, id, data) = listener.event().await;
        let number: u64 = id.split_once('-').unwrap().1.parse().unwrap();
        assert_eq!(number, last + 1);
        assert_eq!(data["targets"], format!("t{}", number - 1));
        last = number;
    }
}
