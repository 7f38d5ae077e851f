//! `everfresh load`, against the demo and against servers that are wrong.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{Server, serve};

const SCENARIOS: &str = r#"{
    "variables": { "id": ["a", "b"] },
    "scenarios": [
        { "name": "read", "weight": 3, "steps": [{ "path": "/{id}", "versions": { "it": "/version" } }] },
        { "name": "write", "steps": [{
            "method": "PATCH", "path": "/{id}", "body": { "text": "{unique}" }, "versions": { "it": "/version" }
        }] }
    ]
}"#;

/// Runs a load test; its report as JSON too.
fn load(dir: &Path, url: &str, options: &[&str]) -> (Output, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_everfresh"))
        .args(["load", "--url", url, "--users", "4", "--duration", "500ms", "--json", "report.json"])
        .args(options)
        .current_dir(dir)
        .output()
        .unwrap();
    let report = std::fs::read(dir.join("report.json")).unwrap_or_default();
    (output, serde_json::from_slice(&report).unwrap_or(Value::Null))
}

/// Writes count a version up, reads show what `shown` makes of it.
fn versioned(shown: fn(u64) -> u64) -> Router {
    let version = Arc::new(AtomicU64::new(1));
    let newest = Arc::clone(&version);
    let read = move || {
        let version = shown(newest.load(Ordering::SeqCst));
        async move { ([("cache-status", "old; hit")], Json(json!({ "version": version }))) }
    };
    let write = move || {
        let version = version.fetch_add(1, Ordering::SeqCst) + 1;
        async move { Json(json!({ "version": version })) }
    };
    Router::new().route("/{id}", get(read).patch(write))
}

#[test]
fn p1_nothing_stale_is_read_from_the_demo() {
    let dir = tempdir().unwrap();
    let server = Server::start(dir.path(), &["--www", ".", "--package", "."]);
    let (output, report) =
        load(dir.path(), &format!("http://{}", server.address()), &["--txt", "report.txt"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(report["total"]["staleReads"], 0);
    assert_eq!(report["total"]["errors"], 0, "{report}");
    assert!(report["total"]["hits"]["everfresh-server"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(report["passed"], true);
    let text = std::fs::read_to_string(dir.path().join("report.txt")).unwrap();
    assert_eq!(text.as_bytes(), output.stdout);
    assert!(text.contains("Requests a second"), "{text}");
}

#[test]
fn p1_stale_reads_of_a_demo_that_does_not_invalidate_are_found() {
    let dir = tempdir().unwrap();
    let server = Server::start(dir.path(), &["--www", ".", "--package", ".", "--no-invalidation"]);
    let (output, report) = load(dir.path(), &format!("http://{}", server.address()), &[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(report["total"]["staleReads"].as_u64().unwrap() > 0, "{report}");
    assert!(report["stale"][0].as_str().unwrap().ends_with("from everfresh-server"), "{report}");
}

#[test]
fn p1_a_server_that_shows_what_was_is_found_out() {
    let dir = tempdir().unwrap();
    std::fs::write(dir.path().join("plan.json"), SCENARIOS).unwrap();
    let (output, report) = load(dir.path(), &serve(versioned(|_| 1)), &["--scenarios", "plan.json"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(report["total"]["staleReads"].as_u64().unwrap() > 0, "{report}");
    let example = report["stale"][0].as_str().unwrap();
    assert!(example.starts_with("it of version 1 after ") && example.ends_with(", from old"), "{example}");
    assert_eq!(report["thresholds"][0]["passed"], false);
    let hits = report["total"]["hits"]["old"].as_u64().unwrap();
    assert_eq!(Some(hits), report["total"]["reads"].as_u64());
}

#[test]
fn p1_a_server_that_shows_what_is_passes() {
    let dir = tempdir().unwrap();
    std::fs::write(dir.path().join("plan.json"), SCENARIOS).unwrap();
    let options = ["--scenarios", "plan.json", "--fail-if", "hit-rate<1", "--fail-if", "error-rate>0"];
    let (output, report) = load(dir.path(), &serve(versioned(|newest| newest)), &options);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(report["total"]["hitRate"], 1.0);
    let (output, report) = load(
        dir.path(),
        &serve(versioned(|newest| newest)),
        &[&options[..2], &["--fail-if", "p50<1000"]].concat(),
    );
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["thresholds"][1]["failIf"], "p50<1000");
}

#[test]
fn cookies_are_kept_and_failures_are_counted() {
    let dir = tempdir().unwrap();
    let set = || async { ([("set-cookie", "who=a")], "{}") };
    let needs = |headers: HeaderMap| async move {
        match headers.get("cookie") {
            Some(cookie) if cookie == "who=a" => StatusCode::OK,
            _ => StatusCode::FORBIDDEN,
        }
    };
    let gone = || async { StatusCode::GONE };
    let routes = Router::new().route("/in", get(set)).route("/needs", get(needs)).route("/gone", get(gone));
    let plan = r#"{ "scenarios": [{ "name": "a", "steps": [
        { "path": "/in" }, { "path": "/needs" }, { "path": "/gone", "expect": [410] }, { "path": "/none" }
    ] }] }"#;
    std::fs::write(dir.path().join("plan.json"), plan).unwrap();
    let options = ["--scenarios", "plan.json", "--rate", "20", "--fail-if", "error-rate>0"];
    let (output, report) = load(dir.path(), &serve(routes), &options);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["total"]["requests"], 40, "10 scenarios were to be begun");
    assert_eq!(report["failures"], json!({ "GET /none: 404": 10 }));
}

#[test]
fn what_can_not_be_done_is_told() {
    let dir = tempdir().unwrap();
    std::fs::write(dir.path().join("bad.json"), r#"{"scenarios": [{"name": "a", "steps": [{"path": 1}]}]}"#)
        .unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (options, told) in [
        (vec!["--scenarios", "bad.json"], "scenarios[0].steps[0].path"),
        (vec!["--scenarios", "none.json"], "can't read none.json"),
        (vec![], "nobody answers at http://127.0.0.1:"),
        (vec!["--fail-if", "p98>1"], "is none of p50"),
        (vec!["--ramp-up", "1d"], "is none of ms, s, m and h"),
    ] {
        let (output, _) = load(dir.path(), &format!("http://{free}"), &options);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(told), "{error}");
    }
}
