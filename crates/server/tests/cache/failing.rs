//! What goes wrong: backends that fail, stall and break off.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use bytes::Bytes;
use everfresh_server::{CacheOptions, UntilClose};
use http::StatusCode;

use crate::support::{Data, Gate, Time, answer, layer, options, serve};

const RULES: &str = r#"{ "rules": [{ "match": "/*" }] }"#;
const GRACE: [(&str, &str); 1] = [("cache-control", "max-age=10, stale-if-error=60")];

fn pieces(gate: Option<Gate>, broken: bool) -> Body {
    let piece = |text: &'static str| Ok::<_, std::io::Error>(Bytes::from_static(text.as_bytes()));
    let rest = async move {
        if let Some(gate) = gate {
            gate.pass().await;
        }
        if broken { Err(std::io::Error::other("gone")) } else { piece("second") }
    };
    let stream = futures_util::stream::iter([piece("first ")]);
    Body::from_stream(futures_util::StreamExt::chain(stream, futures_util::stream::once(rest)))
}

#[tokio::test]
async fn p7_a_stale_answer_stands_in_for_a_backend_that_fails() {
    let (fails, time) = (Arc::new(AtomicBool::new(false)), Time::new());
    let failing = Arc::clone(&fails);
    let handler = move || {
        let fails = failing.load(Ordering::SeqCst);
        async move {
            if fails {
                let mut response = answer(&[], "sorry");
                *response.status_mut() = StatusCode::BAD_GATEWAY;
                return response;
            }
            answer(&GRACE, "good")
        }
    };
    let cache = layer(RULES, &time);
    let invalidator = cache.invalidator();
    let server = serve(Router::new().route("/a", get(handler)).layer(cache)).await;
    server.get("/a").await;
    fails.store(true, Ordering::SeqCst);
    time.pass(30_000);
    let reply = server.get("/a").await;
    assert_eq!((reply.text(), reply.cache()), ("good", "hit; ttl=-21"));
    // What was invalidated stands in for nothing.
    invalidator.invalidate("\"/a\"").await.unwrap();
    assert_eq!(server.get("/a").await.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn p7_a_body_that_only_its_connection_ends_may_be_a_part_and_is_not_stored() {
    let (whole, time, data) = (Arc::new(AtomicBool::new(false)), Time::new(), Data::default());
    let (is_whole, of) = (Arc::clone(&whole), data.clone());
    let handler = move || {
        of.read("");
        let marked = !is_whole.load(Ordering::SeqCst);
        async move {
            let mut response = answer(&GRACE, "all, or not");
            if marked {
                response.extensions_mut().insert(UntilClose);
            }
            response
        }
    };
    let server = serve(Router::new().route("/a", get(handler)).layer(layer(RULES, &time))).await;
    for detail in ["until-close", "hit-for-miss"] {
        let reply = server.get("/a").await;
        assert_eq!(reply.text(), "all, or not");
        assert_eq!(reply.cache(), format!("fwd=miss; detail={detail}"));
    }
    assert_eq!(data.reads(), 2);
    whole.store(true, Ordering::SeqCst);
    time.pass(CacheOptions::default().uncacheable_for);
    assert_eq!(server.get("/a").await.cache(), "fwd=miss; stored");
    assert!(server.get("/a").await.cache().starts_with("hit"));
}

#[tokio::test]
async fn p7_an_answer_that_breaks_off_is_not_stored() {
    let (fails, time, data) = (Arc::new(AtomicBool::new(true)), Time::new(), Data::default());
    let (failing, of) = (Arc::clone(&fails), data.clone());
    let handler = move || {
        of.read("");
        let broken = failing.load(Ordering::SeqCst);
        async move { answer(&GRACE, pieces(None, broken)) }
    };
    let server = serve(Router::new().route("/a", get(handler)).layer(layer(RULES, &time))).await;
    assert_eq!(server.get("/a").await.status, StatusCode::BAD_GATEWAY);
    fails.store(false, Ordering::SeqCst);
    assert_eq!(server.get("/a").await.text(), "first second");
    assert_eq!(data.reads(), 2);
    // And where there is an older one, it stands in.
    fails.store(true, Ordering::SeqCst);
    time.pass(20_000);
    let reply = server.get("/a").await;
    assert_eq!((reply.text(), reply.cache()), ("first second", "hit; ttl=-11"));
}

#[tokio::test]
async fn p7_an_answer_shorter_than_it_says_is_not_stored() {
    let data = Data::default();
    let of = data.clone();
    let short = move |_: http::Request<Body>| {
        of.read("");
        let response = answer(&[("cache-control", "max-age=10"), ("content-length", "9")], "short");
        async move { Ok::<_, Infallible>(response) }
    };
    let cached = tower::Layer::layer(&layer(RULES, &Time::new()), tower::service_fn(short));
    for reads in 1..3 {
        let request = http::Request::builder().uri("/a").body(Body::empty()).unwrap();
        let answer = tower::ServiceExt::oneshot(cached.clone(), request).await.unwrap();
        assert_eq!(answer.headers()["cache-status"], "everfresh-server; fwd=miss; detail=broken");
        assert_eq!(data.reads(), reads);
    }
}

#[tokio::test]
async fn p7_a_backend_that_stalls_in_its_answer_holds_nobody_up_for_long() {
    let (time, gate, data) = (Time::new(), Gate::closed(), Data::default());
    let (held, of) = (gate.clone(), data.clone());
    let handler = move || {
        of.read("");
        let held = held.clone();
        async move { answer(&GRACE, pieces(Some(held), false)) }
    };
    let short = CacheOptions { body_timeout: Duration::from_millis(20), ..options(&time) };
    let server =
        serve(Router::new().route("/a", get(handler)).layer(layer(RULES, &time).options(short))).await;
    let open = async {
        // Both have gone on alone: one would hold the other up otherwise.
        gate.came(2).await;
        gate.set(true);
    };
    let (one, two, ()) = tokio::join!(server.get("/a"), server.get("/a"), open);
    assert_eq!((one.text(), two.text()), ("first second", "first second"));
    assert!([&one, &two].iter().any(|reply| reply.cache().ends_with("detail=slow")), "{one:?} {two:?}");
}

#[tokio::test]
async fn p7_a_leader_that_stalls_does_not_block_its_url() {
    let (time, gate, data) = (Time::new(), Gate::closed(), Data::default());
    let (held, of) = (gate.clone(), data.clone());
    let handler = move || {
        let (held, of) = (held.clone(), of.clone());
        async move {
            of.read("");
            if of.reads() == 1 {
                held.pass().await;
            }
            answer(&GRACE, of.reads().to_string())
        }
    };
    let short = CacheOptions { join_timeout: Duration::from_millis(20), ..options(&time) };
    let server = Arc::new(
        serve(Router::new().route("/a", get(handler)).layer(layer(RULES, &time).options(short))).await,
    );
    let of = Arc::clone(&server);
    let first = tokio::spawn(async move { of.get("/a").await });
    gate.came(1).await;
    // It waits, goes on alone, and the next one leads.
    let second = server.get("/a").await;
    assert_eq!((second.text(), second.cache()), ("2", "fwd=miss; stored"));
    assert_eq!(server.get("/a").await.cache(), "hit; ttl=10");
    gate.set(true);
    assert_eq!(first.await.unwrap().status, StatusCode::OK);
}

#[tokio::test]
async fn p10_what_is_too_large_is_handed_on_and_not_stored() {
    let time = Time::new();
    let handler = async || answer(&GRACE, vec![b'x'; 300_000]);
    let small = CacheOptions { max_entry_bytes: 100_000, ..options(&time) };
    let server =
        serve(Router::new().route("/a", get(handler)).layer(layer(RULES, &time).options(small))).await;
    let first = server.get("/a").await;
    assert_eq!((first.body.len(), first.cache()), (300_000, "fwd=miss; detail=too-large"));
    let second = server.get("/a").await;
    assert_eq!((second.body.len(), second.cache()), (300_000, "fwd=miss; detail=hit-for-miss"));
}

#[tokio::test]
async fn p9_an_event_stream_is_not_waited_for() {
    let gate = Gate::closed();
    let held = gate.clone();
    let handler = move || {
        let fields = [("content-type", "text/event-stream; charset=utf-8"), ("cache-control", "max-age=10")];
        let body = pieces(Some(held.clone()), false);
        async move { answer(&fields, body) }
    };
    let app = Router::new().route("/a", get(handler)).layer(layer(RULES, &Time::new()));
    let request = http::Request::builder().uri("/a").body(Body::empty()).unwrap();
    // It answers although the stream has not ended.
    let answer = tower::ServiceExt::oneshot(app, request).await.unwrap();
    assert_eq!(answer.headers()["cache-status"], "everfresh-server; fwd=miss; detail=partial");
    gate.set(true);
    let body = axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
    assert_eq!(body, "first second");
}

#[tokio::test]
async fn p1_what_is_invalidated_while_the_backend_fails_does_not_stand_in() {
    let (gate, time, data) = (Gate::closed(), Time::new(), Data::default());
    let (held, of) = (gate.clone(), data.clone());
    let handler = move || {
        let (held, of) = (held.clone(), of.clone());
        async move {
            of.read("");
            let mut response = answer(&GRACE, "good");
            if of.reads() > 1 {
                held.pass().await;
                *response.status_mut() = StatusCode::BAD_GATEWAY;
            }
            response
        }
    };
    let cache = layer(RULES, &time);
    let invalidator = cache.invalidator();
    let server = Arc::new(serve(Router::new().route("/a", get(handler)).layer(cache)).await);
    server.get("/a").await;
    time.pass(20_000);
    let of = Arc::clone(&server);
    let read = tokio::spawn(async move { of.get("/a").await });
    gate.came(1).await;
    invalidator.invalidate("\"/a\"").await.unwrap();
    gate.set(true);
    assert_eq!(read.await.unwrap().status, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn p7_after_a_leader_that_stalls_another_one_leads() {
    let (time, stalled, slow, data) = (Time::new(), Gate::closed(), Gate::closed(), Data::default());
    let (first, later, of) = (stalled.clone(), slow.clone(), data.clone());
    let handler = move || {
        let (first, later, of) = (first.clone(), later.clone(), of.clone());
        async move {
            of.read("");
            match of.reads() {
                1 => first.pass().await,
                2 => {}
                _ => later.pass().await,
            }
            answer(&GRACE, of.reads().to_string())
        }
    };
    let options = CacheOptions { join_timeout: Duration::from_millis(300), ..options(&time) };
    let cache = layer(RULES, &time).options(options);
    let invalidator = cache.invalidator();
    let server = Arc::new(serve(Router::new().route("/a", get(handler)).layer(cache)).await);
    let of = Arc::clone(&server);
    let leader = tokio::spawn(async move { of.get("/a").await });
    stalled.came(1).await;
    assert_eq!(server.get("/a").await.text(), "2");
    invalidator.invalidate("\"/a\"").await.unwrap();
    let open = async {
        slow.came(1).await;
        slow.set(true);
    };
    let (three, four, ()) = tokio::join!(server.get("/a"), server.get("/a"), open);
    assert_eq!((three.text(), four.text()), ("3", "3"));
    stalled.set(true);
    leader.await.unwrap();
}
