//! An application with a cache, and what tells of it.

use axum::Router;
use axum::routing::get;
use everfresh_server::ops::{Ops, OpsOptions};
use everfresh_server::{CacheLayer, EventsOptions, Everybody};
use http::StatusCode;
use serde_json::Value;

use crate::support::{Data, Reply, Server, Time, answer, layer, serve};

pub(crate) const TOKEN: &str = "a token of the test";
pub(crate) const BEARER: (&str, &str) = ("authorization", "Bearer a token of the test");
const RULES: &str = r#"{
    "rules": [
        { "match": "/api/*", "staleTime": 60000 },
        { "match": "/fails", "staleTime": 60000 }
    ],
    "entities": { "story": { "path": "/api/stories/:id", "collection": "/api/stories", "lists": ["stories"] } }
}"#;

pub(crate) struct Setting {
    pub(crate) server: Server,
    pub(crate) ops: Ops,
    pub(crate) time: Time,
}

pub(crate) fn options() -> OpsOptions {
    OpsOptions { token: Some(TOKEN.into()), ..OpsOptions::default() }
}

pub(crate) async fn setting(options: OpsOptions) -> Setting {
    let time = Time::new();
    let cache = layer(RULES, &time);
    let ops = Ops::new(&cache, options).unwrap().events(Everybody, EventsOptions::default());
    let server = serve(app(cache).merge(ops.router())).await;
    Setting { server, ops, time }
}

pub(crate) fn cache(time: &Time) -> CacheLayer {
    layer(RULES, time)
}

pub(crate) fn app(cache: CacheLayer) -> Router {
    let data = Data::default();
    let story = get(async |uri: http::Uri| answer(&[("x-cache-tags", "story, author:3")], uri.to_string()))
        .patch(async move || data.write("").to_string());
    Router::new()
        .route("/api/stories/{id}", story)
        .route("/fails", get(async || StatusCode::BAD_GATEWAY))
        .route("/unruled", get(async || "x"))
        .layer(cache)
}

impl Setting {
    pub(crate) async fn new() -> Self {
        setting(options()).await
    }

    /// With the token.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &str) -> Reply {
        self.server.send(method, &format!("/_everfresh/{path}"), &[BEARER], body).await
    }

    /// A report, by its query.
    pub(crate) async fn report(&self, query: &str) -> Value {
        let reply = self.ask("GET", &format!("metrics?{query}"), "").await;
        assert_eq!(reply.status, StatusCode::OK, "{query}: {}", reply.text());
        json(&reply)
    }

    /// Two misses, a hit, a failure and a write.
    pub(crate) async fn use_it(&self) {
        for path in ["/api/stories/1", "/api/stories/1", "/fails", "/unruled"] {
            self.server.get(path).await;
        }
        self.server.send("PATCH", "/api/stories/1", &[], "").await;
        self.server.get("/api/stories/2").await;
    }
}

pub(crate) fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|error| panic!("{error}: {}", reply.text()))
}

/// These members of an object.
pub(crate) fn counts<const N: usize>(object: &Value, names: [&str; N]) -> [u64; N] {
    names.map(|name| object[name].as_u64().unwrap_or_else(|| panic!("{name} of {object}")))
}
