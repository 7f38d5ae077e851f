//! What passes through, and how.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use crate::backend::{Backend, Gate};
use crate::support::{Proxy, RULES, Reply};

fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        text.push(char::from(byte[0]));
    }
    text
}

#[test]
fn p9_what_is_of_one_connection_ends_with_it_and_the_rest_passes() {
    let backend = Backend::start(|_, wire| {
        wire.answer(
            "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nX-End: 2\r\n",
            "a",
        );
        true
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    let headers = "X-Hop: 1\r\nX-End: 2\r\nTE: trailers\r\nConnection: X-Hop\r\nX-Forwarded-Host: evil\r\n";
    let reply = proxy.send("GET", "/page?q=1", headers, "");
    assert_eq!(
        (reply.header("x-hop"), reply.header("keep-alive"), reply.header("x-end")),
        (None, None, Some("2"))
    );
    assert_eq!(reply.header("via"), Some("1.1 everfresh"));
    let asked = backend.last();
    assert_eq!(asked.line, "GET /page?q=1 HTTP/1.1");
    let sent = ["x-hop", "te", "connection", "x-end", "host", "via", "x-forwarded-for", "x-forwarded-host"];
    assert_eq!(
        sent.map(|name| asked.header(name)),
        [
            None,
            None,
            None,
            Some("2"),
            Some("example.org"),
            Some("1.1 everfresh"),
            Some("127.0.0.1"),
            Some("example.org"),
        ]
    );
    assert_eq!(asked.header("forwarded"), Some("for=127.0.0.1;host=\"example.org\";proto=http"));
}

#[test]
fn p9_bodies_stream_both_ways() {
    let gate = Gate::new();
    let held = Arc::clone(&gate);
    let backend = Backend::start(move |_, wire| {
        let first = wire.read_chunk();
        wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        wire.send(&format!("3\r\n{first}\r\n"));
        held.pass();
        let second = wire.read_chunk();
        assert_eq!(wire.read_chunk(), "");
        wire.send(&format!("3\r\n{second}\r\n0\r\n\r\n"));
        true
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    let mut stream = proxy.connect();
    let head = "POST /upload HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"3\r\none\r\n").unwrap();
    let mut answer = read_until(&mut stream, "\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    answer.push_str(&read_until(&mut stream, "one\r\n"));
    gate.wait();
    gate.open();
    stream.write_all(b"3\r\ntwo\r\n0\r\n\r\n").unwrap();
    assert!(read_until(&mut stream, "0\r\n\r\n").contains("two"));
}

#[test]
fn p9_heads_and_parts_are_the_backends() {
    let backend = Backend::start(|asked, wire| {
        if asked.is("HEAD") {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        } else if asked.header("range").is_some() {
            wire.send(
                "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 1-2/5\r\nContent-Length: 2\r\n\r\nbc",
            );
        } else {
            wire.answer("", "abcde");
        }
        true
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    let reply = proxy.send("HEAD", "/api/a", "", "");
    assert_eq!((reply.header("content-length"), reply.body.as_str()), (Some("1000"), ""));
    for _ in 0..2 {
        let reply = proxy.send("GET", "/api/a", "Range: bytes=1-2\r\n", "");
        assert_eq!((reply.status, reply.body.as_str()), (206, "bc"));
        assert_eq!(proxy.get("/api/a").body, "abcde");
    }
    // What a GET has left answers it from then on.
    let reply = proxy.send("HEAD", "/api/a", "", "");
    assert_eq!((reply.header("content-length"), reply.is_hit()), (Some("5"), true));
}

#[test]
fn p9_a_client_that_waits_to_be_told_to_go_on_is() {
    let backend = Backend::start(|asked, wire| {
        assert_eq!(asked.header("expect"), None);
        let body = wire.read(4);
        wire.answer("", &body);
        true
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    let mut stream = proxy.connect();
    let head = "POST /a HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(read_until(&mut stream, "\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"body").unwrap();
    assert_eq!(Reply::read(stream).body, "body");
}

#[test]
fn p9_a_websocket_is_tunnelled_and_no_other_protocol_is() {
    let backend = Backend::start(|asked, wire| {
        if asked.header("upgrade") != Some("websocket") {
            assert_eq!((asked.header("upgrade"), asked.header("http2-settings")), (None, None));
            wire.answer("", "plain");
            return true;
        }
        wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n");
        let said = wire.read(4);
        wire.send(&format!("<{said}>"));
        false
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    let mut stream = proxy.connect();
    let head = "GET /api/socket HTTP/1.1\r\nHost: example.org\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: y\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 101 "), "{answer}");
    assert!(answer.contains("upgrade: websocket\r\n") && answer.contains("sec-websocket-accept: x\r\n"));
    stream.write_all(b"ping").unwrap();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "<ping>");

    let other = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n";
    assert_eq!(proxy.send("GET", "/api/a", other, "").body, "plain");
}

#[test]
fn p7_a_connection_that_ended_while_it_was_idle_is_not_felt() {
    let backend = Backend::start(|_, wire| {
        wire.answer("", "fine");
        false
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    for n in 0..20 {
        assert_eq!(proxy.get(&format!("/page/{n}")).body, "fine");
    }
}
