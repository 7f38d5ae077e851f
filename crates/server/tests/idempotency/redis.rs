//! What is special about Redis: many take keys there, it may be gone, and what is there ends.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use everfresh_server::store::{RedisAnswers, RedisStore, RedisStoreOptions};
use everfresh_server::{AnswerStore, Claimed, IdempotencyLayer};
use tokio::time::sleep;

use crate::model;
use crate::redis_server::{RedisServer, options};
use crate::support::{App, refused, replayed, send, text};

const MINUTE: u64 = 60_000;

fn answers(store: &RedisStore) -> RedisAnswers {
    RedisAnswers::new(store, MINUTE)
}

/// The same application in two processes, as it were.
fn instances(app: &App, stores: [&RedisStore; 2]) -> [Router; 2] {
    stores.map(|store| app.router(IdempotencyLayer::new(answers(store))))
}

async fn code(router: &Router, path: &str, status: StatusCode) -> String {
    refused(send(router, "POST", path, "a", "").await, status).await
}

#[tokio::test]
async fn p6_redis_does_what_the_model_does() {
    let server = RedisServer::start().await;
    let store = server.store("a");
    for seed in 0..8 {
        model::drive(&answers(&store), seed, 300, true).await;
    }
}

#[tokio::test]
async fn p6_a_write_is_done_once_by_all_instances_together() {
    let server = RedisServer::start().await;
    let (app, one, other) = (App::default(), server.store("a"), server.store("a"));
    let [first, second] = instances(&app, [&one, &other]);
    let running = tokio::spawn({
        let first = first.clone();
        async move { send(&first, "POST", "/held", "a", "").await }
    });
    app.begun.notified().await;
    assert_eq!(code(&second, "/held", StatusCode::CONFLICT).await, "idempotency-key-running");
    app.go_on.notify_one();
    assert_eq!(running.await.unwrap().status(), StatusCode::OK);
    for router in [&first, &second] {
        let again = send(router, "POST", "/held", "a", "").await;
        assert!(replayed(&again));
        assert_eq!(text(again).await, "0");
    }
    assert_eq!(code(&second, "/made", StatusCode::UNPROCESSABLE_ENTITY).await, "idempotency-key-reused");
    assert_eq!(app.count(), 1);
    // What failed at one is done by the other.
    let failed = App::default();
    let [first, second] = instances(&failed, [&one, &other]);
    assert_eq!(send(&first, "POST", "/failed", "b", "").await.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(send(&second, "POST", "/failed", "b", "").await.status(), StatusCode::OK);
    assert!(replayed(&send(&first, "POST", "/failed", "b", "").await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p6_of_many_at_once_one_is_done() {
    let server = RedisServer::start().await;
    let (app, one, other) = (App::default(), server.store("a"), server.store("a"));
    let routers = instances(&app, [&one, &other]);
    for round in 0..20 {
        let asked = (0..10).map(|n| {
            let router = routers[n % 2].clone();
            tokio::spawn(
                async move { send(&router, "POST", "/made", &format!("k{round}"), "").await.status() },
            )
        });
        let mut made = 0;
        for asked in asked.collect::<Vec<_>>() {
            let status = asked.await.unwrap();
            assert!([StatusCode::CREATED, StatusCode::CONFLICT].contains(&status), "{status}");
            made += usize::from(status == StatusCode::CREATED);
        }
        assert!(made > 0);
        assert_eq!(app.count(), round + 1);
    }
}

#[tokio::test]
async fn p6_without_redis_no_write_with_a_key_is_begun() {
    let mut server = RedisServer::start().await;
    let (app, store) = (App::default(), server.store("a"));
    let router = app.router(IdempotencyLayer::new(answers(&store)));
    server.kill();
    let refusal = send(&router, "POST", "/made", "a", "").await;
    assert_eq!(refusal.headers()["retry-after"], "1");
    assert_eq!(refused(refusal, StatusCode::SERVICE_UNAVAILABLE).await, "store-unavailable");
    assert_eq!(app.count(), 0);
    assert_eq!(send(&router, "POST", "/made", "", "").await.status(), StatusCode::CREATED);
    server.restart().await;
    while send(&router, "POST", "/made", "a", "").await.status() != StatusCode::CREATED {
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(app.count(), 2);
}

#[tokio::test]
async fn p6_a_write_whose_answer_redis_could_not_be_told_is_not_done_again() {
    let server = RedisServer::start().await;
    let wire = server.wire().await;
    let (app, cut, other) = (App::default(), wire.store(options("a")), server.store("a"));
    let lasts = |store| RedisAnswers::new(store, MINUTE).lease(1);
    let [first, second] = [&cut, &other].map(|store| app.router(IdempotencyLayer::new(lasts(store))));
    let running = tokio::spawn({
        let first = first.clone();
        async move { send(&first, "POST", "/held", "a", "").await }
    });
    app.begun.notified().await;
    wire.set_cut(true);
    app.go_on.notify_one();
    let answer = running.await.unwrap();
    assert_eq!(refused(answer, StatusCode::SERVICE_UNAVAILABLE).await, "store-unavailable");
    assert_eq!(app.count(), 1);
    wire.set_cut(false);
    for router in [&first, &second] {
        loop {
            let again = send(router, "POST", "/held", "a", "").await;
            let status = again.status();
            assert!(!status.is_success(), "{status}");
            if refused(again, status).await == "idempotency-key-unsettled" {
                break;
            }
            // Until there is a connection again.
            sleep(Duration::from_millis(5)).await;
        }
    }
    assert_eq!(app.count(), 1);
}

#[tokio::test]
async fn p6_what_takes_longer_than_its_lease_is_unsettled_until_it_ends() {
    let server = RedisServer::start().await;
    let (app, store) = (App::default(), server.store("a"));
    let leased = |millis| app.router(IdempotencyLayer::new(answers(&store).lease(millis)));
    let running = tokio::spawn({
        let router = leased(20);
        async move { send(&router, "POST", "/held", "a", "").await }
    });
    app.begun.notified().await;
    let other = leased(MINUTE);
    while code(&other, "/held", StatusCode::CONFLICT).await != "idempotency-key-unsettled" {
        sleep(Duration::from_millis(5)).await;
    }
    app.go_on.notify_one();
    assert_eq!(running.await.unwrap().status(), StatusCode::OK);
    assert!(replayed(&send(&other, "POST", "/held", "a", "").await));
    assert_eq!(app.count(), 1);
}

#[tokio::test]
async fn p6_what_redis_forgot_is_not_done_twice_without_a_word() {
    let server = RedisServer::start().await;
    let (app, one, other) = (App::default(), server.store("a"), server.store("a"));
    let [first, second] = instances(&app, [&one, &other]);
    let start = |router: &Router| {
        let router = router.clone();
        tokio::spawn(async move { send(&router, "POST", "/held", "a", "").await })
    };
    let early = start(&first);
    app.begun.notified().await;
    let () = server.run(&["FLUSHALL"]).await;
    // Not in the same process.
    assert_eq!(code(&first, "/held", StatusCode::CONFLICT).await, "idempotency-key-running");
    let () = server.run(&["FLUSHALL"]).await;
    let late = start(&second);
    app.begun.notified().await;
    app.go_on.notify_one();
    assert_eq!(early.await.unwrap().status(), StatusCode::OK);
    app.go_on.notify_one();
    let answer = late.await.unwrap();
    assert_eq!(refused(answer, StatusCode::SERVICE_UNAVAILABLE).await, "store-forgotten");
    assert_eq!(text(send(&second, "POST", "/held", "a", "").await).await, "0", "the first answer stands");
}

#[tokio::test]
async fn p6_a_key_is_free_where_nobody_heard_that_it_was_taken() {
    let server = RedisServer::start().await;
    let wire = server.wire().await;
    let hasty = RedisStoreOptions { timeout: Duration::from_secs(2), ..options("a") };
    let (hasty, other) = (wire.store(hasty), server.store("a"));
    let (hasty, other) = (answers(&hasty), answers(&other));
    // Redis knows the scripts.
    loop {
        match hasty.claim("another").await {
            Ok(Claimed::Taken(claim)) => break claim.settle().await,
            _ => sleep(Duration::from_millis(5)).await,
        }
    }
    wire.set_deaf(true);
    assert_eq!(hasty.claim("k").await.unwrap_err().code(), "store-unavailable");
    wire.set_deaf(false);
    loop {
        match other.claim("k").await.unwrap() {
            Claimed::Taken(_) => break,
            Claimed::Running => sleep(Duration::from_millis(5)).await,
            Claimed::Unsettled => panic!("it was never begun"),
        }
    }
}

#[tokio::test]
async fn p6_a_claim_that_ends_late_frees_nobody_elses() {
    let server = RedisServer::start().await;
    let (one, other) = (server.store("a"), server.store("a"));
    let (one, other, third) = (answers(&one), answers(&other), answers(&other));
    let Claimed::Taken(early) = one.claim("k").await.unwrap() else { panic!("it is free") };
    let () = server.run(&["FLUSHALL"]).await;
    let Claimed::Taken(_late) = other.claim("k").await.unwrap() else { panic!("it was forgotten") };
    early.settle().await;
    assert!(matches!(third.claim("k").await.unwrap(), Claimed::Running));
}

#[tokio::test]
async fn p10_nothing_is_left_behind() {
    let server = RedisServer::start().await;
    let store = Arc::new(server.store_with(RedisStoreOptions { max_age: 300, ..options("a") }));
    let app = App::default();
    let router = app.router(IdempotencyLayer::new(RedisAnswers::new(&store, 300)));
    for n in 0..20 {
        for path in ["/made", "/late"] {
            send(&router, "POST", path, &format!("{path}{n}"), "").await;
        }
    }
    let keys: Vec<String> = server.run(&["KEYS", "a:once:*"]).await;
    assert!(!keys.is_empty());
    assert!(keys.iter().all(|key| key.len() == "a:once:".len() + 64), "{keys:?}");
    drop(store);
    while server.run::<u64>(&["DBSIZE"]).await > 0 {
        sleep(Duration::from_millis(20)).await;
    }
}
