//! A page in a browser: loaded anew for each scenario, whose requests it makes.

use std::collections::BTreeMap;
use std::time::Duration;

use fantoccini::Client;
use fantoccini::error::CmdError;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::visits::{Metrics, Visits};

/// A browser with one page.
#[derive(Debug)]
pub(in super::super) struct Page {
    browser: Client,
    timeout: Duration,
    visits: Visits,
}

/// What `load.js` says.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Loaded {
    Failed { problem: String },
    Done { took: f64, metrics: Metrics },
}

/// What `ask.js` says.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Asked {
    Failed { problem: String },
    Done { took: f64, status: u16, headers: Vec<(String, String)>, text: String },
}

/// An answer to a page.
#[derive(Debug)]
pub(in super::super) struct Answer {
    pub(in super::super) took: Duration,
    pub(in super::super) status: u16,
    pub(in super::super) headers: HeaderMap,
    pub(in super::super) body: String,
}

impl Page {
    pub(in super::super) fn new(browser: Client, timeout: Duration) -> Self {
        Self { browser, timeout, visits: Visits::default() }
    }

    /// Loads a page, and waits until it shows something.
    ///
    /// # Errors
    /// What went wrong, in words that are the same for the same.
    pub(in super::super) async fn load(&mut self, url: &str) -> Result<(), String> {
        self.leave().await;
        self.browser.goto(url).await.map_err(said)?;
        match self.run(include_str!("load.js"), vec![]).await? {
            Loaded::Failed { problem } => Err(problem),
            Loaded::Done { took, metrics } => {
                self.visits.loaded(millis(took), &metrics);
                Ok(())
            }
        }
    }

    /// Makes a request by the page's `fetch`.
    ///
    /// # Errors
    /// As those of [`load`](Self::load).
    pub(in super::super) async fn ask(
        &self,
        method: &str,
        url: &str,
        headers: &BTreeMap<String, String>,
        body: Option<String>,
    ) -> Result<Answer, String> {
        let patience = self.timeout.as_millis() as u64;
        let arguments = vec![json!(method), json!(url), json!(headers), json!(body), json!(patience)];
        match self.run(include_str!("ask.js"), arguments).await? {
            Asked::Failed { problem } => Err(problem),
            Asked::Done { took, status, headers, text } => {
                let parsed = headers.iter().filter_map(|(name, value)| {
                    Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?))
                });
                Ok(Answer { took: millis(took), status, headers: parsed.collect(), body: text })
            }
        }
    }

    /// Ends the browser; what its pages have seen.
    pub(in super::super) async fn close(mut self) -> Visits {
        self.leave().await;
        // It ends with the driver at the latest.
        let _ = self.browser.close().await;
        self.visits
    }

    /// What the cache of this page has counted goes with it.
    async fn leave(&mut self) {
        let metrics = self.browser.execute(include_str!("leave.js"), vec![]).await.ok();
        if let Some(metrics) = metrics.and_then(|metrics| serde_json::from_value(metrics).ok()) {
            self.visits.left(&metrics);
        }
    }

    async fn run<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> Result<T, String> {
        let said_by = self.browser.execute_async(script, arguments).await.map_err(said)?;
        serde_json::from_value(said_by).map_err(|error| error.to_string())
    }
}

/// The first line: what is below it is of this one time.
fn said(error: CmdError) -> String {
    let text = match &error {
        CmdError::Standard(error) => error.error().to_owned(),
        _ => error.to_string(),
    };
    text.lines().next().unwrap_or_default().to_owned()
}

fn millis(millis: f64) -> Duration {
    Duration::try_from_secs_f64(millis / 1_000.0).unwrap_or_default()
}
