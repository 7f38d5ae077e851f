//! Nobody is given what is another one's.

use crate::backend::Backend;
use crate::support::{Proxy, RULES};

/// Says who asks.
fn backend(headers: &'static str) -> Backend {
    Backend::start(move |asked, wire| {
        let who = asked.header("cookie").or(asked.header("authorization")).unwrap_or("nobody");
        wire.answer(headers, who);
        true
    })
}

#[test]
fn p8_answers_to_credentials_are_not_shared() {
    let backend = backend("Cache-Control: public, max-age=3600\r\n");
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    for who in ["Cookie: alice\r\n", "Authorization: alice\r\n"] {
        assert_eq!(proxy.send("GET", "/api/a", who, "").body, "alice");
        assert_eq!(proxy.send("GET", "/api/a", &who.replace("alice", "bob"), "").body, "bob");
    }
    assert_eq!(proxy.get("/api/a").body, "nobody");
    assert_eq!(proxy.send("GET", "/api/a", "Cookie: alice\r\n", "").body, "alice");
}

#[test]
fn p8_what_says_that_it_is_private_or_sets_a_cookie_is_not_shared() {
    for headers in ["Cache-Control: private, max-age=3600\r\n", "Set-Cookie: id=alice\r\n"] {
        let backend = backend(headers);
        // Even where answers are said to be the same whoever asks.
        let proxy = Proxy::start(&backend.address, RULES, &["--share", "/api/*"]);
        assert_eq!(proxy.send("GET", "/api/a", "Cookie: alice\r\n", "").body, "alice");
        assert_eq!(proxy.send("GET", "/api/a", "Cookie: bob\r\n", "").body, "bob");
    }
}

#[test]
fn what_is_the_same_whoever_asks_is_shared_where_that_is_said() {
    let backend = backend("");
    let proxy = Proxy::start(&backend.address, RULES, &["--share", "/api/open/*"]);
    proxy.send("GET", "/api/open/a", "Cookie: alice\r\n", "");
    assert!(proxy.send("GET", "/api/open/a", "Cookie: bob\r\n", "").is_hit());
}

#[test]
fn p8_a_client_can_not_purge() {
    let backend = Backend::start(|asked, wire| {
        // A backend that echoes.
        let echo = asked.header("x-cache-invalidate").unwrap_or("none").to_owned();
        wire.answer(&format!("X-Cache-Invalidate: {echo}\r\n"), "a");
        true
    });
    let proxy = Proxy::start(&backend.address, RULES, &[]);
    proxy.get("/api/a");
    proxy.send("GET", "/page", "X-Cache-Invalidate: *\r\n", "");
    assert!(proxy.get("/api/a").is_hit());
}
