//! Backends that are down, stall and break off: a clear status and a line in the log, and nothing cached that is not whole.

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::backend::{Backend, Gate};
use crate::support::{Proxy, RULES};

#[test]
fn p7_a_backend_that_is_down_is_502_until_it_is_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let proxy = Proxy::start(&address.to_string(), RULES, &[]);
    for method in ["GET", "HEAD", "POST"] {
        let reply = proxy.send(method, "/api/a", "", "");
        assert_eq!(reply.status, 502);
        if method != "HEAD" {
            reply.check_problem(502, "upstream-down");
        }
    }
    proxy.logs("upstream-down");
    let _backend = Backend::start_on(TcpListener::bind(address).unwrap(), |_, wire| {
        wire.answer("", "up");
        true
    });
    assert_eq!(proxy.get("/api/a").body, "up");
}

#[test]
fn p7_a_backend_that_does_not_answer_is_504() {
    let (slow, gate) = (Arc::new(AtomicBool::new(true)), Gate::new());
    let (is_slow, held) = (Arc::clone(&slow), Arc::clone(&gate));
    let backend = Backend::start(move |_, wire| {
        if is_slow.load(Ordering::SeqCst) {
            held.pass();
            return false;
        }
        wire.answer("", "soon");
        true
    });
    let proxy = Proxy::start(&backend.address, RULES, &["--first-byte-timeout", "200"]);
    proxy.get("/api/a").check_problem(504, "upstream-slow");
    proxy.logs("upstream-slow");
    slow.store(false, Ordering::SeqCst);
    gate.open();
    let patient = Proxy::start(&backend.address, RULES, &[]);
    assert_eq!(patient.get("/api/a").body, "soon");
}

/// A listener whose queue is full, so that connecting to it comes to nothing; and what fills it.
fn crowded() -> (TcpListener, TcpStream) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _guard = runtime.enter();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap().into_std().unwrap();
    listener.set_nonblocking(false).unwrap();
    let first = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (listener, first)
}

#[test]
fn p7_a_backend_that_takes_no_connection_is_504() {
    let (listener, first) = crowded();
    let address = listener.local_addr().unwrap().to_string();
    let proxy = Proxy::start(&address, RULES, &["--connect-timeout", "300"]);
    for method in ["GET", "POST"] {
        proxy.send(method, "/api/a", "", "").check_problem(504, "upstream-unreachable");
    }
    proxy.logs("upstream-unreachable");
    drop(first);
    // There is room once somebody takes what waits; until then each takes its time to find out.
    let _backend = Backend::start_on(listener, |_, wire| {
        wire.answer("", "up");
        true
    });
    while proxy.get("/api/a").status == 504 {}
    assert_eq!(proxy.get("/api/a").body, "up");
}

#[test]
fn p7_a_redis_that_takes_no_connection_is_as_good_as_none() {
    let (listener, _first) = crowded();
    let backend = Backend::start(|_, wire| {
        wire.answer("", "up");
        true
    });
    let redis = format!("redis://{}", listener.local_addr().unwrap());
    let proxy = Proxy::start(&backend.address, RULES, &["--redis", &redis]);
    for count in 1..=3 {
        let reply = proxy.get("/api/a");
        assert_eq!((reply.body.as_str(), backend.count()), ("up", count));
        // Nobody knows its flags, or whether anything may be stored.
        let why = reply.cache();
        assert!(why.ends_with("detail=flags-unknown") || why.ends_with("detail=unavailable"), "{reply:?}");
    }
    let write = proxy.send("POST", "/api/a", "", "x");
    assert_eq!((write.status, write.body.as_str()), (200, "up"));
    proxy.logs("the store does not answer");
}

#[test]
fn p7_what_is_no_answer_is_502() {
    let backend = Backend::start(|asked, wire| {
        match asked.line.as_str() {
            "GET /api/garbage HTTP/1.1" => wire.send("SSH-2.0-OpenSSH_9.6\r\n\r\n"),
            "GET /api/two HTTP/1.1" => {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
            }
            "GET /api/switch HTTP/1.1" => {
                wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
            }
            _ => {}
        }
        false
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    for path in ["/api/garbage", "/api/two", "/api/switch", "/api/end"] {
        proxy.get(path).check_problem(502, "upstream-broken");
    }
    proxy.logs("upstream-broken");
    // What may have been done is not done again.
    let before = backend.count();
    proxy.send("POST", "/api/end", "", "x").check_problem(502, "upstream-broken");
    assert_eq!(backend.count(), before + 1);
}

/// The first answer is a part of one, the others are whole.
fn partly(part: &'static str, then: impl Fn() + Send + Sync + 'static) -> Backend {
    let count = AtomicUsize::new(0);
    Backend::start(move |_, wire| {
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            wire.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\n");
            wire.send(part);
            then();
            return false;
        }
        wire.answer("Cache-Control: max-age=3600\r\n", "whole");
        true
    })
}

#[track_caller]
fn check_not_stored(backend: &Backend, options: &[&str]) {
    let proxy = Proxy::start(&backend.address, RULES, options);
    proxy.get("/api/a").check_problem(502, "upstream-broken");
    proxy.logs("an answer broke off");
    let reply = proxy.get("/api/a");
    assert_eq!((reply.body.as_str(), reply.cache()), ("whole", "fwd=miss; stored"));
    assert!(proxy.get("/api/a").is_hit());
    assert_eq!(backend.count(), 2);
}

#[test]
fn p7_what_breaks_off_is_502_and_not_stored() {
    for part in [
        "Content-Length: 100\r\n\r\nhalf",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "Transfer-Encoding: chunked\r\n\r\n64\r\nhalf",
    ] {
        check_not_stored(&partly(part, || {}), &[]);
    }
}

#[test]
fn p7_what_stalls_is_502_and_not_stored() {
    for part in ["Content-Length: 100\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"] {
        let gate = Gate::new();
        let held = Arc::clone(&gate);
        let backend = partly(part, move || held.pass());
        check_not_stored(&backend, &["--body-timeout", "300"]);
        gate.open();
    }
}

#[test]
fn p7_what_is_handed_on_as_it_comes_is_seen_to_break_off() {
    for part in ["Content-Length: 100\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"] {
        let gate = Gate::new();
        let held = Arc::clone(&gate);
        let backend = partly(part, move || held.pass());
        let proxy = Proxy::start(&backend.address, RULES, &["--body-timeout", "300"]);
        let reply = proxy.get("/page");
        assert_eq!((reply.status, reply.body.as_str(), reply.whole), (200, "half", false));
        gate.open();
    }
}

#[test]
fn p7_a_body_that_ends_with_its_connection_may_be_a_part_and_is_not_stored() {
    let backend = Backend::start(|_, wire| {
        wire.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\n\r\nall, or not");
        false
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    let reply = proxy.get("/api/a");
    assert_eq!((reply.body.as_str(), reply.cache()), ("all, or not", "fwd=miss; detail=until-close"));
    assert!(!proxy.get("/api/a").is_hit());
}

#[test]
fn p7_a_stale_answer_stands_in_for_a_backend_that_fails() {
    let failure = Arc::new(AtomicUsize::new(0));
    let failing = Arc::clone(&failure);
    let backend = Backend::start(move |_, wire| {
        match failing.load(Ordering::SeqCst) {
            0 => wire.answer("Cache-Control: stale-if-error=3600\r\n", "good"),
            1 => wire.send("HTTP/1.1 500 Sorry\r\nContent-Length: 5\r\n\r\nsorry"),
            2 => wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal"),
            _ => {}
        }
        failing.load(Ordering::SeqCst) == 0
    });
    let rules = r#"{ "rules": [{ "match": "/api/*", "staleTime": 1000 }] }"#;
    let proxy = Proxy::start(&backend.address, rules, &[]);
    while proxy.get("/api/a").cache() != "fwd=miss; stored" {}
    for kind in 1..=3 {
        failure.store(kind, Ordering::SeqCst);
        let asked = backend.count();
        // It is fresh for a moment.
        while backend.count() == asked {
            let reply = proxy.get("/api/a");
            assert_eq!((reply.status, reply.body.as_str()), (200, "good"));
        }
        let reply = proxy.get("/api/a");
        assert!(reply.cache().starts_with("hit; ttl=-"), "{reply:?}");
    }
    assert!(proxy.get("/api/b").status >= 500);
}
