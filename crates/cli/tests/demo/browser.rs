//! `everfresh load --browser`: pages of the demo in Chromium. They need the built package (`cargo xtask test` builds it),
//! Chromium and chromedriver.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::{Server, serve};

/// Each write is followed by a read in its page, and by others in the pages after it. However slow, each page does one.
const SCENARIOS: &str = r#"{
    "variables": { "scene": { "from": 1, "to": 2 } },
    "page": "/studio/?story=42&chapter=1&scene={scene}",
    "scenarios": [
        { "name": "studio", "steps": [
            { "path": "/studio/api/scenes/{scene}", "versions": { "{scene}": "/version" } },
            {
                "method": "PATCH", "path": "/studio/api/scenes/{scene}",
                "body": { "text": "Number {unique}" }, "versions": { "{scene}": "/version" }
            },
            { "path": "/studio/api/scenes/{scene}", "versions": { "{scene}": "/version" } }
        ] },
        { "name": "drop-in", "page": "/dropin/", "steps": [
            { "path": "/studio/api/scenes/1", "versions": { "1": "/version" } },
            { "method": "PATCH", "path": "/studio/api/scenes/1", "body": { "title": "{unique}" }, "versions": { "1": "/version" } },
            { "path": "/studio/api/scenes/1", "versions": { "1": "/version" } }
        ] }
    ]
}"#;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The demo with its pages.
fn demo(dir: &Path, options: &[&str]) -> Server {
    let (www, package) = (repository("www"), repository("pkg-template/dist"));
    assert!(package.join("everfresh.wasm").is_file(), "the package is not built: cargo xtask build");
    let pages = ["--www", www.to_str().unwrap(), "--package", package.to_str().unwrap()];
    Server::start(dir, &[&pages, options].concat())
}

fn command(dir: &Path, url: &str, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_everfresh"));
    command
        .args(["load", "--url", url, "--browser", "2", "--json", "report.json"])
        .args(options)
        .current_dir(dir);
    command
}

/// Runs a load test with two pages, and users where they are asked for; its report as JSON too.
fn load(url: &str, options: &[&str]) -> (TempDir, Output, Value) {
    let dir = tempdir().unwrap();
    std::fs::write(dir.path().join("plan.json"), SCENARIOS).unwrap();
    let output = command(dir.path(), url, options).output().unwrap();
    let report = std::fs::read(dir.path().join("report.json")).unwrap_or_default();
    (dir, output, serde_json::from_slice(&report).unwrap_or(Value::Null))
}

fn url(server: &Server) -> String {
    format!("http://{}", server.address())
}

#[test]
fn p1_pages_of_the_demo_show_nothing_stale() {
    let dir = tempdir().unwrap();
    let server = demo(dir.path(), &[]);
    let options = ["--duration", "4s", "--scenarios", "plan.json", "--txt", "report.txt"];
    let (files, output, report) =
        load(&url(&server), &[&options[..], &["--fail-if", "error-rate>0"]].concat());
    assert!(output.status.success(), "{output:?}");
    let pages = &report["browser"];
    assert_eq!((&report["users"], &pages["pages"], &report["passed"]), (&0.into(), &2.into(), &true.into()));
    assert_eq!((&pages["total"]["staleReads"], &pages["total"]["errors"]), (&0.into(), &0.into()), "{pages}");
    assert!(pages["total"]["requests"].as_u64() > Some(0), "{pages}");
    // Each page looks once before it begins, with nothing in its cache.
    let loads = &pages["loads"];
    assert!(loads["uncached"]["count"].as_u64() >= Some(2), "{loads}");
    assert!(loads["uncached"]["latency"]["p99"].as_f64() > Some(0.0), "{loads}");
    assert!(pages["metrics"]["misses"].as_u64() > Some(0), "{pages}");
    let text = std::fs::read_to_string(files.path().join("report.txt")).unwrap();
    assert_eq!(text.as_bytes(), output.stdout);
    assert!(text.contains("2 pages, closed loop") && text.contains("Loads, not cached"), "{text}");
    assert!(!text.contains("users"), "{text}");
}

#[test]
fn p1_pages_that_only_read_are_answered_by_their_own_cache() {
    let dir = tempdir().unwrap();
    let server = demo(dir.path(), &[]);
    let plan = r#"{ "page": "/studio/?story=42&chapter=1&scene=1", "scenarios": [
        { "name": "a", "steps": [{ "path": "/studio/api/scenes/1" }, { "path": "/studio/api/scenes/1" }] }
    ] }"#;
    std::fs::write(dir.path().join("reads.json"), plan).unwrap();
    let reads = dir.path().join("reads.json");
    let options = ["--duration", "4s", "--scenarios", reads.to_str().unwrap(), "--users", "2"];
    let (_files, output, report) = load(&url(&server), &options);
    assert!(output.status.success(), "{output:?}");
    let pages = &report["browser"];
    assert_eq!(pages["total"]["hits"]["everfresh"], pages["total"]["reads"], "{pages}");
    assert!(pages["loads"]["cached"]["count"].as_u64() > Some(0), "{pages}");
    assert!(pages["metrics"]["storageHits"].as_u64() > Some(0), "{pages}");
    // Users are beside them, and have no such cache.
    assert!(report["total"]["requests"].as_u64() > Some(0));
    assert_eq!(report["total"]["hits"]["everfresh"], Value::Null);
    let of = |at: usize| report["thresholds"][at]["of"].as_str().unwrap();
    assert_eq!((of(0), of(1)), ("users", "pages"));
}

#[test]
fn p1_stale_reads_of_pages_are_found() {
    let dir = tempdir().unwrap();
    let server = demo(dir.path(), &["--no-invalidation"]);
    let (_files, output, report) = load(&url(&server), &["--duration", "4s", "--scenarios", "plan.json"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let pages = &report["browser"];
    assert!(pages["total"]["staleReads"].as_u64() > Some(0), "{pages}");
    assert!(pages["stale"][0].as_str().unwrap().contains(", from everfresh"), "{pages}");
    assert_eq!((&report["passed"], &report["thresholds"][0]["passed"]), (&false.into(), &false.into()));
}

#[test]
fn what_a_browser_test_lacks_is_told() {
    let dir = tempdir().unwrap();
    let server = demo(dir.path(), &[]);
    let url = url(&server);
    let without = serve(axum::Router::new().route("/", axum::routing::get(|| async { "no everfresh" })));
    let paths = |page: &str| {
        format!(r#"{{ {page} "scenarios": [{{ "name": "a", "steps": [{{ "path": "/" }}] }}] }}"#)
    };
    for (name, page) in [("none.json", ""), ("home.json", r#""page": "/","#)] {
        std::fs::write(dir.path().join(name), paths(page)).unwrap();
    }
    let file = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (none, home, absent) = (file("none.json"), file("home.json"), file("absent"));
    for (url, options, told) in [
        (&url, vec!["--scenarios", &none], "load-scenarios: can't use the scenarios: scenarios[0].page"),
        (&without, vec!["--scenarios", &home], "there is no everfresh in it"),
        (&url, vec!["--chromedriver", &absent], "browser-driver: "),
        (&url, vec!["--chromium", &absent], "browser-failed: "),
    ] {
        let (_files, output, _) = load(url, &options);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(told), "{error}");
    }
    let output = command(dir.path(), &url, &[]).env("PATH", dir.path()).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("browser-missing: there is no chromedriver on PATH: install Chromium"), "{error}");
    let output =
        Command::new(env!("CARGO_BIN_EXE_everfresh")).args(["load", "--users", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("load-nobody: "));
}

/// A browser takes its time.
#[cfg(unix)]
fn until(reached: impl Fn() -> bool) {
    while !reached() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// A program that notes its process before it becomes another one.
#[cfg(unix)]
fn noting(dir: &Path, programs: &[&str]) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = std::env::var_os("PATH").unwrap();
    let found = programs.iter().flat_map(|name| std::env::split_paths(&path).map(move |dir| dir.join(name)));
    let program = found.into_iter().find(|file| file.is_file()).expect("it is on PATH");
    let script = dir.join(programs[0]);
    let text = format!("#!/bin/sh\necho $$ >> {}/pids\nexec {} \"$@\"\n", dir.display(), program.display());
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    script.to_str().unwrap().to_owned()
}

#[cfg(unix)]
#[test]
fn p10_a_stop_ends_the_browsers_and_tells_what_was_done() {
    let dir = tempdir().unwrap();
    let server = demo(dir.path(), &[]);
    let chromium =
        noting(dir.path(), &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]);
    let driver = noting(dir.path(), &["chromedriver"]);
    let options = ["--duration", "1h", "--chromium", &chromium, "--chromedriver", &driver];
    let mut child = command(dir.path(), &url(&server), &options).stdout(Stdio::null()).spawn().unwrap();
    until(|| server.get("/_demo/state").json()["counts"]["reads"].as_u64() > Some(10));
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    let report: Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["browser"]["pages"], 2);
    let pids = std::fs::read_to_string(dir.path().join("pids")).unwrap();
    assert_eq!(pids.lines().count(), 3, "a driver and two browsers");
    for pid in pids.lines() {
        // What has ended is there, as a zombie (Z), until somebody asks how.
        let runs = || {
            let said = Command::new("ps").args(["-o", "stat=", "-p", pid]).output().unwrap().stdout;
            said.first().is_some_and(|state| *state != b'Z')
        };
        until(|| !runs());
    }
}
