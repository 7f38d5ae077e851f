//! Who may see it.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use everfresh_server::ops::{Ops, OpsOptions};
use http::StatusCode;
use tower::ServiceExt;

use crate::setting::{BEARER, Setting, cache, options, setting};
use crate::support::Time;

const GUARDED: [(&str, &str); 7] = [
    ("GET", "metrics"),
    ("DELETE", "metrics"),
    ("GET", "monitoring"),
    ("POST", "monitoring"),
    ("GET", "prometheus"),
    ("PATCH", "flags"),
    ("GET", "flags/all"),
];

async fn status(setting: &Setting, method: &str, name: &str, headers: &[(&str, &str)]) -> StatusCode {
    setting.server.send(method, &format!("/_everfresh/{name}"), headers, "").await.status
}

#[tokio::test]
async fn who_has_not_the_token_sees_and_does_nothing() {
    let setting = Setting::new().await;
    setting.use_it().await;
    for (method, name) in GUARDED {
        for authorization in ["", "Bearer ", "Basic a token of the test", "Bearer another token test"] {
            let refused = status(&setting, method, name, &[("authorization", authorization)]).await;
            assert_eq!(refused, StatusCode::UNAUTHORIZED, "{method} {name} {authorization}");
        }
        assert_ne!(status(&setting, method, name, &[BEARER]).await, StatusCode::UNAUTHORIZED);
    }
    let short = OpsOptions { token: Some("short".into()), ..options() };
    assert_eq!(Ops::new(&cache(&Time::new()), short).unwrap_err().code(), "token-short");
}

#[tokio::test]
async fn who_is_on_this_machine_needs_none() {
    let setting = Setting::new().await;
    for host in ["localhost", "localhost:4173", "127.0.0.1:80", "[::1]:9", "[::1]"] {
        for (method, name) in GUARDED {
            let found = status(&setting, method, name, &[("host", host)]).await;
            assert_ne!(found, StatusCode::UNAUTHORIZED, "{method} {name} {host}");
        }
    }
}

#[tokio::test]
async fn p8_a_request_that_only_seems_to_be_of_this_machine_needs_it() {
    let setting = Setting::new().await;
    let local = ("host", "localhost");
    for headers in [
        // A name that somebody has let point here.
        &[("host", "evil.example")][..],
        &[("host", "localhost.evil.example")],
        &[("host", "127.0.0.1.evil.example:80")],
        // Through a proxy.
        &[local, ("x-forwarded-for", "203.0.113.7")],
        &[local, ("forwarded", "for=203.0.113.7")],
        &[local, ("via", "1.1 proxy")],
        &[local, ("x-real-ip", "203.0.113.7")],
        // From a page of another site.
        &[local, ("sec-fetch-site", "cross-site")],
        &[local, ("sec-fetch-site", "same-site")],
        &[local, ("origin", "https://evil.example")],
        &[local, ("origin", "http://localhost:99")],
        &[local, ("origin", "null")],
    ] {
        for (method, name) in GUARDED {
            let found = status(&setting, method, name, headers).await;
            assert_eq!(found, StatusCode::UNAUTHORIZED, "{method} {name} {headers:?}");
        }
    }
    for own in [("sec-fetch-site", "same-origin"), ("origin", "http://localhost")] {
        assert_eq!(status(&setting, "GET", "metrics", &[local, own]).await, StatusCode::OK);
    }
}

#[tokio::test]
async fn who_is_on_another_machine_needs_it() {
    let setting = Setting::new().await;
    let local = [([127, 0, 0, 1], 1).into(), ([0, 0, 0, 0, 0, 0xFFFF, 0x7F00, 1], 1).into()];
    let [first, second]: [SocketAddr; 2] = local;
    for (peer, status) in [
        (Some(first), StatusCode::OK),
        (Some(second), StatusCode::OK),
        (Some(([203, 0, 113, 7], 1).into()), StatusCode::UNAUTHORIZED),
        (None, StatusCode::UNAUTHORIZED),
    ] {
        let mut request = Request::builder().uri("/_everfresh/metrics").header("host", "localhost");
        if let Some(peer) = peer {
            request = request.extension(ConnectInfo::<SocketAddr>(peer));
        }
        let request = request.body(Body::empty()).unwrap();
        let found = setting.ops.router().oneshot(request).await.unwrap().status();
        assert_eq!(found, status, "{peer:?}");
    }
}

#[tokio::test]
async fn an_invalidation_needs_the_token_from_everybody() {
    let setting = Setting::new().await;
    let found = status(&setting, "POST", "invalidate", &[("host", "localhost")]).await;
    assert_eq!(found, StatusCode::UNAUTHORIZED);
    let strict = setting_without_loopback().await;
    assert_eq!(status(&strict, "GET", "metrics", &[("host", "localhost")]).await, StatusCode::UNAUTHORIZED);
    let nobody = crate::setting::setting(OpsOptions { token: None, ..options() }).await;
    assert_eq!(status(&nobody, "GET", "metrics", &[BEARER]).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&nobody, "POST", "invalidate", &[BEARER]).await, StatusCode::NOT_FOUND);
}

async fn setting_without_loopback() -> Setting {
    setting(OpsOptions { loopback: false, ..options() }).await
}
