//! `GET` and `DELETE` of metrics.

use std::sync::Arc;

use everfresh_server::ops::{MemoryArchive, Ops, OpsOptions};
use http::StatusCode;
use serde_json::Value;

use crate::setting::{Setting, app, cache, counts, json, options};
use crate::support::{Time, serve};

const COUNTS: [&str; 7] = ["hits", "misses", "stores", "invalidations", "requests", "errors", "writes"];

/// Of a group of a report.
fn group(report: &Value, name: &str) -> [u64; 7] {
    let groups = report["groups"].as_array().unwrap();
    let found = groups.iter().find(|group| group["name"] == name);
    counts(found.unwrap_or_else(|| panic!("{name} of {}", report["groups"])), COUNTS)
}

#[tokio::test]
async fn what_the_cache_did_is_told_in_all_and_by_group() {
    let setting = Setting::new().await;
    setting.use_it().await;
    let report = setting.report("").await;
    assert_eq!((report["range"].as_str(), report["groupBy"].as_str()), (Some("1h"), Some("layer")));
    assert_eq!(counts(&report["total"], COUNTS), [1, 3, 2, 1, 4, 1, 1]);
    assert_eq!(report["total"]["durations"]["count"], 5);
    assert_eq!(counts(&report["series"][59], COUNTS), [1, 3, 2, 1, 4, 1, 1]);
    for (by, name, expected) in [
        ("layer", "server", [1, 0, 2, 1, 0, 0, 0]),
        ("layer", "backend", [0, 3, 0, 0, 4, 1, 1]),
        ("route", "/api/*", [1, 2, 2, 0, 3, 0, 1]),
        ("route", "/fails", [0, 1, 0, 0, 1, 1, 0]),
        ("entity", "story", [1, 2, 2, 0, 3, 0, 1]),
        ("tag", "story", [1, 2, 2, 1, 3, 0, 1]),
        ("operation", "read", [1, 3, 2, 0, 3, 1, 0]),
        ("operation", "write", [0, 0, 0, 0, 1, 0, 1]),
        ("operation", "invalidate", [0, 0, 0, 1, 0, 0, 0]),
    ] {
        assert_eq!(group(&setting.report(&format!("groupBy={by}")).await, name), expected, "{by} {name}");
    }
    let tags = setting.report("groupBy=tag").await;
    assert_eq!(group(&tags, "author")[0], 1, "tags that the application tells count too");
}

#[tokio::test]
async fn stale_joined_late_and_current_answers_are_told_apart() {
    let time = Time::new();
    let cache = crate::support::layer(
        r#"{ "rules": [{ "match": "/api/*", "staleTime": 1000, "mode": "swr" }] }"#,
        &time,
    );
    let ops = Ops::new(&cache, options()).unwrap();
    let gate = crate::support::Gate::open();
    let (at, invalidator) = (gate.clone(), cache.invalidator());
    let read = axum::routing::get(move |headers: http::HeaderMap| {
        let at = at.clone();
        async move {
            at.pass().await;
            let known = headers.contains_key("if-none-match");
            if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK }
        }
    });
    let app = axum::Router::new().route("/api/a", read).layer(cache).merge(ops.router());
    let setting = Setting { server: serve(app).await, ops, time };
    setting.server.get("/api/a").await;
    setting.time.pass(2_000);
    assert_eq!(setting.server.get("/api/a").await.cache(), "hit; ttl=-2");
    gate.came(2).await;
    let settled = async |name: &str, count: u64| loop {
        if setting.report("").await["total"][name] == count {
            return;
        }
        tokio::task::yield_now().await;
    };
    settled("revalidations", 1).await;
    invalidator.invalidate("*").await.unwrap();
    gate.set(false);
    let (one, two) = (setting.server.get("/api/a"), async {
        gate.came(3).await;
        let other = setting.server.get("/api/a");
        let freed = async {
            settled("joined", 1).await;
            invalidator.invalidate("\"/api/a\"").await.unwrap();
            gate.set(true);
        };
        tokio::join!(other, freed)
    });
    tokio::join!(one, two);
    let total = setting.report("").await["total"].clone();
    assert_eq!(counts(&total, ["hits", "staleHits", "misses", "joined"]), [1, 1, 3, 1]);
    assert_eq!(counts(&total, ["lateFills", "revalidations", "invalidations"]), [1, 1, 2]);
}

#[tokio::test]
async fn a_report_may_be_filtered_and_may_be_csv() {
    let setting = Setting::new().await;
    setting.use_it().await;
    let report = setting.report("route=/fails").await;
    assert_eq!(report["groupBy"], "route");
    assert_eq!(counts(&report["total"], COUNTS), [0, 1, 0, 0, 1, 1, 0]);
    assert_eq!(report["groups"].as_array().unwrap().len(), 1);
    let both = setting.report("range=6h&groupBy=route&route=/fails&route=%2Fapi%2F*").await;
    assert_eq!(counts(&both["total"], COUNTS), [1, 3, 2, 0, 4, 1, 1]);
    assert_eq!(setting.report("operation=nothing").await["total"]["hits"], 0);

    let csv = setting.ask("GET", "metrics?groupBy=route&format=csv", "").await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(csv.header("cache-control"), Some("no-store"));
    let rows: Vec<&str> = csv.text().trim_end().split("\r\n").collect();
    assert_eq!(rows.len(), 1 + 1 + 2 + 60);
    assert!(rows[0].starts_with("row,name,at,hits,staleHits,misses"));
    assert!(rows[2].starts_with("route,\"/api/*\","), "{}", rows[2]);
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told() {
    let setting = Setting::new().await;
    for (query, code) in [
        ("range=2h", "range-unknown"),
        ("groupBy=url", "group-unknown"),
        ("format=xml", "format-unknown"),
        ("source=me", "source-unknown"),
        ("limit=3", "parameter-unknown"),
        ("route=/a&tag=b", "filters-mixed"),
        ("groupBy=layer&tag=b", "filters-mixed"),
    ] {
        let reply = setting.ask("GET", &format!("metrics?{query}"), "").await;
        assert_eq!((reply.status, json(&reply)["code"].as_str()), (StatusCode::BAD_REQUEST, Some(code)));
    }
    let deleted = setting.ask("DELETE", "metrics?source=me", "").await;
    assert_eq!(deleted.status, StatusCode::BAD_REQUEST);
    assert_eq!(setting.ask("PUT", "metrics", "").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn what_is_cleared_is_gone_and_counting_goes_on() {
    let setting = Setting::new().await;
    setting.use_it().await;
    setting.ops.flush().await.unwrap();
    setting.use_it().await;
    assert_eq!(setting.report("").await["total"]["writes"], 2);
    assert_eq!(setting.ask("DELETE", "metrics?source=browsers", "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(setting.report("").await["total"]["writes"], 2);
    assert_eq!(setting.ask("DELETE", "metrics", "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(setting.report("").await["total"]["writes"], 0);
    setting.use_it().await;
    assert_eq!(setting.report("").await["total"]["writes"], 1);
}

#[tokio::test]
async fn instances_that_share_an_archive_are_one_report() {
    let time = Time::new();
    let archive = Arc::new(MemoryArchive::default());
    let start = async || {
        let cache = cache(&time);
        let options = OpsOptions { archive: archive.clone(), ..options() };
        let ops = Ops::new(&cache, options).unwrap();
        let server = serve(app(cache).merge(ops.router())).await;
        Setting { server, ops, time: time.clone() }
    };
    let (one, two) = (start().await, start().await);
    for setting in [&one, &two] {
        setting.use_it().await;
    }
    let (a, b) = tokio::join!(one.ops.flush(), two.ops.flush());
    assert!(a.is_ok() && b.is_ok());
    assert_eq!(one.report("").await["total"]["writes"], 2);
    let next = start().await;
    assert_eq!(next.report("groupBy=route").await["groups"][0]["writes"], 2, "one that starts has it too");
}

#[tokio::test]
async fn an_invalidation_by_another_program_counts_too() {
    let setting = Setting::new().await;
    let reply = setting.ask("POST", "invalidate", r#"{ "targets": "story:7, author" }"#).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
    let report = setting.report("groupBy=tag").await;
    assert_eq!((group(&report, "story")[3], group(&report, "author")[3]), (1, 1));
    assert_eq!(report["total"]["invalidations"], 1);
}

#[tokio::test]
async fn paths_and_names_are_the_operators_choice() {
    let cache = cache(&Time::new());
    let mut options = OpsOptions { base: "/admin/cache".into(), ..options() };
    options.names.metrics = "v1/numbers".into();
    let ops = Ops::new(&cache, options.clone()).unwrap();
    let app = app(cache.clone()).merge(ops.router()).merge(ops.reports("/studio/api/cache"));
    let setting = Setting { server: serve(app).await, ops, time: Time::new() };
    for (path, status) in [
        ("/admin/cache/v1/numbers", 200),
        ("/admin/cache/monitoring", 200),
        ("/studio/api/cache/v1/numbers", 200),
        ("/studio/api/cache/monitoring", 200),
        ("/admin/cache/metrics", 404),
        ("/_everfresh/metrics", 404),
    ] {
        let reply = setting.server.send("GET", path, &[crate::setting::BEARER], "").await;
        assert_eq!(reply.status.as_u16(), status, "{path}");
    }
    for (base, name) in
        [("admin", "x"), ("/a/", "x"), ("/{x}", "x"), ("/a", ""), ("/a", "*"), ("/a", "beacon")]
    {
        let mut options = OpsOptions { base: base.into(), ..options.clone() };
        options.names.metrics = name.into();
        assert_eq!(Ops::new(&cache, options).unwrap_err().code(), "name-invalid", "{base} {name}");
    }
}
