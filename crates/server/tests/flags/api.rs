//! What the endpoints take and say.

use everfresh_server::ops::{Ops, OpsNames, OpsOptions};
use http::StatusCode;
use serde_json::{Value, json};

use crate::site::{BEARER, Site, json as read, ops_options};
use crate::support::{Reply, Time, layer};

#[track_caller]
fn check_refused(reply: &Reply, status: StatusCode, code: &str, path: &str) {
    let body = read(reply);
    assert_eq!((reply.status, &body["code"], &body["path"]), (status, &code.into(), &path.into()));
    assert!(!body["message"].as_str().unwrap().is_empty());
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

async fn all(site: &Site) -> Value {
    read(&site.ask("GET", "flags/all", "").await)
}

#[tokio::test]
async fn everybody_is_told_what_is_set_for_browsers_and_nothing_else() {
    let site = Site::new().await;
    let ask =
        async |headers: &[(&str, &str)]| site.server.send("GET", "/_everfresh/flags", headers, "").await;
    let none = ask(&[]).await;
    assert_eq!(read(&none), json!({ "version": 1, "flags": {} }));
    assert_eq!(none.header("cache-control"), Some("no-store"));
    assert_eq!(none.header("content-type"), Some("application/json"));
    site.set(r#"{"client":{"enabled":true,"prefetch":50,"outbox":0.5},"server":{"push":false}}"#).await;
    let some = ask(&[]).await;
    let flags = json!({ "enabled": true, "prefetch": 50, "outbox": 0.5 });
    assert_eq!(read(&some), json!({ "version": 1, "flags": flags }));
    let [old, tag] = [&none, &some].map(|reply| reply.header("etag").unwrap());
    assert_ne!(old, tag);
    assert_eq!(ask(&[("if-none-match", old)]).await.status, StatusCode::OK);
    let same = ask(&[("if-none-match", tag)]).await;
    assert_eq!((same.status, same.header("etag"), same.text()), (StatusCode::NOT_MODIFIED, Some(tag), ""));
    assert_eq!(same.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn p8_who_has_not_the_token_changes_nothing_and_does_not_see_all() {
    let site = Site::new().await;
    let change = r#"{"server":{"enabled":false}}"#;
    for headers in [
        &[][..],
        &[("authorization", "Bearer another token test")],
        &[("host", "localhost"), ("x-forwarded-for", "203.0.113.7")],
        &[("host", "localhost"), ("origin", "https://evil.example")],
    ] {
        for (method, path) in [("PATCH", "flags"), ("GET", "flags/all")] {
            let reply = site.server.send(method, &format!("/_everfresh/{path}"), headers, change).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path} {headers:?}");
        }
    }
    assert_eq!(all(&site).await, json!({ "client": {}, "server": {} }));
    let local = site.server.send("PATCH", "/_everfresh/flags", &[("host", "localhost")], change).await;
    assert_eq!(
        (local.status, read(&local)),
        (StatusCode::OK, json!({ "client": {}, "server": { "enabled": false } }))
    );
}

#[tokio::test]
async fn a_change_is_merged_and_answered_by_what_is_set() {
    let site = Site::new().await;
    for (change, expected) in [
        ("{}", json!({ "client": {}, "server": {} })),
        (r#"{"client":{"push":false}}"#, json!({ "client": { "push": false }, "server": {} })),
        (
            r#"{"client":{"overlay":1},"server":{"metrics":99.5}}"#,
            json!({ "client": { "overlay": 1, "push": false }, "server": { "metrics": 99.5 } }),
        ),
        (r#"{"client":{"push":null}}"#, json!({ "client": { "overlay": 1 }, "server": { "metrics": 99.5 } })),
        (r#"{"client":null,"server":{"metrics":null}}"#, json!({ "client": {}, "server": {} })),
    ] {
        let reply = site.try_set(change).await;
        assert_eq!((reply.status, read(&reply)), (StatusCode::OK, expected.clone()), "{change}");
        assert_eq!(all(&site).await, expected);
    }
    // What is told may be sent back.
    let told = site.ask("GET", "flags/all", "").await;
    assert_eq!(read(&site.try_set(told.text()).await), read(&told));
}

#[tokio::test]
async fn a_change_that_is_none_is_refused_and_does_nothing() {
    let site = Site::new().await;
    site.set(r#"{"server":{"enabled":30}}"#).await;
    let before = all(&site).await;
    for (change, code, path) in [
        ("", "flags-not-json", ""),
        ("enabled=false", "flags-not-json", ""),
        ("[]", "flags-not-object", ""),
        (r#"{"server":false}"#, "flags-not-object", "server"),
        (r#"{"enabled":false}"#, "flag-unknown", "enabled"),
        (r#"{"server":{"push":false,"enable":false}}"#, "flag-unknown", "server.enable"),
        (r#"{"server":{"push":false},"client":{"wrapfetch":false}}"#, "flag-unknown", "client.wrapfetch"),
        (r#"{"server":{"enabled":"off"}}"#, "flag-invalid", "server.enabled"),
        (r#"{"server":{"push":false},"client":{"prefetch":101}}"#, "flag-invalid", "client.prefetch"),
    ] {
        check_refused(&site.try_set(change).await, StatusCode::BAD_REQUEST, code, path);
        assert_eq!(all(&site).await, before, "{change}");
    }
    let long = format!("{{\"client\":{{{}}}}}", " ".repeat(3_000_000));
    assert_eq!(site.try_set(&long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        site.server.send("PATCH", "/_everfresh/flags/all", &[BEARER], "{}").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn prometheus_is_told_for_how_many_a_flag_is_on() {
    let site = Site::new().await;
    site.set(r#"{"server":{"enabled":12.5,"push":false}}"#).await;
    let told = site.ask("GET", "prometheus", "").await;
    for line in [
        "everfresh_flag{flag=\"enabled\"} 0.125",
        "everfresh_flag{flag=\"push\"} 0.0",
        "everfresh_flag{flag=\"metrics\"} 1.0",
    ] {
        assert!(told.text().lines().any(|told| told == line), "{line} of {}", told.text());
    }
}

#[tokio::test]
async fn they_may_have_another_name_which_nothing_else_has() {
    let with = |names: OpsNames| {
        let options = OpsOptions { base: "/admin".into(), names, ..ops_options() };
        Ops::new(&layer("{}", &Time::new()), options)
    };
    let ops = with(OpsNames { flags: "switches".into(), ..OpsNames::default() }).unwrap();
    let server = crate::support::serve(ops.router()).await;
    for (path, status) in [("switches", 200), ("switches/all", 200), ("flags", 404)] {
        assert_eq!(
            server.send("GET", &format!("/admin/{path}"), &[BEARER], "").await.status,
            status,
            "{path}"
        );
    }
    let taken = [
        OpsNames { flags: "metrics".into(), ..OpsNames::default() },
        OpsNames { metrics: "flags/all".into(), ..OpsNames::default() },
    ];
    for names in taken {
        assert_eq!(with(names).unwrap_err().code(), "name-invalid");
    }
}
