//! The server's own cache, and what browsers hear of it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::support::{Server, fresh};

const SCENE: &str = "/studio/api/scenes/7";

/// What the server's cache says of a read.
fn status(server: &Server, path: &str) -> String {
    server.get(path).header("cache-status").unwrap_or("none").to_owned()
}

fn is_hit(server: &Server, path: &str) -> bool {
    status(server, path).starts_with("everfresh-server; hit")
}

#[test]
fn p1_reads_come_from_the_server_s_cache_until_something_is_written() {
    let (_dir, server) = fresh();
    let story = "/studio/api/stories/42";
    for path in [SCENE, story] {
        assert_eq!(status(&server, path), "everfresh-server; fwd=miss; stored");
        assert!(is_hit(&server, path), "{path}");
    }
    let counts = server.get("/_demo/state").json()["counts"].clone();
    assert_eq!(counts["reads"], 4, "what the cache answers counts, too");
    server.send("PATCH", SCENE, r#"{"title":"New"}"#);
    for path in [SCENE, story] {
        assert!(!is_hit(&server, path), "{path}");
    }
    assert_eq!(server.get(SCENE).json()["title"], "New");
    server.send("POST", "/_demo/reset", "");
    assert_ne!(server.get(SCENE).json()["title"], "New");
}

#[test]
fn p2_a_switch_makes_answers_late_and_the_cache_never_old() {
    let (_dir, server) = fresh();
    server.switch(r#"{"failNextWrites":1,"cacheControl":"no-store"}"#);
    assert_eq!(server.get(SCENE).header("cache-control"), Some("no-store"));
    assert!(is_hit(&server, SCENE), "what browsers are told is none of the cache's");
    assert_eq!(server.try_send("PATCH", SCENE, &[], r#"{"title":"No"}"#).unwrap().status, 500);
    assert!(is_hit(&server, SCENE), "nothing was written");
}

#[test]
fn p3_who_listens_hears_of_a_write_and_of_a_reset() {
    let (_dir, server) = fresh();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "GET /_everfresh/events HTTP/1.1\r\nhost: demo\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert!(lines.any(|line| line == "event: ready"));
    let answer = server.send("PATCH", SCENE, r#"{"title":"New"}"#);
    let id =
        lines.find_map(|line| Some(line.strip_prefix("id: ")?.to_owned()).filter(|id| id.ends_with("-1")));
    assert_eq!(answer.header("x-cache-cursor"), id.as_deref());
    let data = lines.find(|line| line.starts_with("data: ")).unwrap();
    assert!(data.contains(r#""targets":"scene:7, chapter:3, story:42, stories"#), "{data}");
    server.send("POST", "/_demo/reset", "");
    assert!(lines.any(|line| line.contains(r#""targets":"*""#)));
}
