//! P8: nobody is given what is somebody else's.

use axum::Router;
use axum::routing::get;
use http::HeaderMap;

use crate::support::{Data, Server, Time, answer, layer, serve};

const RULES: &str = r#"{ "rules": [{ "match": "/*", "staleTime": 60000 }] }"#;

/// Says to each who they are.
async fn who(headers: HeaderMap) -> String {
    let of =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("nobody").to_owned();
    format!("{} {}", of("cookie"), of("authorization"))
}

async fn greeting(data: Data, fields: &[(&str, &str)]) -> axum::response::Response {
    let n = data.read("greeting");
    answer(fields, format!("Alice's {n}"))
}

async fn server(fields: &'static [(&'static str, &'static str)]) -> (Server, Data) {
    let data = Data::default();
    let of = data.clone();
    let app = Router::new()
        .route("/who", get(who))
        .route("/open", get(who))
        .route("/greeting", get(move || greeting(of.clone(), fields)));
    (serve(app.layer(layer(RULES, &Time::new()).share("/open").unwrap())).await, data)
}

#[tokio::test]
async fn p8_alices_body_never_reaches_bob() {
    let (server, _) = server(&[]).await;
    for (name, alice, bob) in
        [("cookie", "id=alice", "id=bob"), ("authorization", "Bearer alice", "Bearer bob")]
    {
        let first = server.send("GET", "/who", &[(name, alice)], "").await;
        assert!(first.text().contains("alice"), "{first:?}");
        assert_eq!(first.cache(), "fwd=bypass; detail=credentials");
        for _ in 0..3 {
            let other = server.send("GET", "/who", &[(name, bob)], "").await;
            assert!(!other.text().contains("alice"), "{other:?}");
            assert_eq!(server.get("/who").await.text(), "nobody nobody");
        }
        let again = server.send("GET", "/who", &[(name, alice)], "").await;
        assert!(again.text().contains("alice"), "{again:?}");
    }
}

#[tokio::test]
async fn p8_alices_cookie_never_reaches_bob() {
    let (server, data) = server(&[("set-cookie", "id=alice"), ("cache-control", "public, max-age=60")]).await;
    for reads in 1..4 {
        let reply = server.get("/greeting").await;
        assert!(!reply.cache().contains("hit;") && !reply.cache().contains("stored"), "{reply:?}");
        assert_eq!(data.reads(), reads);
    }
}

#[tokio::test]
async fn p8_what_an_answer_keeps_for_one_user_is_not_shared() {
    for value in ["private", "PRIVATE, max-age=60", "no-store", "Max-Age=60, No-Store"] {
        let fields: &'static [(&str, &str)] = Box::leak(Box::new([("cache-control", value)]));
        let (server, data) = server(fields).await;
        server.get("/greeting").await;
        server.get("/greeting").await;
        assert_eq!(data.reads(), 2, "{value}");
    }
}

#[tokio::test]
async fn p8_waiting_for_the_same_answer_gives_nobody_a_private_one() {
    use crate::support::Gate;
    let gate = Gate::closed();
    let (held, data) = (gate.clone(), Data::default());
    let of = data.clone();
    let handler = move || {
        let (held, of) = (held.clone(), of.clone());
        async move {
            let n = of.read("mine");
            held.pass().await;
            answer(&[("set-cookie", "id=alice")], format!("{n}"))
        }
    };
    let server = serve(Router::new().route("/mine", get(handler)).layer(layer(RULES, &Time::new()))).await;
    let both = async { tokio::join!(server.get("/mine"), server.get("/mine")) };
    let open = async {
        gate.came(1).await;
        gate.set(true);
    };
    let ((one, two), ()) = tokio::join!(both, open);
    assert_eq!(data.reads(), 2);
    for reply in [one, two] {
        assert!(!reply.cache().contains("collapsed"), "{reply:?}");
    }
}

#[tokio::test]
async fn a_rule_may_say_that_all_are_answered_alike() {
    let (server, _) = server(&[]).await;
    let first = server.send("GET", "/open", &[("cookie", "id=alice")], "").await;
    assert_eq!(first.cache(), "fwd=miss; stored");
    let second = server.send("GET", "/open", &[("cookie", "id=bob")], "").await;
    assert_eq!(second.cache(), "hit; ttl=60");
    assert_eq!(second.text(), first.text());
}

#[tokio::test]
async fn clients_can_not_purge() {
    let (server, data) = server(&[]).await;
    server.get("/greeting").await;
    let hostile = [("x-cache-invalidate", "*"), ("clear-site-data", "\"*\""), ("cache-control", "no-cache")];
    for method in ["GET", "HEAD", "OPTIONS"] {
        server.send(method, "/greeting", &hostile, "").await;
    }
    assert_eq!(server.get("/greeting").await.cache(), "hit; ttl=60");
    assert_eq!(data.reads(), 1);
}

#[tokio::test]
async fn p8_an_application_that_echoes_headers_gives_clients_no_purge() {
    let echo = async |headers: HeaderMap| (headers, "echo");
    let app = Router::new().route("/echo", get(echo)).layer(layer(RULES, &Time::new()));
    let server = serve(app).await;
    server.get("/echo?1").await;
    let reply = server.send("GET", "/echo?2", &[("x-cache-invalidate", "*")], "").await;
    assert_eq!(reply.header("x-cache-invalidate"), None);
    assert_eq!(server.get("/echo?1").await.cache(), "hit; ttl=60");
}
