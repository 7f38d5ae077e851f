//! What is told at the end.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::browser::Seen;
use super::stats::Stats;
use super::threshold::Threshold;

/// The whole report; its JSON is described in docs/load.md.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) version: u32,
    pub(crate) url: String,
    pub(crate) users: u32,
    /// Scenarios begun in a second; `null` in a closed loop.
    pub(crate) rate: Option<f64>,
    /// How long it took. Seconds.
    pub(crate) duration: f64,
    /// What the users did.
    #[serde(flatten)]
    pub(crate) did: Did,
    /// What the pages did.
    pub(crate) browser: Option<Browser>,
    pub(crate) thresholds: Vec<Checked>,
    pub(crate) passed: bool,
}

/// What some of them did.
#[derive(Debug, Serialize)]
pub(crate) struct Did {
    pub(crate) total: Summary,
    pub(crate) scenarios: Vec<Named>,
    /// How often each thing went wrong.
    pub(crate) failures: BTreeMap<String, u64>,
    /// Some of the stale reads, in words.
    pub(crate) stale: Vec<String>,
}

/// What pages did, and what they have seen.
#[derive(Debug, Serialize)]
pub(crate) struct Browser {
    pub(crate) pages: u32,
    #[serde(flatten)]
    pub(crate) did: Did,
    #[serde(flatten)]
    pub(crate) seen: Seen,
}

/// A scenario and its figures.
#[derive(Debug, Serialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) summary: Summary,
}

/// Figures of some requests.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) requests: u64,
    pub(crate) requests_per_second: f64,
    pub(crate) reads: u64,
    pub(crate) errors: u64,
    pub(crate) error_rate: Option<f64>,
    pub(crate) stale_reads: u64,
    /// Reads that a cache answered, as a share of all that did not fail or were read.
    pub(crate) hit_rate: Option<f64>,
    /// Reads by the cache that answered.
    pub(crate) hits: BTreeMap<String, u64>,
    pub(crate) latency: Option<Latency>,
}

/// Milliseconds.
#[derive(Debug, Serialize)]
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

/// A threshold, and what was measured.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checked {
    /// Of whom: `users` or `pages`.
    pub(crate) of: &'static str,
    pub(crate) fail_if: String,
    pub(crate) measured: Option<f64>,
    pub(crate) passed: bool,
}

impl Summary {
    /// Of what was counted in this time.
    pub(crate) fn new(stats: &Stats, duration: Duration) -> Self {
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        Self {
            requests: stats.requests,
            requests_per_second: stats.requests as f64 / duration.as_secs_f64().max(f64::MIN_POSITIVE),
            reads: stats.reads,
            errors: stats.errors,
            error_rate: share(stats.errors, stats.requests),
            stale_reads: stats.stale_reads,
            hit_rate: share(stats.hits.values().sum(), stats.reads),
            hits: stats.hits.clone(),
            latency: Latency::of(&stats.latency),
        }
    }
}

impl Latency {
    pub(crate) fn of(micros: &Histogram<u64>) -> Option<Self> {
        let at = |quantile| micros.value_at_quantile(quantile) as f64 / 1_000.0;
        let max = micros.max() as f64 / 1_000.0;
        (!micros.is_empty()).then(|| Self { p50: at(0.5), p95: at(0.95), p99: at(0.99), max })
    }
}

impl Checked {
    pub(crate) fn new(threshold: &Threshold, of: &'static str, summary: &Summary) -> Self {
        Self {
            of,
            fail_if: threshold.text().to_owned(),
            measured: threshold.measured(summary),
            passed: !threshold.is_broken(summary),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let loops = self.rate.map_or("closed loop".to_owned(), |rate| format!("open loop, {rate} a second"));
        writeln!(f, "Load test of {}", self.url)?;
        let pages = self.browser.as_ref().map_or(0, |browser| browser.pages);
        let who = [(self.users, "users"), (pages, "pages")].into_iter().filter(|(count, _)| *count > 0);
        let who: Vec<String> = who.map(|(count, what)| format!("{count} {what}")).collect();
        writeln!(f, "  {}, {loops}, {:.1} s", who.join(", "), self.duration)?;
        if self.users > 0 {
            write!(f, "\n{}", self.did)?;
        }
        if let Some(browser) = &self.browser {
            write!(f, "\nPages\n{}{}", browser.seen, browser.did)?;
        }
        list(
            f,
            "\nThresholds\n",
            self.thresholds.iter().map(|Checked { of, fail_if, measured, passed }| {
                let found = measured.map_or("nothing".to_owned(), |measured| format!("{measured:.3}"));
                format!("{} fail if {fail_if}: {found} ({of})", if *passed { "passed" } else { "FAILED" })
            }),
        )?;
        writeln!(f, "\n{}", if self.passed { "Passed." } else { "Failed." })
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, loads) in [("cached", &self.loads.cached), ("not cached", &self.loads.uncached)] {
            line(f, &format!("Loads, {what}"), &loads.count.to_string())?;
            times(f, "  ", loads.latency.as_ref())?;
        }
        let reads = [
            ("Reads from memory", self.metrics.memory_hits),
            ("  from storage", self.metrics.storage_hits),
            ("  from the network", self.metrics.misses + self.metrics.joined),
        ];
        reads.iter().try_for_each(|(what, count)| line(f, what, &count.to_string()))
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { total, .. } = self;
        line(f, "Requests", &total.requests.to_string())?;
        line(f, "Requests a second", &format!("{:.1}", total.requests_per_second))?;
        line(f, "Errors", &format!("{} ({})", total.errors, percent(total.error_rate)))?;
        line(f, "Stale reads", &total.stale_reads.to_string())?;
        line(f, "Cache hits", &percent(total.hit_rate))?;
        for (cache, count) in &total.hits {
            let share = (total.reads > 0).then(|| *count as f64 / total.reads as f64);
            line(f, &format!("  {cache}"), &percent(share))?;
        }
        times(f, "", total.latency.as_ref())?;
        f.write_str("\nScenarios\n")?;
        for Named { name, summary } in &self.scenarios {
            let p95 = summary.latency.as_ref().map_or(0.0, |latency| latency.p95);
            let Summary { requests, errors, stale_reads, .. } = summary;
            writeln!(
                f,
                "  {name}: {requests} requests, {errors} errors, {stale_reads} stale, P95 {p95:.1} ms"
            )?;
        }
        list(
            f,
            "\nWhat went wrong\n",
            self.failures.iter().map(|(what, count)| format!("{count} times: {what}")),
        )?;
        list(f, "\nStale reads, for example\n", self.stale.iter().cloned())
    }
}

fn times(f: &mut fmt::Formatter<'_>, indent: &str, latency: Option<&Latency>) -> fmt::Result {
    let Some(Latency { p50, p95, p99, max }) = latency else { return Ok(()) };
    [("P50", p50), ("P95", p95), ("P99", p99), ("Maximum", max)]
        .iter()
        .try_for_each(|(name, value)| line(f, &format!("{indent}{name}"), &format!("{value:.1} ms")))
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    writeln!(f, "  {name:<18} {value:>16}")
}

fn list(f: &mut fmt::Formatter<'_>, title: &str, lines: impl Iterator<Item = String>) -> fmt::Result {
    let mut text = String::new();
    for line in lines {
        writeln!(text, "  {line}")?;
    }
    if text.is_empty() { Ok(()) } else { write!(f, "{title}{text}") }
}

fn percent(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |share| format!("{:.1} %", 100.0 * share))
}
