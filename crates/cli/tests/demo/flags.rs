//! Flags of the demo.

use serde_json::json;
use tempfile::TempDir;

use crate::support::{Server, fresh};

const SCENE: &str = "/studio/api/scenes/7";

fn cache(server: &Server) -> String {
    let status = server.get(SCENE).header("cache-status").unwrap().to_owned();
    status.trim_start_matches("everfresh-server; ").to_owned()
}

fn set(server: &Server, change: &str) {
    let answer = server.send("PATCH", "/_everfresh/flags", change);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn p7_the_kill_switch_is_thrown_from_this_machine_and_writes_go_on_being_told() {
    let (_dir, server) = fresh();
    assert_eq!(cache(&server), "fwd=miss; stored");
    assert!(cache(&server).starts_with("hit"));
    set(&server, r#"{"server":{"enabled":false}}"#);
    for title in ["One", "Two"] {
        let written = server.send("PATCH", SCENE, &json!({ "title": title }).to_string());
        assert!(written.header("x-cache-invalidate").unwrap().starts_with("scene:7"));
        assert_eq!(server.get(SCENE).json()["title"], title);
        assert_eq!(cache(&server), "fwd=bypass; detail=disabled");
    }
    set(&server, r#"{"server":{"enabled":true}}"#);
    assert_eq!(cache(&server), "fwd=miss; stored");
}

#[test]
fn a_page_is_told_its_flags_and_a_part_of_the_clients_may_bypass_the_cache() {
    let (_dir, server) = fresh();
    set(&server, r#"{"client":{"enabled":25,"overlay":false},"server":{"enabled":65}}"#);
    let told = server.get("/_everfresh/flags").json();
    assert_eq!(told, json!({ "version": 1, "flags": { "enabled": 25, "overlay": false } }));
    let get = |address: &str| {
        let answer = server.try_send("GET", SCENE, &[("x-forwarded-for", address)], "").unwrap();
        answer.header("cache-status").unwrap().contains("detail=disabled")
    };
    // Their buckets are 6630 and 6349.
    assert!(get("192.0.2.17") && !get("2001:db8::1"));
}

#[cfg(unix)]
#[test]
fn p7_a_file_keeps_them_over_a_restart() {
    let dir = TempDir::new().unwrap();
    let options = ["--flags", "flags.json"];
    let mut server = Server::start(dir.path(), &options);
    set(&server, r#"{"server":{"enabled":false}}"#);
    assert!(server.terminate("TERM").success());
    let server = Server::start(dir.path(), &options);
    assert_eq!(cache(&server), "fwd=bypass; detail=disabled");
    assert_eq!(server.get("/_everfresh/flags/all").json()["server"], json!({ "enabled": false }));
}
