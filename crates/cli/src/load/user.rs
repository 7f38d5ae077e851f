//! A virtual user: goes through scenarios, with cookies of its own, or in a page.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, Url};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::browser::{Page, Visits};
use super::layer;
use super::pace::Pace;
use super::scenario::{Scenarios, Step};
use super::stats::{Outcome, Stats};
use super::template::fill;
use super::versions::Versions;

/// What users have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) url: Url,
    pub(crate) scenarios: Scenarios,
    /// Numbers that were used.
    pub(crate) unique: AtomicU64,
    /// Requests that have ended.
    pub(crate) done: AtomicU64,
}

/// How it asks.
#[derive(Debug)]
pub(crate) enum Asks {
    /// By itself.
    Client(Client),
    /// As a page, which is loaded anew for each scenario.
    Page(Box<Page>),
}

/// One of them.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) shared: Arc<Shared>,
    pub(crate) asks: Asks,
    pub(crate) pace: Arc<Pace>,
    /// Of those that must see each other's writes.
    pub(crate) versions: Arc<Versions>,
    pub(crate) random: fastrand::Rng,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Done {
    /// By scenario.
    pub(crate) stats: Vec<Stats>,
    pub(crate) visits: Visits,
    pub(crate) ended: Instant,
}

impl User {
    /// Goes on until it is over.
    pub(crate) async fn run(mut self, begins: Instant) -> Done {
        tokio::time::sleep_until(begins).await;
        let shared = Arc::clone(&self.shared);
        let mut stats = vec![Stats::default(); shared.scenarios.scenarios.len()];
        while let Some(due) = self.pace.next().await {
            let at = shared.scenarios.chosen(self.random.u64(0..shared.scenarios.total()));
            let values = self.draw();
            let late = due.elapsed();
            if let Err(failure) = self.open(at, &values).await {
                stats[at].count(&Outcome::failed(due.elapsed(), failure));
                continue;
            }
            // Loading a page is a time of its own.
            let mut due = Instant::now().checked_sub(late);
            for step in &shared.scenarios.scenarios[at].steps {
                sleep(Duration::from_millis(step.think_ms)).await;
                let begun = due.take().unwrap_or_else(Instant::now);
                let outcome = self.take(step, &values, begun).await;
                stats[at].count(&outcome);
                shared.done.fetch_add(1, Ordering::Relaxed);
                if outcome.failure.is_some() {
                    break;
                }
            }
        }
        let ended = Instant::now();
        let visits = match self.asks {
            Asks::Client(_) => Visits::default(),
            Asks::Page(page) => page.close().await,
        };
        Done { stats, visits, ended }
    }

    /// Where a page is to do it, that is loaded.
    async fn open(&mut self, at: usize, values: &BTreeMap<String, String>) -> Result<(), String> {
        let Asks::Page(page) = &mut self.asks else { return Ok(()) };
        let path = self.shared.scenarios.page(at).unwrap_or("/");
        let url = self.shared.url.join(&fill(path, values)).map_err(|error| format!("{path}: {error}"))?;
        page.load(url.as_str()).await.map_err(|error| format!("load {path}: {error}"))
    }

    /// Values for a scenario.
    fn draw(&mut self) -> BTreeMap<String, String> {
        let drawn = self.shared.scenarios.variables.iter();
        let mut values: BTreeMap<String, String> =
            drawn.map(|(name, values)| (name.clone(), values.draw(&mut self.random))).collect();
        let unique = self.shared.unique.fetch_add(1, Ordering::Relaxed);
        values.insert("unique".to_owned(), unique.to_string());
        values
    }

    async fn take(&self, step: &Step, values: &BTreeMap<String, String>, begun: Instant) -> Outcome {
        let shows = step.versions.iter().map(|(name, pointer)| (fill(name, values), pointer.as_str()));
        let shows: Vec<(String, &str, u64)> = shows
            .map(|(name, pointer)| {
                let least = self.versions.least(&name);
                (name, pointer, least)
            })
            .collect();
        let late = begun.elapsed();
        let answer = self.ask(step, values).await;
        let mut outcome = Outcome { is_read: step.is_safe(), ..Outcome::new(begun.elapsed()) };
        match answer {
            Err(failure) => outcome.failure = Some(failure),
            Ok(Answer { took, headers, body }) => {
                outcome.latency = late + took;
                outcome.hit = layer::hit(&headers);
                for (name, pointer, least) in shows {
                    match body.as_ref().and_then(|body| body.pointer(pointer)).and_then(Value::as_u64) {
                        None => outcome.failure = Some(format!("{}: no version at {pointer}", step.path)),
                        Some(version) if !step.is_safe() => self.versions.acknowledge(name, version),
                        Some(version) if version < least => {
                            let cache = outcome.hit.as_deref().unwrap_or("no cache");
                            let what = format!("{name} of version {version} after {least}, from {cache}");
                            outcome.stale.push(what);
                        }
                        Some(_) => {}
                    }
                }
            }
        }
        outcome
    }

    /// The answer, read whole; a failure in words, the same for the same.
    async fn ask(&self, step: &Step, values: &BTreeMap<String, String>) -> Result<Answer, String> {
        let path = fill(&step.path, values);
        let url = self.shared.url.join(&path).map_err(|error| format!("{}: {error}", step.path))?;
        let body = step.body.as_ref().map(|body| filled(body, values).to_string());
        let mut headers = BTreeMap::from([("accept".to_owned(), "application/json".to_owned())]);
        if body.is_some() {
            headers.insert("content-type".to_owned(), "application/json".to_owned());
        }
        headers.extend(step.headers.iter().map(|(name, value)| (name.to_lowercase(), fill(value, values))));
        let told = |what: String| format!("{} {}: {what}", step.method, step.path);
        let (status, answer) = match &self.asks {
            Asks::Client(client) => {
                let mut request = client.request(step.method(), url);
                for (name, value) in &headers {
                    request = request.header(name, value);
                }
                let request = body.into_iter().fold(request, RequestBuilder::body);
                received(request).await.map_err(|error| told(cause(&error)))?
            }
            Asks::Page(page) => {
                let answer = page.ask(&step.method, url.as_str(), &headers, body).await.map_err(told)?;
                let body = serde_json::from_str(&answer.body).ok();
                (answer.status, Answer { took: answer.took, headers: answer.headers, body })
            }
        };
        if status >= 400 && !step.expect.contains(&status) {
            return Err(told(status.to_string()));
        }
        Ok(answer)
    }
}

/// An answer, and how long it took until all of it was there.
struct Answer {
    took: Duration,
    headers: HeaderMap,
    body: Option<Value>,
}

/// The answer to a request, read whole, and its status.
async fn received(request: RequestBuilder) -> Result<(u16, Answer), reqwest::Error> {
    let sent = Instant::now();
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = serde_json::from_slice(&response.bytes().await?).ok();
    Ok((status, Answer { took: sent.elapsed(), headers, body }))
}

/// A body with values in its texts.
fn filled(body: &Value, values: &BTreeMap<String, String>) -> Value {
    match body {
        Value::String(text) => Value::String(fill(text, values)),
        Value::Array(members) => members.iter().map(|member| filled(member, values)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), filled(member, values))).collect()
        }
        other => other.clone(),
    }
}

/// What is at the bottom of it: what is above names URLs.
fn cause(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
