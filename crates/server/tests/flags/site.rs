//! An application with a cache, its flags and its data.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::get;
use everfresh_server::ops::{Ops, OpsOptions};
use everfresh_server::store::Store;
use everfresh_server::{CacheLayer, ClientName, EventsOptions, Everybody};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::Value;

use crate::support::{Data, Gate, Reply, Server, Time, answer, memory, options, serve};

pub(crate) const TOKEN: &str = "a token of the test";
pub(crate) const BEARER: (&str, &str) = ("authorization", "Bearer a token of the test");
pub(crate) const DISABLED: &str = "fwd=bypass; detail=disabled";
pub(crate) const UNKNOWN: &str = "fwd=bypass; detail=flags-unknown";
pub(crate) const STORED: &str = "fwd=miss; stored";
pub(crate) const STORY: &str = "/api/stories/1";
const RULES: &str = r#"{
    "rules": [{ "match": "/api/*", "staleTime": 60000 }],
    "entities": { "story": { "path": "/api/stories/:id" } }
}"#;

/// One instance of the application.
pub(crate) struct Site {
    pub(crate) server: Server,
    pub(crate) ops: Ops,
    pub(crate) backend: Backend,
    pub(crate) time: Time,
    pub(crate) store: Arc<dyn Store>,
}

/// What is behind the cache.
#[derive(Clone)]
pub(crate) struct Backend {
    pub(crate) data: Data,
    /// What reads and writes wait at, once they know the data.
    pub(crate) reads: Gate,
    pub(crate) writes: Gate,
    /// How many reads have asked whether something has changed.
    pub(crate) conditions: Arc<AtomicU64>,
    /// What reads are answered with; 0: with the data.
    pub(crate) status: Arc<AtomicU64>,
}

impl Default for Backend {
    fn default() -> Self {
        Self {
            data: Data::default(),
            reads: Gate::open(),
            writes: Gate::open(),
            conditions: Arc::default(),
            status: Arc::default(),
        }
    }
}

pub(crate) fn ops_options() -> OpsOptions {
    OpsOptions { token: Some(TOKEN.into()), ..OpsOptions::default() }
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::with(memory(&Time::new()), Backend::default(), ops_options()).await
    }

    pub(crate) async fn with(store: Arc<dyn Store>, backend: Backend, ops: OpsOptions) -> Self {
        let time = Time::new();
        let cache = CacheLayer::from_json(RULES).unwrap().store(Arc::clone(&store)).options(options(&time));
        let ops = Ops::new(&cache, ops).unwrap().events(Everybody, EventsOptions::default());
        let app = app(cache, backend.clone()).merge(ops.router());
        Self { server: serve(app).await, ops, backend, time, store }
    }

    pub(crate) async fn get(&self) -> Reply {
        self.server.get(STORY).await
    }

    pub(crate) async fn write(&self) -> Reply {
        self.server.send("PATCH", STORY, &[], "").await
    }

    /// Waits until a read is from the cache.
    pub(crate) async fn fill(&self) {
        while !self.get().await.cache().starts_with("hit") {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// A read for who has this address, as a proxy says.
    pub(crate) async fn get_as(&self, address: &str) -> Reply {
        self.server.send("GET", STORY, &[("x-forwarded-for", address)], "").await
    }

    /// Changes flags.
    pub(crate) async fn set(&self, change: &str) {
        let reply = self.try_set(change).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    }

    pub(crate) async fn try_set(&self, change: &str) -> Reply {
        self.ask("PATCH", "flags", change).await
    }

    pub(crate) async fn enable(&self, enabled: bool) {
        self.set(&format!(r#"{{"server":{{"enabled":{enabled}}}}}"#)).await;
    }

    /// With the token.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> Reply {
        self.server.send(method, &format!("/_everfresh/{path}"), &[BEARER], body).await
    }

    /// A counter of the server's report.
    pub(crate) async fn count(&self, name: &str) -> u64 {
        json(&self.ask("GET", "metrics?range=1h", "").await)["total"][name].as_u64().unwrap()
    }

    /// Whether something is stored for the story and counts.
    pub(crate) async fn has_entry(&self) -> bool {
        self.store.get("http://example.org/api/stories/1").await.unwrap().is_some()
    }
}

pub(crate) fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|error| panic!("{error}: {}", reply.text()))
}

#[track_caller]
pub(crate) fn check(reply: &Reply, body: &str, cache: &str) {
    assert_eq!((reply.text(), reply.cache()), (body, cache), "{reply:?}");
}

fn app(cache: CacheLayer, backend: Backend) -> Router {
    let writing = backend.clone();
    let read = async move |uri: Uri, headers: HeaderMap| {
        let asks = headers.contains_key("if-none-match");
        backend.conditions.fetch_add(asks.into(), Ordering::SeqCst);
        let value = backend.data.read(uri.path());
        backend.reads.pass().await;
        let status = backend.status.load(Ordering::SeqCst);
        let mut response = answer(&[("cache-control", "stale-if-error=600")], value.to_string());
        if status > 0 {
            *response.status_mut() = StatusCode::from_u16(u16::try_from(status).unwrap()).unwrap();
        }
        response
    };
    let write = async move |uri: Uri| {
        writing.writes.pass().await;
        writing.data.write(uri.path()).to_string()
    };
    Router::new().route("/api/stories/{id}", get(read).patch(write)).layer(cache).layer(from_fn(name_client))
}

/// Who asks, where the application knows.
async fn name_client(mut request: Request, next: Next) -> axum::response::Response {
    let user = request.headers().get("x-user").map(|user| user.to_str().unwrap().to_owned());
    if let Some(user) = user {
        request.extensions_mut().insert(ClientName(user));
    }
    next.run(request).await
}
