//! A proxy of its own for each test, and a client that shows what is on the wire.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;

/// Everything below `/api/` is cached for long.
pub(crate) const RULES: &str = r#"{ "rules": [{ "match": "/api/*", "staleTime": 3600000 }] }"#;

/// A running proxy. Stopped by its process id when it is dropped.
pub(crate) struct Proxy {
    child: Child,
    pub(crate) address: String,
    log: Arc<Mutex<String>>,
    _dir: TempDir,
}

impl Proxy {
    /// Starts one before `upstream`, with these options.
    pub(crate) fn start(upstream: &str, rules: &str, options: &[&str]) -> Self {
        let dir = TempDir::new().unwrap();
        std::fs::write(dir.path().join("rules.json"), rules).unwrap();
        let mut child = command(dir.path())
            .args(["--upstream", &format!("http://{upstream}"), "--config", "rules.json"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::<Mutex<String>>::default();
        let (errors, lines) = (child.stderr.take().unwrap(), Arc::clone(&log));
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines() {
                let mut log = lines.lock().unwrap();
                log.push_str(&line.unwrap());
                log.push('\n');
            }
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("everfresh proxy: http://").and_then(|line| line.strip_suffix("/\n"));
        let address = address.unwrap_or_else(|| panic!("the first line is {line:?}")).to_owned();
        Self { child, address, log, _dir: dir }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.send("GET", path, "", "")
    }

    /// Sends a request with these lines of header.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n{length}{headers}\r\n"
        );
        let mut stream = self.connect();
        // A refusal may come before all is sent.
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        Reply::read(stream)
    }

    /// Waits until it has logged this.
    pub(crate) fn logs(&self, text: &str) {
        while !self.log.lock().unwrap().contains(text) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks the process to stop.
    pub(crate) fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", self.log.lock().unwrap());
        }
    }
}

/// The command, in a folder, without what it is to proxy.
pub(crate) fn command(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_everfresh"));
    command.args(["proxy", "--port", "0"]).current_dir(dir).env_remove("EVERFRESH_TOKEN");
    command
}

/// An answer, up to the end of its connection.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// Whether all of the body came.
    pub(crate) whole: bool,
}

impl Reply {
    /// Reads until the connection ends.
    pub(crate) fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A reset is an end too.
        let _ = stream.read_to_end(&mut bytes);
        Self::parse(&String::from_utf8(bytes).unwrap())
    }

    fn parse(text: &str) -> Self {
        let (head, rest) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
        let mut reply = Self { status, head: head.to_owned(), body: rest.to_owned(), whole: true };
        if reply.header("transfer-encoding") == Some("chunked") {
            (reply.body, reply.whole) = unchunked(rest);
        } else if let Some(length) = reply.header("content-length") {
            reply.whole = length.parse() == Ok(rest.len());
        }
        reply
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// What the cache says of it.
    pub(crate) fn cache(&self) -> &str {
        self.header("cache-status").unwrap_or("").strip_prefix("everfresh-server; ").unwrap_or("")
    }

    pub(crate) fn is_hit(&self) -> bool {
        self.cache().starts_with("hit")
    }

    /// It is the proxy's own, for this reason.
    #[track_caller]
    pub(crate) fn check_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let body: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!((&body["code"], &body["status"]), (&code.into(), &status.into()));
    }
}

fn unchunked(mut text: &str) -> (String, bool) {
    let mut body = String::new();
    while let Some((length, rest)) = text.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        if length == 0 {
            return (body, true);
        }
        let Some((chunk, rest)) = rest.split_at_checked(length) else {
            body.push_str(rest);
            break;
        };
        body.push_str(chunk);
        text = rest.strip_prefix("\r\n").unwrap_or("");
    }
    (body, false)
}
