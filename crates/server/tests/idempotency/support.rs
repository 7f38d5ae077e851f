//! An application that counts what it does, and requests to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use bytes::Bytes;
use everfresh_server::{AnswerStore, IdempotencyLayer, MemoryAnswers, StillRunning};
use futures_util::stream;
use tokio::sync::Notify;
use tower::ServiceExt;

/// An application that counts what it does.
#[derive(Clone, Default)]
pub(crate) struct App {
    pub(crate) done: Arc<AtomicUsize>,
    pub(crate) go_on: Arc<Notify>,
    pub(crate) begun: Arc<Notify>,
}

impl App {
    pub(crate) fn count(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    pub(crate) fn router<A: AnswerStore>(&self, layer: IdempotencyLayer<A>) -> Router {
        let made = async |State(app): State<Self>| {
            let number = app.done.fetch_add(1, Ordering::SeqCst) + 1;
            (StatusCode::CREATED, [("x-number", number.to_string())], format!("made {number}"))
        };
        let held = async |State(app): State<Self>| {
            app.begun.notify_one();
            app.go_on.notified().await;
            app.done.fetch_add(1, Ordering::SeqCst).to_string()
        };
        let failed = async |State(app): State<Self>| match app.done.fetch_add(1, Ordering::SeqCst) {
            0 => StatusCode::BAD_GATEWAY,
            _ => StatusCode::OK,
        };
        let broken = async |State(app): State<Self>| {
            app.done.fetch_add(1, Ordering::SeqCst);
            let parts = [Ok(Bytes::from_static(b"half")), Err("gone")];
            Body::from_stream(stream::iter(parts))
        };
        let late = async |State(app): State<Self>| {
            app.done.fetch_add(1, Ordering::SeqCst);
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::GATEWAY_TIMEOUT;
            response.extensions_mut().insert(StillRunning);
            response
        };
        Router::new()
            .route("/late", post(late))
            .route("/made", get(made).post(made).put(made))
            .route("/held", post(held))
            .route("/failed", post(failed))
            .route("/broken", post(broken))
            .layer(layer)
            .with_state(self.clone())
    }
}

pub(crate) fn memory() -> MemoryAnswers {
    MemoryAnswers::new(1024 * 1024, 60_000)
}

pub(crate) async fn send(router: &Router, method: &str, path: &str, key: &str, body: &str) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in [("idempotency-key", key), ("x-user", body)] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
}

pub(crate) async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

pub(crate) fn replayed(response: &Response<Body>) -> bool {
    response.headers().contains_key("idempotency-replayed")
}

/// Its code.
pub(crate) async fn refused(response: Response<Body>, status: StatusCode) -> String {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    body["code"].as_str().unwrap().to_owned()
}
