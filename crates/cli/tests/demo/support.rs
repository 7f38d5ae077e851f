//! A server of its own for each test, and a client.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use axum::Router;
use serde_json::Value;
use tempfile::TempDir;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// A running demo. Stopped by its process id when it is dropped.
pub(crate) struct Server {
    child: Child,
    base: String,
    agent: Agent,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Server {
    /// Starts the demo in this folder, with these options besides the port.
    pub(crate) fn start(dir: &Path, options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_everfresh"))
            .args(["demo", "--port", "0"])
            .args(options)
            .current_dir(dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.strip_prefix("everfresh demo: ").and_then(|line| line.strip_suffix("/\n"));
        let base = base.unwrap_or_else(|| panic!("the first line is {line:?}")).to_owned();
        assert!(base.starts_with("http://127.0.0.1:"), "{base}");
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_response_header_size(512 * 1024)
            .timeout_global(Some(Duration::from_secs(30)))
            .allow_non_standard_methods(true)
            .build()
            .new_agent();
        Self { child, base, agent }
    }

    /// Sends a request; `None` where no answer came.
    pub(crate) fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(body.to_owned()).unwrap()).ok()?;
        Some(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().read_to_vec().ok()?,
        })
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        self.try_send(method, path, &[], body).unwrap_or_else(|| panic!("{method} {path}: no answer"))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    /// Sets switches.
    pub(crate) fn switch(&self, change: &str) {
        let answer = self.send("PATCH", "/_demo/state", change);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Waits until the state is so.
    #[track_caller]
    pub(crate) fn wait_for(&self, reached: impl Fn(&Value) -> bool) {
        wait_until(|| reached(&self.get("/_demo/state").json()));
    }

    /// `127.0.0.1:` and the port.
    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// Asks the process to stop, and waits for it.
    #[cfg(unix)]
    pub(crate) fn terminate(&mut self, signal: &str) -> ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// It is an error with this status and this code.
    #[track_caller]
    pub(crate) fn check_error(&self, status: u16, code: &str) {
        assert_eq!((self.status, &self.json()["error"]["code"]), (status, &Value::from(code)));
        assert!(!self.json()["error"]["message"].as_str().unwrap().is_empty());
        assert_eq!(self.header("x-cache-invalidate"), None);
        assert_eq!(self.header("x-cache-tags"), None);
    }

    /// It names exactly these targets.
    #[track_caller]
    pub(crate) fn check_touched(&self, targets: &str) {
        assert!(self.status < 300, "{} {}", self.status, self.text());
        assert_eq!(self.header("x-cache-invalidate"), Some(targets));
        assert_eq!(self.header("cache-group-invalidation"), Some(&*quoted(targets)));
        assert_eq!(self.header("x-cache-tags"), None);
    }

    /// It carries exactly these tags.
    #[track_caller]
    pub(crate) fn check_tags(&self, tags: &str) {
        assert_eq!(self.status, 200, "{}", self.text());
        assert_eq!(self.header("x-cache-tags"), Some(tags));
        assert_eq!(self.header("cache-groups"), Some(&*quoted(tags)));
        assert_eq!(self.header("x-cache-invalidate"), None);
    }
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn wait_until(reached: impl Fn() -> bool) {
    let started = Instant::now();
    while !reached() {
        assert!(started.elapsed() < Duration::from_secs(10), "it does not come to that");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// An empty folder, and a demo in it.
pub(crate) fn fresh() -> (TempDir, Server) {
    let dir = TempDir::new().unwrap();
    let server = Server::start(dir.path(), &[]);
    (dir, server)
}

fn quoted(tags: &str) -> String {
    let quoted: Vec<String> = tags.split(", ").map(|tag| format!("\"{tag}\"")).collect();
    quoted.join(", ")
}

/// A server of some routes, for as long as the test process is there.
pub(crate) fn serve(routes: Router) -> String {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            tell.send(format!("http://{}", listener.local_addr().unwrap())).unwrap();
            axum::serve(listener, routes).await.unwrap();
        });
    });
    told.recv().unwrap()
}
