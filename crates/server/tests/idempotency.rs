//! P6: a write that is sent again is answered as it was at first, and done once.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use bytes::Bytes;
use everfresh_server::store::StoreError;
use everfresh_server::{
    AnswerStore, Claim, Clock, IdempotencyLayer, IdempotencyOptions, KeptAnswer, MemoryAnswers, Refused,
};
use futures_util::stream;
use tokio::sync::Notify;
use tower::ServiceExt;

/// An application that counts what it does.
#[derive(Clone, Default)]
struct App {
    done: Arc<AtomicUsize>,
    go_on: Arc<Notify>,
    begun: Arc<Notify>,
}

impl App {
    fn count(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    fn router<A: AnswerStore>(&self, layer: IdempotencyLayer<A>) -> Router {
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
        Router::new()
            .route("/made", get(made).post(made).put(made))
            .route("/held", post(held))
            .route("/failed", post(failed))
            .route("/broken", post(broken))
            .layer(layer)
            .with_state(self.clone())
    }
}

fn memory() -> MemoryAnswers {
    MemoryAnswers::new(1024 * 1024, 60_000)
}

fn start() -> (App, Router) {
    let app = App::default();
    let router = app.router(IdempotencyLayer::new(memory()));
    (app, router)
}

async fn send(router: &Router, method: &str, path: &str, key: &str, body: &str) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in [("idempotency-key", key), ("x-user", body)] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

fn replayed(response: &Response<Body>) -> bool {
    response.headers().contains_key("idempotency-replayed")
}

/// Its code.
async fn refused(response: Response<Body>, status: StatusCode) -> String {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    body["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn p6_the_same_again_is_given_the_first_answer() {
    let (app, router) = start();
    let first = send(&router, "POST", "/made", "\"a\"", "x").await;
    let again = send(&router, "POST", "/made", "a", "x").await;
    assert!(!replayed(&first) && replayed(&again));
    assert_eq!(
        (again.status(), &again.headers()["x-number"]),
        (StatusCode::CREATED, &first.headers()["x-number"])
    );
    assert_eq!((text(first).await, text(again).await), ("made 1".into(), "made 1".into()));
    assert!(!replayed(&send(&router, "POST", "/made", "b", "x").await));
    assert_eq!(app.count(), 2);
    for method in ["POST", "GET"] {
        let key = if method == "GET" { "a" } else { "" };
        assert!(!replayed(&send(&router, method, "/made", key, "x").await), "{method}");
    }
    assert_eq!(app.count(), 4);
}

#[tokio::test]
async fn p6_a_key_is_good_for_one_request_alone() {
    let (app, router) = start();
    send(&router, "POST", "/made", "a", "x").await;
    for (method, path, body) in [("PUT", "/made", "x"), ("POST", "/made?y", "x"), ("POST", "/made", "y")] {
        let answer = send(&router, method, path, "a", body).await;
        assert_eq!(refused(answer, StatusCode::UNPROCESSABLE_ENTITY).await, "idempotency-key-reused");
    }
    let bad = send(&router, "POST", "/made", "a b", "x").await;
    assert_eq!(refused(bad, StatusCode::BAD_REQUEST).await, "invalid-idempotency-key");
    assert_eq!(app.count(), 1);
}

#[tokio::test]
async fn p8_a_key_is_that_of_a_user() {
    let app = App::default();
    let owner = |parts: &http::request::Parts| parts.headers["x-user"].to_str().unwrap().to_owned();
    let router = app.router(IdempotencyLayer::new(memory()).owner(owner));
    for user in ["ada", "bob"] {
        assert!(!replayed(&send(&router, "POST", "/made", "a", user).await));
        assert!(replayed(&send(&router, "POST", "/made", "a", user).await));
    }
    assert_eq!(app.count(), 2);
}

#[tokio::test]
async fn p6_a_write_that_is_under_way_is_not_begun_again() {
    let (app, router) = start();
    let first = tokio::spawn({
        let router = router.clone();
        async move { send(&router, "POST", "/held", "a", "").await }
    });
    app.begun.notified().await;
    let second = send(&router, "POST", "/held", "a", "").await;
    assert_eq!(second.headers()["retry-after"], "1");
    assert_eq!(refused(second, StatusCode::CONFLICT).await, "idempotency-key-running");
    assert!(!replayed(&send(&router, "POST", "/made", "b", "").await), "another key does not wait");
    app.go_on.notify_one();
    assert!(!replayed(&first.await.unwrap()));
    assert!(replayed(&send(&router, "POST", "/held", "a", "").await));
    assert_eq!(app.count(), 2);
}

#[tokio::test]
async fn p6_a_key_is_free_where_its_write_was_given_up() {
    let (app, router) = start();
    let first = tokio::spawn({
        let router = router.clone();
        async move { send(&router, "POST", "/held", "a", "").await }
    });
    app.begun.notified().await;
    first.abort();
    assert!(first.await.is_err());
    app.go_on.notify_one();
    assert_eq!(send(&router, "POST", "/held", "a", "").await.status(), StatusCode::OK);
    assert_eq!(app.count(), 1);
}

#[tokio::test]
async fn p6_what_failed_is_tried_again() {
    let (app, router) = start();
    assert_eq!(send(&router, "POST", "/failed", "a", "").await.status(), StatusCode::BAD_GATEWAY);
    let again = send(&router, "POST", "/failed", "a", "").await;
    assert_eq!((again.status(), replayed(&again)), (StatusCode::OK, false));
    assert!(replayed(&send(&router, "POST", "/failed", "a", "").await));
    assert_eq!(app.count(), 2);
}

#[tokio::test]
async fn p6_an_answer_that_is_not_whole_or_too_long_is_not_kept() {
    let app = App::default();
    let options = IdempotencyOptions { max_answer_bytes: 5, max_request_bytes: 5, ..Default::default() };
    let router = app.router(IdempotencyLayer::new(memory()).options(options));
    for path in ["/broken", "/made"] {
        for _ in 0..2 {
            assert!(!replayed(&send(&router, "POST", path, "a", "").await), "{path}");
        }
    }
    assert_eq!(app.count(), 4);
    for body in ["sixsix".to_owned(), "x".repeat(1000)] {
        let large = send(&router, "POST", "/made", "b", &body).await;
        assert_eq!(refused(large, StatusCode::PAYLOAD_TOO_LARGE).await, "too-large");
    }
    assert_eq!(app.count(), 4);
}

#[tokio::test]
async fn p10_answers_in_memory_end_and_are_bounded() {
    let now = Arc::new(AtomicU64::new(1));
    let clock = Clock::new({
        let now = Arc::clone(&now);
        move || now.load(Ordering::SeqCst)
    });
    let app = App::default();
    let router = app.router(IdempotencyLayer::new(memory().clock(clock)));
    send(&router, "POST", "/made", "a", "").await;
    now.store(60_000, Ordering::SeqCst);
    assert!(replayed(&send(&router, "POST", "/made", "a", "").await));
    now.store(60_001, Ordering::SeqCst);
    assert!(!replayed(&send(&router, "POST", "/made", "a", "").await));

    let small = MemoryAnswers::new(10_000, 60_000);
    let router = app.router(IdempotencyLayer::new(small.clone()));
    for number in 0..1000 {
        send(&router, "POST", "/made", &format!("key-{number}"), "").await;
    }
    let mut kept = 0;
    for number in 0..1000 {
        kept += usize::from(small.find(&format!("\nkey-{number}")).await.unwrap().is_some());
    }
    assert!((1..40).contains(&kept), "{kept}");
}

/// A store that can't keep anything.
#[derive(Clone)]
struct Full;

impl AnswerStore for Full {
    async fn claim(&self, _key: &str) -> Result<Option<Claim>, StoreError> {
        Ok(Some(Claim::new(|| {})))
    }

    async fn find(&self, _key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        Ok(None)
    }

    async fn keep(&self, _key: &str, _answer: KeptAnswer) -> Result<(), StoreError> {
        Err(StoreError::Unavailable("no more room".into()))
    }
}

#[tokio::test]
async fn p6_nobody_is_told_of_a_success_that_could_not_be_kept() {
    let app = App::default();
    let router = app.router(IdempotencyLayer::new(Full));
    let answer = send(&router, "POST", "/made", "a", "").await;
    assert_eq!(refused(answer, StatusCode::SERVICE_UNAVAILABLE).await, "store-unavailable");
    let own = |why: Refused| Response::builder().status(why.status()).body(Body::from("own")).unwrap();
    let router = app.router(IdempotencyLayer::new(Full).refusals(own));
    let answer = send(&router, "POST", "/made", "a", "").await;
    assert_eq!((answer.status(), text(answer).await), (StatusCode::SERVICE_UNAVAILABLE, "own".into()));
    assert_eq!(send(&router, "POST", "/made", "", "").await.status(), StatusCode::CREATED);
}
