//! What is answered from the cache, for how long, and to whom.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use http::{HeaderMap, StatusCode};

use crate::support::{Data, Gate, Reply, Server, Time, answer, layer, serve};

const RULES: &str = r#"{ "rules": [
    { "match": "/off", "cache": false },
    { "match": "/timed", "staleTime": 10000 },
    { "match": "/*" }
] }"#;

struct Running {
    server: Server,
    data: Data,
    time: Time,
}

/// A server that answers every path with the count of reads and these headers.
async fn running(fields: &[(&'static str, &'static str)]) -> Running {
    let (data, time) = (Data::default(), Time::new());
    let (of, fields): (_, Arc<[_]>) = (data.clone(), fields.into());
    let handler = move || {
        let (of, fields) = (of.clone(), Arc::clone(&fields));
        async move {
            of.read("");
            answer(&fields, of.reads().to_string())
        }
    };
    let app = Router::new().fallback(get(handler)).layer(layer(RULES, &time));
    Running { server: serve(app).await, data, time }
}

#[track_caller]
fn check(reply: &Reply, body: &str, cache: &str) {
    assert_eq!((reply.text(), reply.cache()), (body, cache), "{reply:?}");
}

#[tokio::test]
async fn an_answer_is_reused_while_it_is_fresh_and_says_its_age() {
    let running = running(&[("cache-control", "max-age=60")]).await;
    check(&running.server.get("/a").await, "1", "fwd=miss; stored");
    running.time.pass(20_500);
    let hit = running.server.get("/a").await;
    check(&hit, "1", "hit; ttl=39");
    assert_eq!(hit.header("age"), Some("20"));
    running.time.pass(39_500);
    check(&running.server.get("/a").await, "2", "fwd=miss; stored");
}

#[tokio::test]
async fn a_rule_says_how_long_and_what_is_left_alone() {
    let running = running(&[]).await;
    check(&running.server.get("/timed").await, "1", "fwd=miss; stored");
    running.time.pass(9_999);
    check(&running.server.get("/timed").await, "1", "hit; ttl=0");
    running.time.pass(1);
    check(&running.server.get("/timed").await, "2", "fwd=miss; stored");
    check(&running.server.get("/off").await, "3", "fwd=bypass");
    check(&running.server.get("/a").await, "4", "fwd=miss; detail=stale");
    check(&running.server.get("/a").await, "5", "fwd=miss; detail=hit-for-miss");
}

#[tokio::test]
async fn each_url_has_its_answer_and_head_is_answered_by_that_of_get() {
    let running = running(&[("cache-control", "max-age=60")]).await;
    check(&running.server.get("/a?x=1").await, "1", "fwd=miss; stored");
    check(&running.server.get("/a?x=2").await, "2", "fwd=miss; stored");
    let head = running.server.send("HEAD", "/a?x=1", &[], "").await;
    check(&head, "", "hit; ttl=60");
    assert_eq!(head.header("content-length"), Some("1"));
    let part = running.server.send("GET", "/a?x=1", &[("range", "bytes=0-0")], "").await;
    check(&part, "3", "fwd=bypass; detail=partial");
    check(&running.server.send("GET", "/a?x=1", &[], "body").await, "4", "fwd=bypass; detail=partial");
    let upgrade = running.server.send("GET", "/a?x=1", &[("upgrade", "websocket")], "").await;
    check(&upgrade, "5", "fwd=bypass; detail=partial");
}

#[tokio::test]
async fn a_client_that_has_it_is_told_so() {
    for (fields, expected) in [
        (&[("cache-control", "max-age=60"), ("etag", "W/\"v1\"")][..], Some("W/\"v1\"")),
        (&[("cache-control", "max-age=60")], None),
    ] {
        let running = running(fields).await;
        let first = running.server.get("/a").await;
        let tag = first.header("etag").unwrap().to_owned();
        assert!(expected.is_none_or(|expected| tag == expected));
        let again =
            running.server.send("GET", "/a", &[("if-none-match", &format!("\"x\", {tag}"))], "").await;
        assert_eq!((again.status, again.text()), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!((again.header("etag"), again.header("content-type")), (Some(tag.as_str()), None));
        let other = running.server.send("GET", "/a", &[("if-none-match", "\"x\"")], "").await;
        assert_eq!((other.status, other.text()), (StatusCode::OK, "1"));
        // The condition is not the backend's to answer: everybody needs the whole.
        let cold = running.server.send("GET", "/b", &[("if-none-match", &tag)], "").await;
        assert_eq!(cold.cache(), "fwd=miss; stored");
        assert_eq!(running.data.reads(), 2);
    }
}

#[tokio::test]
async fn variants_are_kept_apart() {
    let handler = async |headers: HeaderMap| {
        let language = headers.get("accept-language").map_or("none", |value| value.to_str().unwrap());
        answer(&[("cache-control", "max-age=60"), ("vary", "Accept-Language")], language.to_owned())
    };
    let server = serve(Router::new().route("/a", get(handler)).layer(layer(RULES, &Time::new()))).await;
    for cache in ["fwd=miss; stored", "hit; ttl=60"] {
        for language in ["de", "fr"] {
            check(&server.send("GET", "/a", &[("accept-language", language)], "").await, language, cache);
        }
        check(&server.get("/a").await, "none", cache);
    }
}

#[tokio::test]
async fn who_waits_for_another_variant_is_not_given_this_one() {
    let gate = Gate::closed();
    let held = gate.clone();
    let handler = move |headers: HeaderMap| {
        let held = held.clone();
        async move {
            held.pass().await;
            let language = headers["accept-language"].to_str().unwrap().to_owned();
            answer(&[("cache-control", "max-age=60"), ("vary", "accept-language")], language)
        }
    };
    let server = serve(Router::new().route("/a", get(handler)).layer(layer(RULES, &Time::new()))).await;
    let ask = |language: &'static str| {
        let server = &server;
        async move { server.send("GET", "/a", &[("accept-language", language)], "").await }
    };
    let open = async {
        gate.came(1).await;
        gate.set(true);
    };
    let (de, fr, ()) = tokio::join!(ask("de"), ask("fr"), open);
    assert_eq!((de.text(), fr.text()), ("de", "fr"));
}

#[tokio::test]
async fn one_request_is_made_for_many_that_want_the_same() {
    let (gate, data) = (Gate::closed(), Data::default());
    let (held, of) = (gate.clone(), data.clone());
    let handler = move || {
        let (held, of) = (held.clone(), of.clone());
        async move {
            of.read("");
            held.pass().await;
            answer(&[("cache-control", "max-age=60")], of.reads().to_string())
        }
    };
    let server =
        Arc::new(serve(Router::new().route("/a", get(handler)).layer(layer(RULES, &Time::new()))).await);
    let ask = || {
        let server = Arc::clone(&server);
        tokio::spawn(async move { server.get("/a").await })
    };
    let mut asking: Vec<_> = (0..20).map(|_| ask()).collect();
    gate.came(1).await;
    // The first to ask has gone; what it asked for is for the others too.
    asking.remove(0).abort();
    gate.set(true);
    for reply in asking {
        assert_eq!(reply.await.unwrap().text(), "1");
    }
    assert_eq!(data.reads(), 1);
}

#[tokio::test]
async fn what_is_stale_is_handed_out_while_it_is_fetched_anew() {
    let running = running(&[("cache-control", "max-age=10, stale-while-revalidate=30")]).await;
    running.server.get("/a").await;
    running.time.pass(20_000);
    check(&running.server.get("/a").await, "1", "hit; ttl=-11");
    loop {
        let reply = running.server.get("/a").await;
        if reply.text() == "2" {
            check(&reply, "2", "hit; ttl=10");
            break;
        }
        check(&reply, "1", "hit; ttl=-11");
        tokio::task::yield_now().await;
    }
    running.time.pass(41_000);
    check(&running.server.get("/a").await, "3", "fwd=miss; stored");
}

#[tokio::test]
async fn what_is_stale_is_revalidated_by_its_tag() {
    let (data, time) = (Data::default(), Time::new());
    let of = data.clone();
    let handler = move |headers: HeaderMap| {
        let of = of.clone();
        async move {
            of.read("");
            let fields =
                [("cache-control", "max-age=10, stale-if-error=60"), ("etag", "\"v1\""), ("x-new", "yes")];
            let known = headers.get("if-none-match").is_some_and(|tag| tag == "\"v1\"");
            let mut response = answer(if known { &fields } else { &fields[..2] }, "whole");
            if known {
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                *response.body_mut() = axum::body::Body::empty();
            }
            response
        }
    };
    let server = serve(Router::new().route("/a", get(handler)).layer(layer(RULES, &time))).await;
    check(&server.get("/a").await, "whole", "fwd=miss; stored");
    time.pass(10_000);
    let renewed = server.get("/a").await;
    check(&renewed, "whole", "fwd=stale; stored");
    assert_eq!(renewed.header("x-new"), Some("yes"));
    check(&server.get("/a").await, "whole", "hit; ttl=10");
    assert_eq!(data.reads(), 2);
}
