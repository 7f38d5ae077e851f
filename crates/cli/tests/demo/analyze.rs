//! `everfresh analyze`, of exported reports and of a server that gives them.

use std::path::Path;
use std::process::{Command, Output};

use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::serve;

fn analyze(dir: &Path, options: &[&str]) -> (Output, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_everfresh"))
        .args(["analyze", "--json", "analysis.json"])
        .args(options)
        .env_remove("EVERFRESH_TOKEN")
        .current_dir(dir)
        .output()
        .unwrap();
    let analysis = std::fs::read(dir.join("analysis.json")).unwrap_or_default();
    (output, serde_json::from_slice(&analysis).unwrap_or(Value::Null))
}

fn report(by: &str) -> Value {
    let total =
        json!({ "hits": 400, "misses": 600, "requests": 600, "stores": 600, "durations": { "p95": 80.0 } });
    let groups = match by {
        "route" => {
            json!([{ "name": "/cold/*", "hits": 10, "misses": 590, "stores": 600 }, { "name": "/hot/*", "hits": 390, "misses": 10 }])
        }
        "tag" => json!([{ "name": "story", "invalidations": 2, "invalidated": 500 }]),
        "layer" => json!([{ "name": "memory", "hits": 400 }, { "name": "network", "misses": 600 }]),
        _ => json!([]),
    };
    json!({ "version": 1, "range": "24h", "groupBy": by, "total": total, "series": [], "groups": groups })
}

#[test]
fn exported_reports_are_graded() {
    let dir = tempdir().unwrap();
    for by in ["route", "tag", "layer"] {
        std::fs::write(dir.path().join(by), report(by).to_string()).unwrap();
    }
    let files = ["--from", "route", "--from", "tag", "--from", "layer"];
    let (output, analysis) = analyze(dir.path(), &[&files[..], &["--txt", "analysis.txt"]].concat());
    assert!(output.status.success(), "{output:?}");
    // A sixth of the hit rate's 45 of 95 points is there, and all others.
    let score = analysis["grade"]["score"].as_f64().unwrap();
    assert!((score - 100.0 * (95.0 - 45.0 * 5.0 / 6.0) / 95.0).abs() < 0.001, "{score}");
    assert_eq!(analysis["grade"]["letter"], "D");
    let codes: Vec<&str> = analysis["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["few-hits", "broad-tag", "nothing-stored"]);
    assert_eq!(analysis["busiest"][0]["name"], "/cold/*");
    assert_eq!(analysis["cold"], json!([analysis["busiest"][0]]));
    let text = std::fs::read_to_string(dir.path().join("analysis.txt")).unwrap();
    assert_eq!(text.as_bytes(), output.stdout);
    assert!(text.starts_with("Grade D (61 of 100), of the last 24h\n"), "{text}");
    for (least, code) in [("D", 0), ("C", 1)] {
        let (output, _) = analyze(dir.path(), &[&files[..], &["--fail-below", least]].concat());
        assert_eq!(output.status.code(), Some(code), "{least}");
    }
}

#[test]
fn a_server_is_asked_with_its_token() {
    let dir = tempdir().unwrap();
    let metrics = |headers: HeaderMap, Query(query): Query<Value>| async move {
        match headers.get("authorization") {
            Some(token) if token == "Bearer of some length" => {
                assert_eq!((&query["range"], &query["source"]), (&json!("7d"), &json!("server")));
                Ok(Json(report(query["groupBy"].as_str().unwrap())))
            }
            _ => Err(StatusCode::UNAUTHORIZED),
        }
    };
    let url = format!("{}/ops", serve(Router::new().route("/ops/metrics", get(metrics))));
    let options = ["--url", &url, "--range", "7d", "--source", "server"];
    let (output, analysis) = analyze(dir.path(), &[&options[..], &["--token", "of some length"]].concat());
    assert!(output.status.success(), "{output:?}");
    assert_eq!(analysis["layers"][0]["name"], "memory");
    let (output, _) = analyze(dir.path(), &options);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("needs a token (--token)"));
}

#[test]
fn what_can_not_be_analysed_is_told() {
    let dir = tempdir().unwrap();
    std::fs::write(dir.path().join("layer"), report("layer").to_string()).unwrap();
    std::fs::write(dir.path().join("none"), "{}").unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = format!("http://{free}/_everfresh");
    for (options, told) in [
        (vec!["--from", "none"], "none is no report of metrics"),
        (vec!["--from", "missing"], "can't read missing"),
        (vec!["--from", "layer", "--from", "layer"], "two reports by layer"),
        (vec!["--from", "layer", "--range", "1h"], "cannot be used with"),
        (vec!["--url", &nobody], "nobody answers at"),
        (vec!["--range", "2h"], "possible values: 1h, 6h, 24h, 7d, 30d"),
    ] {
        let (output, _) = analyze(dir.path(), &options);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(told), "{error}");
    }
}
