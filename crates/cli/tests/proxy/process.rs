//! Starting and stopping.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use tempfile::TempDir;

use crate::backend::{Backend, Gate};
use crate::support::{Proxy, RULES, Reply, command};

#[test]
fn what_can_not_be_used_is_named_before_anything_listens() {
    let dir = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    write("good.json", RULES);
    write("none.json", "{");
    write("rule.json", r#"{ "rules": [{ "match": "/a" }, { "match": "/b", "staleTime": "soon" }] }"#);
    write("map.json", r#"{ "entities": { "scene": { "path": "/a/:id", "parent": {} } } }"#);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (options, code, complaint) in [
        (&["--config", "missing.json"][..], 2, "can't read the rules in missing.json"),
        (&["--config", "none.json"], 2, "none.json: the rules are not JSON"),
        (&["--config", "rule.json"], 2, "rules[1].staleTime"),
        (&["--config", "map.json"], 2, "entities.scene.parent"),
        (&["--config", "good.json", "--share", "a"], 2, "can't use --share"),
        (&["--config", "good.json", "--token", "short"], 2, "can't use --token: the token is too short"),
        (&["--config", "good.json", "--redis", "http://a"], 2, "can't use --redis"),
        (
            &["--config", "good.json", "--metrics-file", "no/such/folder.sqlite"],
            2,
            "can't use --metrics-file",
        ),
        (&["--config", "good.json", "--flags", "no/such/folder.json"], 2, "can't use --flags"),
        (&["--config", "good.json", "--body-timeout", "0"], 2, "must be a number of milliseconds"),
        (&["--config", "good.json", "--listen", "192.0.2.1"], 1, "can't listen on 192.0.2.1"),
    ] {
        let output =
            command(dir.path()).args(["--upstream", "http://127.0.0.1:1"]).args(options).output().unwrap();
        let complaints = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{options:?}: {complaints}");
        assert!(complaints.contains(complaint), "{options:?}: {complaints}");
        assert!(output.stdout.is_empty());
    }
    let arguments = ["proxy", "--upstream", "http://127.0.0.1:1", "--config", "good.json", "--port", &port];
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_everfresh"))
        .args(arguments)
        .current_dir(dir.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_stop_waits_for_answers_that_are_under_way_and_takes_no_more() {
    let gate = Gate::new();
    let held = Arc::clone(&gate);
    let backend = Backend::start(move |_, wire| {
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf");
        held.pass();
        wire.send("half");
        true
    });
    let mut proxy = Proxy::start(&backend.address, RULES, &["--events", "--grace", "600000"]);
    let mut stream = proxy.connect();
    stream.write_all(b"GET /page HTTP/1.1\r\nHost: example.org\r\n\r\n").unwrap();
    // One that waits for something that may never come holds nobody up, nor does one that is idle.
    let mut events = proxy.connect();
    events.write_all(b"GET /_everfresh/events HTTP/1.1\r\nHost: example.org\r\n\r\n").unwrap();
    let mut byte = [0];
    events.read_exact(&mut byte).unwrap();
    let _idle = proxy.connect();
    gate.wait();
    proxy.terminate();
    proxy.logs("no more requests are taken");
    gate.open();
    assert_eq!(Reply::read(stream).body, "halfhalf");
    assert!(proxy.wait().success());
}

#[test]
fn p1_a_stop_waits_for_a_write_whose_client_has_gone() {
    let gate = Gate::new();
    let (held, done) = (Arc::clone(&gate), Gate::new());
    let ended = Arc::clone(&done);
    let backend = Backend::start(move |_, wire| {
        held.pass();
        wire.answer("", "written");
        ended.pass();
        true
    });
    let mut proxy = Proxy::start(&backend.address, RULES, &["--grace", "600000"]);
    let mut stream = proxy.connect();
    stream.write_all(b"DELETE /api/a HTTP/1.1\r\nHost: example.org\r\n\r\n").unwrap();
    gate.wait();
    drop(stream);
    proxy.terminate();
    proxy.logs("no more requests are taken");
    gate.open();
    done.wait();
    assert!(proxy.wait().success());
}

#[test]
fn each_request_is_a_line_of_the_log_without_its_query() {
    let backend = Backend::start(|_, wire| {
        wire.answer("", "fine");
        true
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    proxy.get("/api/a?secret=1");
    proxy.logs("method=GET path=\"/api/a\" status=200");
    proxy.logs("cache=\"fwd=miss; stored\"");
}

#[test]
fn metrics_are_told_and_survive_a_restart() {
    let backend = Backend::start(|_, wire| {
        wire.answer("", "fine");
        true
    });
    let file = TempDir::new().unwrap().keep().join("metrics.sqlite");
    let options = ["--metrics-file", file.to_str().unwrap()];
    let mut proxy = Proxy::start(&backend.address, RULES, &options);
    for _ in 0..3 {
        proxy.get("/api/a");
    }
    let local = |proxy: &Proxy, path: &str| {
        let mut stream = proxy.connect();
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", proxy.address);
        stream.write_all(head.as_bytes()).unwrap();
        Reply::read(stream)
    };
    let report = |proxy: &Proxy| {
        let reply = local(proxy, "/_everfresh/metrics?range=1h&groupBy=route");
        assert_eq!(reply.status, 200, "{reply:?}");
        let report: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
        (report["total"]["hits"].clone(), report["total"]["misses"].clone())
    };
    assert_eq!(report(&proxy), (2.into(), 1.into()));
    assert!(local(&proxy, "/_everfresh/prometheus").body.contains("everfresh"));
    assert_eq!(local(&proxy, "/_everfresh/monitoring").status, 200);
    // Nor is it for who has come by another name.
    assert_eq!(proxy.get("/_everfresh/metrics").status, 401);
    proxy.terminate();
    assert!(proxy.wait().success());
    let again = Proxy::start(&backend.address, RULES, &options);
    assert_eq!(report(&again), (2.into(), 1.into()));
    std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
}
