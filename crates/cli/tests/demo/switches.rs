//! The switches that make the API slow or faulty.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Server, fresh};

const SCENE: &str = "/studio/api/scenes/7";
const OURS: [&str; 4] = ["x-cache-tags", "x-cache-invalidate", "cache-groups", "cache-group-invalidation"];

#[test]
fn the_state_counts_requests_and_keeps_the_last_of_them() {
    let (_dir, server) = fresh();
    server.get(&format!("{SCENE}?draft=1"));
    server.send("PATCH", SCENE, r#"{"text":"a"}"#);
    let state = server.get("/_demo/state").json();
    assert_eq!(state["counts"], json!({ "reads": 1, "writes": 1 }));
    assert_eq!(state["log"][0]["method"], "GET");
    assert_eq!(state["log"][0]["path"], "/studio/api/scenes/7?draft=1");
    assert_eq!(state["log"][1]["method"], "PATCH");
    assert!(state["log"][1]["at"].as_i64().unwrap() >= state["log"][0]["at"].as_i64().unwrap());
    for _ in 0..205 {
        server.get(SCENE);
    }
    let state = server.get("/_demo/state").json();
    assert_eq!(state["counts"]["reads"], 206);
    assert_eq!(state["log"].as_array().unwrap().len(), 200);
    server.switch(r#"{"counts":{"reads":0,"writes":0}}"#);
    assert_eq!(server.get("/_demo/state").json()["counts"]["reads"], 0);
}

#[test]
fn a_bad_change_changes_nothing() {
    let (_dir, server) = fresh();
    let before = server.get("/_demo/state").json();
    for bad in [
        r#"{"latencyMs":-1}"#,
        r#"{"latencyMs":"1"}"#,
        r#"{"latencyMs":600001}"#,
        r#"{"latencyMs":null}"#,
        r#"{"lateMs":5,"speed":1}"#,
        r#"{"lateMs":5,"cacheControl":"a\nb"}"#,
    ] {
        server.send("PATCH", "/_demo/state", bad).check_error(400, "invalid-body");
    }
    assert_eq!(server.get("/_demo/state").json(), before);
}

#[test]
fn latency_delays_reads_before_the_database_is_asked() {
    let (_dir, server) = fresh();
    server.switch(r#"{"latencyMs":600}"#);
    let (text, took) = read_while_writing(&server);
    assert_eq!(text, "new");
    assert!(took >= Duration::from_millis(600), "{took:?}");
}

#[test]
fn lateness_delays_reads_after_the_database_was_asked() {
    let (_dir, server) = fresh();
    server.send("PATCH", SCENE, r#"{"text":"old"}"#);
    server.switch(r#"{"lateMs":600}"#);
    let (text, took) = read_while_writing(&server);
    assert_eq!(text, "old");
    assert!(took >= Duration::from_millis(600), "{took:?}");
    server.switch(r#"{"lateMs":0}"#);
    assert_eq!(server.get(SCENE).json()["text"], "new");
}

/// Starts a read, writes "new" while it is under way, and gives what the read found and how long it took.
fn read_while_writing(server: &Server) -> (String, Duration) {
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let started = Instant::now();
            let text = server.get(SCENE).json()["text"].as_str().unwrap().to_owned();
            (text, started.elapsed())
        });
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(server.send("PATCH", SCENE, r#"{"text":"new"}"#).status, 200);
        reading.join().unwrap()
    })
}

#[test]
fn p4_a_write_is_committed_even_when_its_client_has_gone() {
    let (_dir, server) = fresh();
    server.switch(r#"{"writeLatencyMs":400}"#);
    let body = r#"{"text":"written and gone"}"#;
    let mut client = TcpStream::connect(server.address()).unwrap();
    write!(
        client,
        "PATCH {SCENE} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{body}",
        server.address(),
        body.len()
    )
    .unwrap();
    server.wait_for(|state| state["counts"]["writes"] == 1);
    drop(client);
    assert_ne!(server.get(SCENE).json()["text"], "written and gone");
    let started = Instant::now();
    while server.get(SCENE).json()["text"] != "written and gone" {
        assert!(started.elapsed() < Duration::from_secs(10), "it was not committed");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn failing_writes_have_no_effect() {
    let (_dir, server) = fresh();
    for (switch, status, code) in [
        ("failNextWrites", 500, "switched-failure"),
        ("refuseNextWrites", 422, "switched-refusal"),
        ("unauthorizedNextWrites", 401, "switched-unauthorized"),
    ] {
        server.switch(&json!({ switch: 2 }).to_string());
        let before = server.get(SCENE).json();
        for _ in 0..2 {
            server.send("PATCH", SCENE, r#"{"text":"a"}"#).check_error(status, code);
        }
        assert_eq!(server.get(SCENE).json(), before);
        assert_eq!(server.send("PATCH", SCENE, r#"{"text":"a"}"#).status, 200);
        assert_eq!(server.get("/_demo/state").json()[switch], 0);
    }
}

#[test]
fn writes_that_are_to_fail_in_several_ways_fail_in_one_each() {
    let (_dir, server) = fresh();
    server.switch(
        r#"{"failNextWrites":1,"refuseNextWrites":1,"unauthorizedNextWrites":1,"dropNextAnswers":1}"#,
    );
    let write = || server.try_send("PATCH", SCENE, &[], r#"{"text":"a"}"#).map(|answer| answer.status);
    let seen: Vec<Option<u16>> = (0..5).map(|_| write()).collect();
    assert_eq!(seen, [Some(500), Some(422), Some(401), None, Some(200)]);
}

#[test]
fn p4_a_dropped_answer_is_of_a_write_that_was_committed_once() {
    let (_dir, server) = fresh();
    // The connection is one that was used before, as a browser's is.
    let likes = server.get("/community/api/posts/1").json()["likeCount"].as_i64().unwrap();
    server.switch(r#"{"dropNextAnswers":1}"#);
    assert!(server.try_send("POST", "/community/api/posts/1/like", &[], "").is_none());
    let after = server.get("/community/api/posts/1").json();
    assert_eq!(after["likeCount"], likes + 1);
    assert_eq!(server.get("/_demo/state").json()["counts"]["writes"], 1);
    assert_eq!(server.send("POST", "/community/api/posts/1/like", "").status, 200);
}

#[test]
fn a_cut_connection_ends_after_a_head_that_no_browser_takes() {
    let (_dir, server) = fresh();
    server.switch(r#"{"dropNextAnswers":1}"#);
    let mut client = TcpStream::connect(server.address()).unwrap();
    let request = "POST /community/api/posts/1/like HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
    client.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    client.read_to_end(&mut bytes).unwrap();
    let head = String::from_utf8(bytes).unwrap();
    assert_eq!(head.matches("Content-Length: ").count(), 2, "{head}");
    assert!(head.ends_with("\r\n\r\n") && !head.contains('{'), "{head}");
}

#[test]
fn without_headers_nothing_of_ours_is_sent() {
    let (_dir, server) = fresh();
    server.switch(r#"{"sendHeaders":false}"#);
    let read = server.get(SCENE);
    let write = server.send("PATCH", SCENE, r#"{"text":"a"}"#);
    assert_eq!((read.status, write.status), (200, 200));
    for name in OURS {
        assert_eq!((read.header(name), write.header(name)), (None, None), "{name}");
    }
    assert!(read.header("etag").is_some());
}

#[test]
fn reads_can_be_given_another_cache_control() {
    let (_dir, server) = fresh();
    server.switch(r#"{"cacheControl":"public, max-age=60"}"#);
    assert_eq!(server.get(SCENE).header("cache-control"), Some("public, max-age=60"));
    assert_eq!(server.get("/studio/api/scenes/99").header("cache-control"), Some("no-store"));
    server.switch(r#"{"cacheControl":null}"#);
    assert_eq!(server.get(SCENE).header("cache-control"), Some("private, no-cache"));
}

#[test]
fn a_reset_brings_content_and_switches_back() {
    let (_dir, server) = fresh();
    let content = |server: &Server| server.get("/studio/api/chapters/3").json()["scenes"][0]["text"].clone();
    let before = content(&server);
    server.send("DELETE", SCENE, "");
    server.send("POST", "/studio/api/scenes", r#"{"chapterId":1,"title":"T","text":""}"#);
    server.switch(r#"{"latencyMs":5,"failNextWrites":9,"sendHeaders":false}"#);
    assert_eq!(server.send("POST", "/_demo/reset", "").status, 204);
    let state = server.get("/_demo/state").json();
    assert_eq!((&state["latencyMs"], &state["sendHeaders"]), (&json!(0), &json!(true)));
    assert_eq!((&state["failNextWrites"], &state["log"]), (&json!(0), &json!([])));
    assert_eq!(content(&server), before);
    let made = server.send("POST", "/studio/api/scenes", r#"{"chapterId":1,"title":"T","text":""}"#);
    assert_eq!(made.header("location"), Some("/studio/api/scenes/10"));
}

#[test]
fn hostile_headers_arrive_as_they_are() {
    let (_dir, server) = fresh();
    let value = |kind: &str| {
        let answer = server.get(&format!("/_demo/hostile?kind={kind}"));
        assert_eq!(answer.status, 200, "{kind}");
        answer.headers["x-cache-invalidate"].as_bytes().to_owned()
    };
    assert_eq!(value("large").len(), 100 * 1024);
    assert_eq!(value("many").split(|byte| *byte == b',').count(), 10_000);
    let bytes = value("bytes");
    assert!((0x80..=0xff).all(|byte| bytes.contains(&byte)));
    let quotes = value("unbalanced").iter().filter(|byte| **byte == b'"').count();
    assert_eq!(quotes % 2, 1);
    assert_eq!(server.get("/_demo/hostile?kind=odd").status, 400);
}

#[test]
fn a_header_is_echoed() {
    let (_dir, server) = fresh();
    let echo = server.send("POST", "/_demo/echo-header?value=story:42%2C%20%22%2Fa%2F*%22", "");
    assert_eq!(echo.header("x-cache-invalidate"), Some("story:42, \"/a/*\""));
    server.send("POST", "/_demo/echo-header?value=a%0Ab", "").check_error(400, "invalid-header");
}
