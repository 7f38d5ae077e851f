//! Proxies that share a Redis.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tempfile::TempDir;

use crate::backend::Backend;
use crate::support::{Proxy, RULES};

/// A Redis of the test's own, without persistence; it ends with this.
pub(crate) struct Redis {
    port: u16,
    process: Child,
    _dir: TempDir,
}

impl Redis {
    pub(crate) fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let dir = TempDir::new().unwrap();
        let process = Command::new("redis-server")
            .args([
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--port",
                &port.to_string(),
                "--dir",
            ])
            .arg(dir.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is on PATH");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { port, process, _dir: dir }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn p1_a_write_through_one_proxy_is_seen_through_the_other() {
    let (backend, version) = Backend::counting(1);
    let redis = Redis::start();
    let url = redis.url();
    let proxies = [0, 1].map(|_| Proxy::start(&backend.address, RULES, &["--redis", &url]));
    // A Redis that has just begun stores nothing yet.
    while !proxies[0].get("/api/a").is_hit() {
        std::thread::sleep(Duration::from_millis(20));
    }
    for round in 0..10 {
        let (one, other) = (&proxies[round % 2], &proxies[(round + 1) % 2]);
        let reply = other.get("/api/a");
        assert!(reply.is_hit() && reply.body == version.load(Ordering::SeqCst).to_string(), "{reply:?}");
        assert_eq!(one.send("PATCH", "/api/a", "", "").status, 200);
        let now = version.load(Ordering::SeqCst).to_string();
        assert_eq!((other.get("/api/a").body, one.get("/api/a").body), (now.clone(), now));
    }
}

#[test]
fn p7_without_redis_the_backend_answers() {
    let backend = Backend::start(|_, wire| {
        wire.answer("", "fine");
        true
    });
    let flags = TempDir::new().unwrap();
    let file = flags.path().join("flags.json");
    let redis = ["--redis", "redis://127.0.0.1:1"];
    let with_file = [&redis[..], &["--flags", file.to_str().unwrap()]].concat();
    for (options, detail) in [(&redis[..], "flags-unknown"), (&with_file, "unavailable")] {
        let reply = Proxy::start(&backend.address, RULES, options).get("/api/a");
        assert_eq!((reply.body.as_str(), reply.cache()), ("fine", &*format!("fwd=bypass; detail={detail}")));
    }
}
