//! Reports of metrics (docs/metrics.md), as far as they are analysed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::error::AnalyzeError;

/// What groups are asked for.
pub(crate) const GROUPS: [&str; 4] = ["layer", "route", "tag", "operation"];

/// What was counted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Sums {
    pub(crate) hits: u64,
    pub(crate) stale_hits: u64,
    pub(crate) misses: u64,
    pub(crate) joined: u64,
    pub(crate) stores: u64,
    pub(crate) late_fills: u64,
    pub(crate) invalidations: u64,
    pub(crate) invalidated: u64,
    pub(crate) evictions: u64,
    pub(crate) requests: u64,
    pub(crate) errors: u64,
    pub(crate) prefetches_used: u64,
    pub(crate) prefetches_wasted: u64,
    pub(crate) stored_kilobytes: u64,
    pub(crate) durations: Durations,
}

/// Milliseconds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Durations {
    pub(crate) p95: Option<f64>,
}

impl Sums {
    pub(crate) fn reads(&self) -> u64 {
        self.hits + self.misses
    }

    pub(crate) fn hit_rate(&self) -> Option<f64> {
        share(self.hits, self.reads())
    }
}

/// A group and what was counted of it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Group {
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) sums: Sums,
}

/// A report by one grouping.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    range: String,
    group_by: String,
    total: Sums,
    groups: Vec<Group>,
}

/// What is known, from one report or more.
#[derive(Debug, Clone, Default)]
pub(crate) struct Metrics {
    pub(crate) range: String,
    pub(crate) total: Sums,
    groups: BTreeMap<String, Vec<Group>>,
}

impl Metrics {
    /// Adds a report's text. The newest total counts: they are of the same things.
    ///
    /// # Errors
    /// [`AnalyzeError::Report`] where it is none, [`AnalyzeError::Twice`] where its grouping was there.
    pub(crate) fn add(&mut self, from: &str, text: &str) -> Result<(), AnalyzeError> {
        let report: Report = serde_json::from_str(text)
            .map_err(|source| AnalyzeError::Report { from: from.to_owned(), source })?;
        (self.range, self.total) = (report.range, report.total);
        match self.groups.insert(report.group_by.clone(), report.groups) {
            Some(_) => Err(AnalyzeError::Twice(report.group_by)),
            None => Ok(()),
        }
    }

    /// The groups of a grouping; none where it was not reported.
    pub(crate) fn by(&self, group: &str) -> &[Group] {
        self.groups.get(group).map_or(&[], Vec::as_slice)
    }
}

pub(crate) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
