//! `POST /_everfresh/invalidate`.

use axum::Router;
use axum::routing::get;
use everfresh_server::{CacheLayer, invalidate_route};
use http::StatusCode;

use crate::support::{Server, Time, layer, serve};

const TOKEN: &str = "a token of the test";
const RULES: &str = r#"{ "rules": [{ "match": "/api/*", "staleTime": 60000 }] }"#;

async fn server() -> Server {
    let cache = layer(RULES, &Time::new());
    let route = invalidate_route(cache.invalidator(), TOKEN).unwrap();
    serve(Router::new().route("/api/a", get(async || "a")).layer(cache).merge(route)).await
}

async fn ask(server: &Server, authorization: &str, body: &str) -> (StatusCode, String) {
    let reply =
        server.send("POST", "/_everfresh/invalidate", &[("authorization", authorization)], body).await;
    (reply.status, reply.text().to_owned())
}

async fn is_cached(server: &Server) -> bool {
    server.get("/api/a").await.cache().starts_with("hit")
}

#[tokio::test]
async fn p1_another_program_invalidates() {
    let server = server().await;
    assert!(!is_cached(&server).await && is_cached(&server).await);
    let body = r#"{ "targets": "\"/api/*\"" }"#;
    assert_eq!(ask(&server, &format!("bearer {TOKEN}"), body).await.0, StatusCode::NO_CONTENT);
    assert!(!is_cached(&server).await);
}

#[tokio::test]
async fn who_has_not_the_token_does_nothing() {
    let server = server().await;
    is_cached(&server).await;
    let other = format!("Bearer {}", TOKEN.replace('a', "b"));
    for authorization in ["", "Bearer", "Bearer ", TOKEN, &other, &format!("Bearer {TOKEN}x")] {
        let (status, body) = ask(&server, authorization, r#"{ "targets": "*" }"#).await;
        assert_eq!((status, body.as_str()), (StatusCode::UNAUTHORIZED, r#"{"code":"unauthorized"}"#));
    }
    assert!(is_cached(&server).await);
    let short = invalidate_route(CacheLayer::from_json("{}").unwrap().invalidator(), "").unwrap_err();
    assert_eq!(short.code(), "token-short");
}

#[tokio::test]
async fn p10_what_can_not_be_read_does_nothing() {
    let server = server().await;
    is_cached(&server).await;
    let long = format!(r#"{{ "targets": "{}" }}"#, "a,".repeat(300));
    let huge = "x".repeat(100_000);
    for (body, status, code) in [
        ("", 400, "targets-missing"),
        ("[1]", 400, "targets-missing"),
        (r#"{ "targets": ["*"] }"#, 400, "targets-missing"),
        (r#"{ "targets": "" }"#, 400, "targets-empty"),
        (r#"{ "targets": "[" }"#, 400, "header-unreadable"),
        (&long, 400, "header-too-many"),
        (&huge, 413, ""),
    ] {
        let (found, text) = ask(&server, &format!("Bearer {TOKEN}"), body).await;
        assert_eq!(found.as_u16(), status);
        assert!(text.contains(code), "{text}");
    }
    assert!(is_cached(&server).await);
}
