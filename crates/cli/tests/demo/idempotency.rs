//! Writes with an `Idempotency-Key`: done once, however often they are sent.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{Answer, Server, fresh};

const SCENE: &str = "/studio/api/scenes/7";
const LIKE: &str = "/community/api/posts/1/like";

fn keyed(server: &Server, key: &str, method: &str, path: &str, body: &str) -> Option<Answer> {
    server.try_send(method, path, &[("idempotency-key", key)], body)
}

fn like(server: &Server, key: &str) -> Answer {
    keyed(server, key, "POST", LIKE, "").expect("no answer")
}

fn likes(server: &Server) -> i64 {
    server.get("/community/api/posts/1").json()["likeCount"].as_i64().unwrap()
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

/// The server's database.
fn database(dir: &TempDir) -> Connection {
    let db = Connection::open(dir.path().join(".everfresh-demo.sqlite")).unwrap();
    db.busy_timeout(Duration::from_secs(5)).unwrap();
    db
}

/// Keeps the server from its database until it is dropped; it waits for 5 s.
fn hold(dir: &TempDir) -> Connection {
    let db = database(dir);
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    db
}

/// It is the first answer again: the same in all but what is new with each answer.
#[track_caller]
fn check_again(first: &Answer, again: &Answer) {
    assert!(!replayed(first) && replayed(again), "{} {}", again.status, again.text());
    let told = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("date");
        headers.remove("x-cache-cursor");
        headers.remove("idempotency-replayed");
        headers
    };
    assert_eq!((first.status, first.text(), told(first)), (again.status, again.text(), told(again)));
}

#[test]
fn p6_a_write_that_is_sent_again_is_answered_as_at_first_and_done_once() {
    let (_dir, server) = fresh();
    let scene = "scene:7, chapter:3, story:42, stories";
    for (number, (method, path, body, targets)) in [
        ("PATCH", SCENE, r#"{"text":"New."}"#, scene),
        // Afterwards nothing tells any more where the scene was.
        ("PATCH", SCENE, r#"{"chapterId":1}"#, "scene:7, chapter:3, chapter:1, story:42, stories"),
        ("DELETE", SCENE, "", "scene:7, chapter:1, story:42, stories"),
        ("PATCH", "/studio/api/chapters/2", r#"{"title":"New"}"#, "chapter:2, story:42, stories"),
        ("PATCH", "/studio/api/stories/42", r#"{"title":"New"}"#, "story:42, stories"),
        ("PATCH", "/studio/api/stories/42/write", r#"{"text":"New."}"#, "story:42, stories"),
        (
            "POST",
            "/studio/api/scenes",
            r#"{"chapterId":1,"title":"New","text":""}"#,
            "chapter:1, story:42, stories",
        ),
        ("POST", "/community/api/posts", r#"{"author":"A","title":"T","text":"B"}"#, "posts"),
        ("POST", LIKE, "", "post:1, posts"),
        ("POST", "/community/api/posts/1/replies", r#"{"author":"A","text":"B"}"#, "post:1, posts"),
    ]
    .into_iter()
    .enumerate()
    {
        let first = keyed(&server, &format!("\"key-{number}\""), method, path, body).unwrap();
        first.check_touched(targets);
        let state = content(&server);
        for key in [format!("\"key-{number}\""), format!("key-{number}")] {
            let again = keyed(&server, &key, method, path, body).unwrap();
            check_again(&first, &again);
            again.check_touched(targets);
        }
        assert_eq!(content(&server), state, "{method} {path}: done again");
    }
    let other = keyed(&server, "key-x", "POST", LIKE, "").unwrap();
    assert!(!replayed(&other), "another key is another write");
}

/// The validators of all that is read: they change with every write.
fn content(server: &Server) -> Vec<String> {
    ["/studio/api/stories", "/studio/api/chapters/1", "/studio/api/chapters/2", "/community/api/posts"]
        .map(|path| server.get(path).header("etag").unwrap().to_owned())
        .into()
}

#[test]
fn p6_a_key_is_good_for_one_request_alone() {
    let (_dir, server) = fresh();
    let body = r#"{"text":"a"}"#;
    let first = keyed(&server, "one", "PATCH", SCENE, body).unwrap();
    let state = content(&server);
    for (method, path, body) in [
        ("PATCH", SCENE, r#"{"text":"b"}"#),
        ("PATCH", "/studio/api/scenes/8", body),
        ("PATCH", "/studio/api/scenes/7?draft=1", body),
        ("DELETE", SCENE, body),
    ] {
        let refused = keyed(&server, "one", method, path, body).unwrap();
        refused.check_error(422, "idempotency-key-reused");
        assert!(!replayed(&refused));
    }
    assert_eq!(content(&server), state);
    check_again(&first, &keyed(&server, "one", "PATCH", SCENE, body).unwrap());
}

#[test]
fn p6_a_write_that_is_under_way_is_not_begun_again() {
    let (dir, server) = fresh();
    let before = likes(&server);
    let held = hold(&dir);
    let first = std::thread::scope(|scope| {
        let first = scope.spawn(|| like(&server, "one"));
        server.wait_for(|state| state["counts"]["writes"] == 1);
        let second = like(&server, "one");
        second.check_error(409, "idempotency-key-running");
        assert_eq!(second.header("retry-after"), Some("1"));
        drop(held);
        first.join().unwrap()
    });
    check_again(&first, &like(&server, "one"));
    assert_eq!(likes(&server), before + 1);
}

#[test]
fn p6_a_write_is_under_way_while_it_waits_to_be_done() {
    let (_dir, server) = fresh();
    server.switch(r#"{"writeLatencyMs":3000}"#);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| like(&server, "one"));
        server.wait_for(|state| state["counts"]["writes"] == 1);
        server.switch(r#"{"writeLatencyMs":0}"#);
        like(&server, "one").check_error(409, "idempotency-key-running");
        let other = like(&server, "other");
        assert_eq!((other.status, replayed(&other)), (200, false), "another key does not wait");
        assert_eq!(first.join().unwrap().status, 200);
    });
}

#[test]
fn p6_a_write_is_under_way_for_as_long_as_it_runs_also_when_its_client_has_gone() {
    let (dir, server) = fresh();
    let before = likes(&server);
    let held = hold(&dir);
    let mut client = TcpStream::connect(server.address()).unwrap();
    write!(
        client,
        "POST {LIKE} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nIdempotency-Key: \"one\"\r\n\r\n"
    )
    .unwrap();
    server.wait_for(|state| state["counts"]["writes"] == 1);
    drop(client);
    like(&server, "one").check_error(409, "idempotency-key-running");
    drop(held);
    let started = Instant::now();
    let last = loop {
        let answer = like(&server, "one");
        if answer.status != 409 {
            break answer;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "it does not end");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!((last.status, replayed(&last)), (200, true));
    assert_eq!(likes(&server), before + 1);
}

#[test]
fn p6_an_answer_that_was_lost_is_given_again() {
    let (_dir, server) = fresh();
    let before = likes(&server);
    server.switch(r#"{"dropNextAnswers":2}"#);
    // A replay that is lost is replayed, too.
    for _ in 0..2 {
        assert!(keyed(&server, "one", "POST", LIKE, "").is_none());
        assert_eq!(likes(&server), before + 1);
    }
    let answer = like(&server, "one");
    assert!(replayed(&answer));
    answer.check_touched("post:1, posts");
    assert_eq!(answer.json()["likeCount"], before + 1);
    assert_eq!(likes(&server), before + 1);
}

#[test]
fn p6_what_had_no_effect_is_not_kept_and_can_be_tried_again() {
    let (_dir, server) = fresh();
    for (number, (switch, status, code)) in [
        ("failNextWrites", 500, "switched-failure"),
        ("refuseNextWrites", 422, "switched-refusal"),
        ("unauthorizedNextWrites", 401, "switched-unauthorized"),
    ]
    .into_iter()
    .enumerate()
    {
        let before = likes(&server);
        let key = format!("key-{number}");
        server.switch(&json!({ switch: 1 }).to_string());
        like(&server, &key).check_error(status, code);
        let done = like(&server, &key);
        assert_eq!((done.status, replayed(&done)), (200, false), "{switch}");
        assert_eq!(likes(&server), before + 1);
    }
    for (path, body, status, code) in [
        (SCENE, r#"{"chapterId":99}"#, 400, "unknown-parent"),
        ("/studio/api/scenes/99", r#"{"text":"a"}"#, 404, "not-found"),
        ("/studio/api/nothing", "", 404, "not-found"),
    ] {
        keyed(&server, "free", "PATCH", path, body).unwrap().check_error(status, code);
    }
    let done = keyed(&server, "free", "PATCH", SCENE, r#"{"text":"a"}"#).unwrap();
    assert_eq!((done.status, replayed(&done)), (200, false), "the key is free for another request");
}

#[test]
fn p6_a_write_whose_answer_can_not_be_kept_is_undone() {
    let (dir, server) = fresh();
    let before = content(&server);
    let db = database(&dir);
    db.execute_batch(
        "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT raise(ABORT, 'no more room'); END",
    )
    .unwrap();
    like(&server, "one").check_error(500, "internal");
    assert_eq!(content(&server), before);
    assert_eq!(server.send("POST", LIKE, "").status, 200, "without a key there is nothing to keep");

    db.execute_batch("DROP TRIGGER full").unwrap();
    let likes_before = likes(&server);
    let done = like(&server, "one");
    assert_eq!((done.status, replayed(&done)), (200, false));
    assert_eq!(likes(&server), likes_before + 1);
}

#[cfg(unix)]
#[test]
fn p6_answers_outlive_the_server_however_it_ends() {
    let dir = TempDir::new().unwrap();
    for signal in ["TERM", "KILL"] {
        let mut server = Server::start(dir.path(), &[]);
        let before = likes(&server);
        let first = like(&server, signal);
        server.terminate(signal);
        let server = Server::start(dir.path(), &[]);
        check_again(&first, &like(&server, signal));
        assert_eq!(likes(&server), before + 1);
    }
}

#[test]
fn p6_a_replay_says_what_was_touched_as_the_switch_has_it_now() {
    let (_dir, server) = fresh();
    server.switch(r#"{"sendHeaders":false}"#);
    assert_eq!(like(&server, "one").header("x-cache-invalidate"), None);
    server.switch(r#"{"sendHeaders":true}"#);
    like(&server, "one").check_touched("post:1, posts");
    server.switch(r#"{"sendHeaders":false}"#);
    let again = like(&server, "one");
    assert_eq!((replayed(&again), again.header("x-cache-invalidate")), (true, None));
}

#[test]
fn p6_a_key_that_can_not_be_read_is_refused_without_effect() {
    let (_dir, server) = fresh();
    let before = likes(&server);
    let too_long = "k".repeat(256);
    for key in [&*too_long, "", "\"\"", "\"open", "two words", "\"one\", \"two\""] {
        like(&server, key).check_error(400, "invalid-idempotency-key");
    }
    assert_eq!(likes(&server), before);
    assert_eq!(like(&server, &too_long[1..]).status, 200);
}

#[test]
fn a_read_needs_no_key_and_ignores_one() {
    let (_dir, server) = fresh();
    for key in ["one", "two words"] {
        let read = keyed(&server, key, "GET", SCENE, "").unwrap();
        assert_eq!((read.status, replayed(&read)), (200, false));
    }
}

#[test]
fn a_reset_forgets_the_answers() {
    let (_dir, server) = fresh();
    like(&server, "one");
    server.send("POST", "/_demo/reset", "");
    let before = likes(&server);
    assert!(!replayed(&like(&server, "one")));
    assert_eq!(likes(&server), before + 1);
}
