//! A virtual user: goes through scenarios, with cookies of its own.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Response, Url};
use serde_json::Value;
use tokio::time::{Instant, sleep};

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
    pub(crate) pace: Pace,
    pub(crate) versions: Versions,
    /// Numbers that were used.
    pub(crate) unique: AtomicU64,
    /// Requests that have ended.
    pub(crate) done: AtomicU64,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct User {
    shared: Arc<Shared>,
    client: Client,
    random: fastrand::Rng,
    /// By scenario.
    stats: Vec<Stats>,
}

impl User {
    pub(crate) fn new(shared: Arc<Shared>, client: Client, seed: u64) -> Self {
        let stats = vec![Stats::default(); shared.scenarios.scenarios.len()];
        Self { shared, client, random: fastrand::Rng::with_seed(seed), stats }
    }

    /// Goes on until it is over; what came of it, by scenario.
    pub(crate) async fn run(mut self, begins: Instant) -> Vec<Stats> {
        tokio::time::sleep_until(begins).await;
        let shared = Arc::clone(&self.shared);
        while let Some(due) = shared.pace.next().await {
            let at = shared.scenarios.chosen(self.random.u64(0..shared.scenarios.total()));
            let values = self.draw();
            let mut due = Some(due);
            for step in &shared.scenarios.scenarios[at].steps {
                sleep(Duration::from_millis(step.think_ms)).await;
                let begun = due.take().unwrap_or_else(Instant::now);
                let outcome = self.take(step, &values, begun).await;
                self.stats[at].count(&outcome);
                shared.done.fetch_add(1, Ordering::Relaxed);
                if outcome.failure.is_some() {
                    break;
                }
            }
        }
        self.stats
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
                let least = self.shared.versions.least(&name);
                (name, pointer, least)
            })
            .collect();
        let answer = self.ask(step, values).await;
        let mut outcome = Outcome {
            latency: begun.elapsed(),
            hit: None,
            is_read: step.is_safe(),
            failure: None,
            stale: vec![],
        };
        match answer {
            Err(failure) => outcome.failure = Some(failure),
            Ok((headers, body)) => {
                outcome.hit = layer::hit(&headers);
                for (name, pointer, least) in shows {
                    match body.as_ref().and_then(|body| body.pointer(pointer)).and_then(Value::as_u64) {
                        None => outcome.failure = Some(format!("{}: no version at {pointer}", step.path)),
                        Some(version) if !step.is_safe() => self.shared.versions.acknowledge(name, version),
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
    async fn ask(
        &self,
        step: &Step,
        values: &BTreeMap<String, String>,
    ) -> Result<(HeaderMap, Option<Value>), String> {
        let path = fill(&step.path, values);
        let url = self.shared.url.join(&path).map_err(|error| format!("{}: {error}", step.path))?;
        let mut request = self.client.request(step.method(), url).header(ACCEPT, "application/json");
        if let Some(body) = &step.body {
            request = request.header(CONTENT_TYPE, "application/json").body(filled(body, values).to_string());
        }
        for (name, value) in &step.headers {
            request = request.header(name, fill(value, values));
        }
        let told = |error: reqwest::Error| format!("{} {}: {}", step.method, step.path, cause(&error));
        let response: Response = request.send().await.map_err(told)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(told)?;
        if status.as_u16() >= 400 && !step.expect.contains(&status.as_u16()) {
            return Err(format!("{} {}: {}", step.method, step.path, status.as_u16()));
        }
        Ok((headers, serde_json::from_slice(&body).ok()))
    }
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
