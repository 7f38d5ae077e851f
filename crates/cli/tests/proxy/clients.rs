//! Clients that are slow, send too much, or go away.

use std::io::Write;
use std::sync::Arc;

use crate::backend::{Backend, Gate};
use crate::support::{Proxy, RULES, Reply};

const TOKEN: &str = "a token of the test";

fn simple() -> Backend {
    Backend::start(|asked, wire| {
        if let Some(length) = asked.header("content-length") {
            wire.read(length.parse().unwrap());
        }
        wire.answer("", "fine");
        true
    })
}

#[test]
fn p10_a_head_that_does_not_end_is_408_and_holds_up_nobody() {
    let backend = simple();
    let proxy = Proxy::start(&backend.address, RULES, &["--header-timeout", "400"]);
    let mut slow: Vec<_> = (0..20).map(|_| proxy.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET /api/a HTTP/1.1\r\nHost: example.org\r\nX-Slow: ").unwrap();
    }
    assert_eq!(proxy.get("/api/b").body, "fine");
    for stream in slow {
        assert_eq!(Reply::read(stream).status, 408);
    }
    proxy.logs("takes too long for the head");
    assert_eq!(backend.count(), 1);
}

#[test]
fn p10_a_head_that_is_too_large_is_431() {
    let backend = simple();
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    let many: String = (0..200).map(|n| format!("X-{n}: a\r\n")).collect();
    assert_eq!(proxy.send("GET", "/api/a", &many, "").status, 431);
    assert_eq!(backend.count(), 0);
}

#[test]
fn p10_a_body_that_stalls_is_408() {
    let gate = Gate::new();
    let held = Arc::clone(&gate);
    let backend = Backend::start(move |_, _| {
        held.pass();
        false
    });
    let proxy = Proxy::start(&backend.address, RULES, &["--body-timeout", "300"]);
    let mut stream = proxy.connect();
    let head =
        "POST /api/a HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhalf";
    stream.write_all(head.as_bytes()).unwrap();
    Reply::read(stream).check_problem(408, "body-stalled");
    gate.open();
}

#[test]
fn p10_too_long_a_list_of_targets_is_413_and_none_of_it_reaches_the_backend() {
    let backend = simple();
    let proxy = Proxy::start(&backend.address, RULES, &["--token", TOKEN]);
    proxy.get("/api/a");
    let token = format!("Authorization: Bearer {TOKEN}\r\n");
    let huge = format!(r#"{{ "targets": "{}" }}"#, "x".repeat(1 << 20));
    assert_eq!(proxy.send("POST", "/_everfresh/invalidate", &token, &huge).status, 413);
    assert_eq!(proxy.send("POST", "/_everfresh/invalidate", "", r#"{"targets":"*"}"#).status, 401);
    assert!(proxy.get("/api/a").is_hit());
    assert_eq!(proxy.send("POST", "/_everfresh/invalidate", &token, r#"{"targets":"*"}"#).status, 204);
    assert!(!proxy.get("/api/a").is_hit());
    // What is not served is nobody else's.
    proxy.get("/_everfresh/events").check_problem(404, "nothing-here");
    assert_eq!(backend.count(), 2);
}

#[test]
fn p1_a_write_ends_when_its_client_has_gone() {
    let gate = Gate::new();
    let held = Arc::clone(&gate);
    let backend = Backend::start(move |asked, wire| {
        if asked.is("PATCH") {
            assert_eq!(wire.read(4), "body");
            held.pass();
            wire.answer("X-Cache-Invalidate: \"/api/other\"\r\n", "written");
        } else {
            wire.answer("", "fine");
        }
        true
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    proxy.get("/api/other");
    assert!(proxy.get("/api/other").is_hit());
    let mut stream = proxy.connect();
    let head = "PATCH /api/a HTTP/1.1\r\nHost: example.org\r\nContent-Length: 4\r\n\r\nbody";
    stream.write_all(head.as_bytes()).unwrap();
    gate.wait();
    drop(stream);
    assert!(proxy.get("/api/other").is_hit());
    gate.open();
    // Only its answer names the other one.
    while proxy.get("/api/other").is_hit() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn p1_a_write_that_may_still_run_bars_what_it_may_touch() {
    let gate = Gate::new();
    let held = Arc::clone(&gate);
    let backend = Backend::start(move |asked, wire| {
        if asked.is("PATCH") {
            held.pass();
            return false;
        }
        wire.answer("", "before it");
        true
    });
    let proxy = Proxy::start(&backend.address, RULES, &["--first-byte-timeout", "200"]);
    proxy.send("PATCH", "/api/a", "", "").check_problem(504, "upstream-slow");
    // What is read now may be older than what it will have written.
    assert_eq!(proxy.get("/api/a").cache(), "fwd=miss; detail=late");
    assert_eq!(proxy.get("/api/b").cache(), "fwd=miss; stored");
    gate.open();
}

#[test]
fn p7_no_tunnels_to_elsewhere_are_made() {
    let backend = simple();
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    proxy.send("CONNECT", "example.org:80", "", "").check_problem(501, "connect-refused");
    assert_eq!(backend.count(), 0);
}
