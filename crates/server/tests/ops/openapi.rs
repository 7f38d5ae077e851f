//! The OpenAPI document says what is there.

use std::collections::BTreeSet;

use everfresh_server::ops::{Ops, OpsOptions};
use hyper_util::rt::TokioIo;
use serde_json::Value;

use crate::setting::{BEARER, Setting, app, cache, json, options};
use crate::support::{Time, serve};

async fn document(setting: &Setting, base: &str) -> Value {
    json(&setting.server.send("GET", &format!("{base}/openapi.json"), &[BEARER], "").await)
}

/// All methods and paths of a document.
fn operations(document: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        all.extend(item.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())));
    }
    all
}

/// The status of an answer whose body may have no end.
async fn status(setting: &Setting, method: &str, path: &str) -> u16 {
    let stream = tokio::net::TcpStream::connect(setting.server.address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request =
        http::Request::builder().method(method).uri(path).header("host", "a").header(BEARER.0, BEARER.1);
    let request = request.body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
    sender.send_request(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn each_path_of_it_answers_as_it_says() {
    let setting = Setting::new().await;
    let document = document(&setting, "/_everfresh").await;
    let all = operations(&document);
    assert_eq!(all.len(), 12, "{all:?}");
    for (method, path) in all {
        let found = status(&setting, &method, &path).await;
        let said = &document["paths"][&path][method.to_lowercase()]["responses"];
        assert!(found != 404 && said.get(found.to_string()).is_some(), "{method} {path}: {found} of {said}");
    }
}

#[tokio::test]
async fn it_is_of_what_is_served_and_where() {
    let cache = cache(&Time::new());
    let plain = OpsOptions { base: "/admin".into(), token: None, ..options() };
    let ops = Ops::new(&cache, plain).unwrap();
    let setting = Setting { server: serve(app(cache).merge(ops.router())).await, ops, time: Time::new() };
    let local = [("host", "localhost")];
    let reply = setting.server.send("GET", "/admin/openapi.json", &local, "").await;
    let paths: Vec<String> = json(&reply)["paths"].as_object().unwrap().keys().cloned().collect();
    let expected = ["beacon", "flags", "flags/all", "metrics", "monitoring", "openapi.json", "prometheus"];
    assert_eq!(paths, expected.map(|name| format!("/admin/{name}")));
    assert_eq!(setting.server.get("/admin/openapi.json").await.status, 401);
}

#[tokio::test]
async fn what_it_says_of_bodies_is_so() {
    let setting = Setting::new().await;
    setting.use_it().await;
    let document = document(&setting, "/_everfresh").await;
    let mut named = 0;
    check_references(&document, &document, &mut named);
    assert!(named > 20);
    let monitored = json(&setting.ask("GET", "monitoring?groupBy=route", "").await);
    for (name, value) in [
        ("Monitored", &monitored),
        ("Health", &monitored["health"]),
        ("Report", &monitored["metrics"]),
        ("Counts", &monitored["metrics"]["total"]),
        ("Durations", &monitored["metrics"]["total"]["durations"]),
        ("BrowserFlags", &json(&setting.ask("GET", "flags", "").await)),
        ("FlagsDocument", &json(&setting.ask("GET", "flags/all", "").await)),
        ("FlagRefusal", &json(&setting.ask("PATCH", "flags", "").await)),
    ] {
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
        assert_eq!(keys(&document["components"]["schemas"][name]["properties"]), keys(value), "{name}");
    }
}

/// Each schema that is named is there.
fn check_references(value: &Value, document: &Value, named: &mut u32) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                *named += 1;
                assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
            }
            members.values().for_each(|member| check_references(member, document, named));
        }
        Value::Array(items) => items.iter().for_each(|item| check_references(item, document, named)),
        _ => {}
    }
}
