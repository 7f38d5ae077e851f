//! chromedriver, and the browsers that it starts.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::super::args::Args;
use super::super::error::LoadError;

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const DRIVERS: &[&str] = &["chromedriver"];

/// What keeps Chromium from talking to anybody else, and lets it start as root and in containers.
const OPTIONS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Behind this is the port, and a full stop.
const STARTED: &str = "started successfully on port ";

/// A running chromedriver, which ends with this.
#[derive(Debug)]
pub(in super::super) struct Driver {
    url: String,
    chromium: PathBuf,
    timeout: Duration,
    _process: Child,
    /// It would end if nobody read what it says.
    _says: Lines<BufReader<ChildStdout>>,
}

impl Driver {
    /// # Errors
    /// [`LoadError::Missing`] where the driver or Chromium is not found, [`LoadError::Driver`] where it does not start.
    pub(in super::super) async fn start(args: &Args) -> Result<Self, LoadError> {
        let find = |named: &Option<PathBuf>, names, what, option| {
            named.clone().or_else(|| on_path(names)).ok_or(LoadError::Missing { what, option })
        };
        let program = find(&args.chromedriver, DRIVERS, "chromedriver", "--chromedriver")?;
        let chromium = find(&args.chromium, BROWSERS, "Chromium", "--chromium")?;
        let failed = |source| LoadError::Driver { path: program.clone(), source };
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        let output = process.stdout.take().ok_or_else(|| failed(std::io::ErrorKind::BrokenPipe.into()))?;
        let mut says = BufReader::new(output).lines();
        let port = loop {
            let line = says.next_line().await.map_err(failed)?;
            let line = line.ok_or_else(|| failed(std::io::ErrorKind::UnexpectedEof.into()))?;
            if let Some((_, port)) = line.split_once(STARTED) {
                break port.trim_end_matches('.').to_owned();
            }
        };
        let url = format!("http://127.0.0.1:{port}");
        Ok(Self { url, chromium, timeout: args.timeout, _process: process, _says: says })
    }

    /// Starts a browser, with a profile of its own.
    ///
    /// # Errors
    /// [`LoadError::Browser`].
    pub(in super::super) async fn browser(&self) -> Result<Client, LoadError> {
        let failed = |source| LoadError::Browser { path: self.chromium.clone(), source: Box::new(source) };
        let options = json!({ "binary": self.chromium, "args": OPTIONS });
        let millis = self.timeout.as_millis() as u64;
        // Scripts see to it themselves that an answer comes in time; this is for pages that hang.
        let timeouts = json!({ "pageLoad": millis, "script": millis.saturating_mul(2) });
        let capabilities = Map::from_iter([
            ("browserName".to_owned(), Value::from("chrome")),
            ("goog:chromeOptions".to_owned(), options),
            ("timeouts".to_owned(), timeouts),
        ]);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities).connect(&self.url).await.map_err(failed)
    }
}

/// The first of these programs that is there.
fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let files = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    files.into_iter().find(|file| Path::is_file(file))
}
