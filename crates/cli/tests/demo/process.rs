//! Start, stop and start again.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::{Server, fresh};

#[cfg(unix)]
#[test]
fn edits_outlive_the_server_however_it_ends() {
    let dir = TempDir::new().unwrap();
    for signal in ["TERM", "INT", "KILL"] {
        let mut server = Server::start(dir.path(), &[]);
        let body = format!(r#"{{"text":"before {signal}"}}"#);
        assert_eq!(server.send("PATCH", "/studio/api/scenes/7", &body).status, 200);
        assert_eq!(server.terminate(signal).success(), signal != "KILL", "{signal}");
        let server = Server::start(dir.path(), &[]);
        assert_eq!(server.get("/studio/api/scenes/7").json()["text"], format!("before {signal}"));
    }
    assert!(dir.path().join(".everfresh-demo.sqlite").is_file());
}

#[cfg(unix)]
#[test]
fn a_stop_waits_for_answers_that_are_under_way() {
    let (_dir, mut server) = fresh();
    server.switch(r#"{"latencyMs":500}"#);
    let mut client = std::net::TcpStream::connect(server.address()).unwrap();
    use std::io::{Read, Write};
    client.write_all(b"GET /studio/api/scenes/7 HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    while server.get("/_demo/state").json()["counts"]["reads"] != 1 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(server.terminate("TERM").success());
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[test]
fn what_can_not_be_used_is_named() {
    let dir = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    fs::write(dir.path().join("bad.json"), r#"{"entities":{"scene":{"path":"/a/:id","parent":{}}}}"#)
        .unwrap();
    fs::write(dir.path().join("none.json"), "{").unwrap();
    fs::write(dir.path().join("text.sqlite"), "this is a text and no database at all, however long").unwrap();
    for (options, complaint) in [
        (["--port", &*port], "can't listen on 127.0.0.1"),
        (["--config", "missing.json"], "can't read the rules in missing.json"),
        (["--config", "bad.json"], "entities.scene.parent"),
        (["--config", "none.json"], "the rules are not JSON"),
        (["--db", "no/such/folder.sqlite"], "can't use the database no/such/folder.sqlite"),
        (["--db", "text.sqlite"], "can't use the database text.sqlite"),
        (["--cors", "example.org"], "must be * or an origin"),
        (["--token", "short"], "the token is too short"),
    ] {
        let complaints = fail(dir.path(), &options);
        assert!(complaints.contains(complaint), "{options:?}: {complaints}");
    }
}

fn fail(dir: &Path, options: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_everfresh"));
    command.arg("demo").args(options).current_dir(dir);
    if !options.contains(&"--port") {
        command.args(["--port", "0"]);
    }
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{options:?} was taken");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}
