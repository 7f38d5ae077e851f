//! What the layer does, whatever store it is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use everfresh_server::store::StoreError;
use everfresh_server::{
    AnswerStore, Claimed, Clock, IdempotencyLayer, IdempotencyOptions, KeptAnswer, MemoryAnswers, Refused,
};

use crate::support::{App, memory, refused, replayed, send, text};

fn start() -> (App, Router) {
    let app = App::default();
    let router = app.router(IdempotencyLayer::new(memory()));
    (app, router)
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

/// It is not done again, since nobody knows whether it was done.
async fn check_unsettled(router: &Router, path: &str, body: &str) {
    for _ in 0..2 {
        let again = send(router, "POST", path, "a", body).await;
        assert!(!again.headers().contains_key("retry-after"), "no attempt will mend it");
        assert_eq!(refused(again, StatusCode::CONFLICT).await, "idempotency-key-unsettled", "{path}");
    }
}

#[tokio::test]
async fn p6_a_write_that_was_given_up_may_have_been_done_and_is_not_done_again() {
    let (app, router) = start();
    let first = tokio::spawn({
        let router = router.clone();
        async move { send(&router, "POST", "/held", "a", "").await }
    });
    app.begun.notified().await;
    first.abort();
    assert!(first.await.is_err());
    check_unsettled(&router, "/held", "").await;
    app.go_on.notify_one();
    assert_eq!(send(&router, "POST", "/held", "b", "").await.status(), StatusCode::OK);
    assert_eq!(app.count(), 1);
}

#[tokio::test]
async fn p6_a_write_that_may_still_run_is_not_done_again() {
    let (app, router) = start();
    assert_eq!(send(&router, "POST", "/late", "a", "").await.status(), StatusCode::GATEWAY_TIMEOUT);
    check_unsettled(&router, "/late", "").await;
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
async fn p6_an_answer_that_is_not_whole_or_too_long_is_not_kept_and_its_write_not_done_again() {
    let app = App::default();
    let options = IdempotencyOptions { max_answer_bytes: 5, max_request_bytes: 5, ..Default::default() };
    for path in ["/broken", "/made"] {
        let router = app.router(IdempotencyLayer::new(memory()).options(options.clone()));
        assert!(send(&router, "POST", path, "a", "").await.status().is_success());
        check_unsettled(&router, path, "").await;
    }
    assert_eq!(app.count(), 2);
    let router = app.router(IdempotencyLayer::new(memory()).options(options));
    for body in ["sixsix".to_owned(), "x".repeat(1000)] {
        let large = send(&router, "POST", "/made", "b", &body).await;
        assert_eq!(refused(large, StatusCode::PAYLOAD_TOO_LARGE).await, "too-large");
    }
    assert_eq!(app.count(), 2);
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
struct Full(MemoryAnswers);

impl AnswerStore for Full {
    async fn claim(&self, key: &str) -> Result<Claimed, StoreError> {
        self.0.claim(key).await
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
    let router = app.router(IdempotencyLayer::new(Full(memory())));
    let answer = send(&router, "POST", "/made", "a", "").await;
    assert_eq!(refused(answer, StatusCode::SERVICE_UNAVAILABLE).await, "store-unavailable");
    check_unsettled(&router, "/made", "").await;
    assert_eq!(app.count(), 1);
    let own = |why: Refused| Response::builder().status(why.status()).body(Body::from("own")).unwrap();
    let router = app.router(IdempotencyLayer::new(Full(memory())).refusals(own));
    let answer = send(&router, "POST", "/made", "a", "").await;
    assert_eq!((answer.status(), text(answer).await), (StatusCode::SERVICE_UNAVAILABLE, "own".into()));
    assert_eq!(send(&router, "POST", "/made", "", "").await.status(), StatusCode::CREATED);
}
