//! What browsers have counted.

use std::num::NonZeroU32;

use everfresh_core::metrics::{Counter, Dimension, Recorder};
use everfresh_core::time::Millis;
use everfresh_server::ops::{BeaconOptions, OpsOptions};
use http::StatusCode;
use serde_json::json;

use crate::setting::{Setting, counts, json as read, options, setting};
use crate::support::Reply;

const NOW: Millis = 1_700_000_000_000;
const PATH: &str = "/_everfresh/beacon";

/// What a browser sends that has had so many hits.
fn item(name: &str, hits: u32) -> String {
    let mut recorder = Recorder::new();
    recorder.tick(NOW);
    let groups = [
        recorder.group(Dimension::Layer, "memory"),
        recorder.group(Dimension::Route, "/api/*"),
        recorder.group(Dimension::Entity, "made-up"),
        recorder.group(Dimension::Tag, "stories"),
    ];
    recorder.count(&groups, Counter::Hits, hits);
    recorder.time(&groups, 3);
    json!({ "version": 1, "item": format!("everfresh:m:{name}"), "text": recorder.encode() }).to_string()
}

async fn send(setting: &Setting, headers: &[(&str, &str)], body: &str) -> Reply {
    setting.server.send("POST", PATH, headers, body).await
}

async fn hits(setting: &Setting, source: &str) -> u64 {
    setting.report(&format!("source={source}")).await["total"]["hits"].as_u64().unwrap()
}

#[tokio::test]
async fn each_item_counts_once_and_apart_from_the_servers() {
    let setting = Setting::new().await;
    setting.use_it().await;
    for name in ["a.0", "a.1", "a.0", "a.0"] {
        let reply = send(&setting, &[("content-type", "text/plain;charset=UTF-8")], &item(name, 5)).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT);
        setting.ops.flush().await.unwrap();
    }
    assert_eq!(hits(&setting, "browsers").await, 10);
    assert_eq!(hits(&setting, "server").await, 1);
    assert_eq!(hits(&setting, "all").await, 11);
    let layers = setting.report("source=all&groupBy=layer").await;
    let names: Vec<&str> =
        layers["groups"].as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["memory", "backend", "server"]);
}

#[tokio::test]
async fn p10_names_and_counts_that_can_not_be_are_not_believed() {
    let limits = BeaconOptions { max_count: 100, ..BeaconOptions::default() };
    let setting = setting(OpsOptions { beacon: limits, ..options() }).await;
    send(&setting, &[], &item("a.0", 4_000_000)).await;
    for (by, name) in [("layer", "memory"), ("route", "/api/*"), ("tag", "stories"), ("entity", "other")] {
        let report = setting.report(&format!("source=browsers&groupBy={by}")).await;
        assert_eq!(counts(&report["groups"][0], ["hits"]), [100], "{by}");
        assert_eq!(report["groups"][0]["name"], name);
    }
}

#[tokio::test]
async fn p10_what_is_no_item_is_refused() {
    let setting = Setting::new().await;
    let good = item("a.0", 1);
    let long = item(&"a".repeat(200), 1);
    for (body, status, code) in [
        ("", 400, "beacon-unreadable"),
        ("[]", 400, "beacon-unreadable"),
        (&*good.replace("\"version\":1", "\"version\":2"), 400, "beacon-unreadable"),
        (&*good.replace("everfresh:m:", "other:"), 400, "beacon-unreadable"),
        (&*good.replace("a.0", "a<b>"), 400, "beacon-unreadable"),
        (&*good.replace("\"text\":\"1", "\"text\":\"9"), 400, "beacon-unreadable"),
        (&*good.replace("\"item\"", "\"thing\""), 400, "beacon-unreadable"),
        (&long, 400, "beacon-unreadable"),
        (&"x".repeat(200_000), 413, "too-large"),
    ] {
        let reply = send(&setting, &[], body).await;
        assert_eq!(
            (reply.status.as_u16(), read(&reply)["code"].as_str()),
            (status, Some(code)),
            "{body:.80}"
        );
    }
    let image = send(&setting, &[("content-type", "image/png")], &good).await;
    assert_eq!(read(&image)["code"], "type-unknown");
    assert_eq!(hits(&setting, "browsers").await, 0);
    assert_eq!(send(&setting, &[("content-type", "application/json")], &good).await.status, 204);
    assert_eq!(hits(&setting, "browsers").await, 1);
}

#[tokio::test]
async fn p10_too_many_are_refused_first_of_who_sends_them() {
    let two = NonZeroU32::new(2).unwrap();
    let limits = BeaconOptions { per_minute_each: two, per_second: two, ..BeaconOptions::default() };
    let setting = setting(OpsOptions { beacon: limits, ..options() }).await;
    let of = |client| [("x-forwarded-for", client)];
    for (at, status) in [(0, 204), (1, 204), (2, 429), (3, 429)] {
        let reply = send(&setting, &of("9.9.9.9, 203.0.113.7"), &item(&format!("a.{at}"), 1)).await;
        assert_eq!(reply.status.as_u16(), status);
    }
    // Somebody else, though they say that they are the same.
    assert_eq!(send(&setting, &of("203.0.113.7, 203.0.113.8"), &item("b.0", 1)).await.status, 204);
    assert_eq!(hits(&setting, "browsers").await, 3);
}

#[tokio::test]
async fn p10_all_together_may_send_so_many() {
    let one = NonZeroU32::MIN;
    let limits = BeaconOptions { per_second: one, ..BeaconOptions::default() };
    let setting = setting(OpsOptions { beacon: limits, ..options() }).await;
    let mut refused = 0;
    for at in 0..40 {
        let client = format!("203.0.113.{at}");
        let reply = send(&setting, &[("x-forwarded-for", &client)], "x").await;
        refused += u32::from(reply.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 0, "forty at once from forty addresses");
}

#[tokio::test]
async fn p8_pages_of_other_origins_may_send_only_where_that_is_wanted() {
    let beacon = BeaconOptions { origins: vec!["https://shop.example".into()], ..BeaconOptions::default() };
    let setting = setting(OpsOptions { beacon, ..options() }).await;
    for (at, (origin, status)) in [
        ("http://example.org", 204),
        ("https://shop.example", 204),
        ("https://evil.example", 403),
        ("null", 403),
    ]
    .into_iter()
    .enumerate()
    {
        let reply = send(&setting, &[("origin", origin)], &item(&format!("a.{at}"), 1)).await;
        assert_eq!(reply.status.as_u16(), status, "{origin}");
        let preflight = setting.server.send("OPTIONS", PATH, &[("origin", origin)], "").await;
        assert_eq!(preflight.status.as_u16(), status, "{origin}");
        for reply in [reply, preflight] {
            let other = (origin == "https://shop.example").then_some(origin);
            assert_eq!(reply.header("access-control-allow-origin"), other);
            assert_eq!(reply.header("access-control-allow-credentials"), other.map(|_| "true"));
        }
    }
    // A proxy may have changed the host; the browser knows.
    let own = [("origin", "https://front.example"), ("sec-fetch-site", "same-origin")];
    assert_eq!(send(&setting, &own, &item("b.0", 1)).await.status, 204);
    assert_eq!(hits(&setting, "browsers").await, 3);
}
