//! Pages, package, rules, and answers to pages of other origins.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Server, fresh};

#[test]
fn pages_and_package_are_served_and_always_asked_for_again() {
    let dir = TempDir::new().unwrap();
    fs::create_dir_all(dir.path().join("pages/studio")).unwrap();
    fs::create_dir(dir.path().join("built")).unwrap();
    fs::write(dir.path().join("secret.txt"), "secret").unwrap();
    for (file, text) in [
        ("pages/index.html", "<p>home</p>"),
        ("pages/studio/index.html", "<p>studio</p>"),
        ("built/index.js", "export {}"),
        ("built/everfresh.wasm", "\0asm"),
    ] {
        fs::write(dir.path().join(file), text).unwrap();
    }
    let server = Server::start(dir.path(), &["--www", "pages", "--package", "built"]);
    for (path, kind, text) in [
        ("/", "text/html", "<p>home</p>"),
        ("/studio/", "text/html", "<p>studio</p>"),
        ("/pkg/index.js", "text/javascript", "export {}"),
        ("/pkg/everfresh.wasm", "application/wasm", "\0asm"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.text()), (200, text), "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
        assert_eq!(answer.header("x-cache-tags"), None, "{path}");
    }
    for path in ["/nothing.html", "/../secret.txt", "/%2e%2e/secret.txt", "/pkg/..%2f..%2fsecret.txt"] {
        let answer = server.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.text().contains("secret</"), "{path}");
    }
}

#[test]
fn missing_folders_are_named() {
    let (_dir, server) = fresh();
    let answer = server.get("/");
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("<code>www</code>"), "{}", answer.text());
    assert!(answer.text().contains("--package"), "{}", answer.text());
    let odd = server.get("/%3Cscript%3E");
    assert!(!odd.text().contains("<script>"), "{}", odd.text());
}

#[test]
fn pages_load_the_rules_that_the_server_uses() {
    let (_dir, server) = fresh();
    let answer = server.get("/everfresh.json");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let mut shared: Value = serde_json::from_str(include_str!("../../../../www/everfresh.json")).unwrap();
    shared["push"] = true.into();
    shared["flags"] = serde_json::json!({ "url": true, "interval": 5000 });
    assert_eq!(answer.json(), shared);

    let dir = TempDir::new().unwrap();
    let rules = r#"{"entities":{"note":{"path":"/studio/api/scenes/:id"}}}"#;
    fs::write(dir.path().join("rules.json"), rules).unwrap();
    let server = Server::start(dir.path(), &["--config", "rules.json", "--no-push"]);
    assert_eq!(server.get("/everfresh.json").text(), rules);
    server.get("/studio/api/scenes/7").check_tags("note:7, note");
}

#[test]
fn p8_pages_of_other_origins_are_told_nothing_unless_asked_for() {
    let (_dir, server) = fresh();
    let from = [("origin", "http://other.example")];
    let answer = server.try_send("GET", "/studio/api/scenes/7", &from, "").unwrap();
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn pages_of_an_allowed_origin_see_the_headers() {
    const EXPOSED: &str = "x-cache-tags,x-cache-invalidate,cache-groups,cache-group-invalidation,\
                           x-cache-cursor,date,age,etag,retry-after,idempotency-replayed";
    let dir = TempDir::new().unwrap();
    for (option, allowed) in [("*", "*"), ("http://other.example", "http://other.example")] {
        let server = Server::start(dir.path(), &["--cors", option]);
        let from = [("origin", "http://other.example")];
        for (method, path) in [
            ("GET", "/studio/api/scenes/7"),
            ("GET", "/studio/api/scenes/99"),
            ("GET", "/everfresh.json"),
            ("GET", "/_demo/hostile?kind=large"),
            ("POST", "/_demo/echo-header?value=*"),
        ] {
            let answer = server.try_send(method, path, &from, "").unwrap();
            assert_eq!(answer.header("access-control-allow-origin"), Some(allowed), "{path}");
            assert_eq!(answer.header("access-control-expose-headers"), Some(EXPOSED), "{path}");
            assert_eq!(answer.header("vary"), None, "{path}");
        }
        let asked = [
            ("origin", "http://other.example"),
            ("access-control-request-method", "PATCH"),
            ("access-control-request-headers", "content-type,idempotency-key"),
        ];
        let preflight = server.try_send("OPTIONS", "/studio/api/scenes/7", &asked, "").unwrap();
        assert_eq!(preflight.status, 200);
        assert!(preflight.header("access-control-allow-methods").unwrap().contains("PATCH"));
        let headers = preflight.header("access-control-allow-headers");
        assert_eq!(headers, Some("content-type,idempotency-key"));
        assert_eq!(server.get("/_demo/state").json()["counts"]["writes"], 0);
    }
}
