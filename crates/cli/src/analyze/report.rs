//! What is told.

use std::fmt;

use serde::Serialize;

use super::findings::{Finding, look};
use super::grade::Grade;
use super::metrics::{Group, Metrics, share};

/// Groups that are listed.
const MOST: usize = 10;

/// The whole analysis; its JSON is described in docs/analyze.md.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Analysis {
    pub(crate) version: u32,
    pub(crate) range: String,
    pub(crate) grade: Grade,
    /// Reads, by what answered them.
    pub(crate) layers: Vec<Share>,
    /// Those that are read most.
    pub(crate) busiest: Vec<Route>,
    /// Those that were stored, and are hardly read.
    pub(crate) cold: Vec<Route>,
    /// What is invalidated most, by tag.
    pub(crate) invalidated: Vec<Tag>,
    pub(crate) findings: Vec<Finding>,
}

/// A part of all reads.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Share {
    pub(crate) name: String,
    pub(crate) reads: u64,
    pub(crate) share: Option<f64>,
}

/// A rule's pattern.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Route {
    pub(crate) name: String,
    pub(crate) reads: u64,
    pub(crate) hit_rate: Option<f64>,
    pub(crate) stores: u64,
}

/// A kind of tags.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) invalidations: u64,
    pub(crate) invalidated: u64,
}

impl Analysis {
    pub(crate) fn new(metrics: &Metrics) -> Self {
        let reads = metrics.total.reads();
        let layers = metrics.by("layer").iter().map(|Group { name, sums }| Share {
            name: name.clone(),
            reads: sums.reads(),
            share: share(sums.reads(), reads),
        });
        let routes = || -> Vec<Route> {
            metrics
                .by("route")
                .iter()
                .map(|Group { name, sums }| Route {
                    name: name.clone(),
                    reads: sums.reads(),
                    hit_rate: sums.hit_rate(),
                    stores: sums.stores,
                })
                .collect()
        };
        let mut busiest = routes();
        busiest.sort_by_key(|route| std::cmp::Reverse(route.reads));
        busiest.truncate(MOST);
        let mut cold = routes();
        cold.retain(|route| route.stores > 0 && route.reads <= route.stores);
        cold.sort_by_key(|route| std::cmp::Reverse(route.stores));
        cold.truncate(MOST);
        let mut invalidated: Vec<Tag> = metrics
            .by("tag")
            .iter()
            .filter(|group| group.sums.invalidations > 0)
            .map(|Group { name, sums }| Tag {
                name: name.clone(),
                invalidations: sums.invalidations,
                invalidated: sums.invalidated,
            })
            .collect();
        invalidated.sort_by_key(|tag| std::cmp::Reverse(tag.invalidations));
        invalidated.truncate(MOST);
        Self {
            version: 1,
            range: metrics.range.clone(),
            grade: Grade::of(&metrics.total),
            layers: layers.filter(|layer| layer.reads > 0).collect(),
            busiest,
            cold,
            invalidated,
            findings: look(metrics),
        }
    }
}

impl fmt::Display for Analysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Grade { letter, score, parts } = &self.grade;
        match (letter, score) {
            (Some(letter), Some(score)) => {
                writeln!(f, "Grade {letter:?} ({score:.0} of 100), of the last {}\n", self.range)?
            }
            _ => writeln!(f, "No grade: fewer than 50 reads in the last {}\n", self.range)?,
        }
        for part in parts {
            let measured = part.measured.map_or("not measured".into(), |measured| format!("{measured:.3}"));
            let points = part.score.map_or("–".into(), |score| format!("{:.0}", part.weight * score));
            writeln!(f, "  {:<28} {measured:>14}   {points:>3} of {:.0}", part.name, part.weight)?;
        }
        f.write_str("\nWhere reads were answered\n")?;
        for Share { name, reads, share } in &self.layers {
            writeln!(f, "  {name:<28} {reads:>10}   {}", percent(*share))?;
        }
        for (title, routes) in [("Read most", &self.busiest), ("Stored, and hardly read", &self.cold)] {
            if routes.is_empty() {
                continue;
            }
            writeln!(f, "\n{title}")?;
            for Route { name, reads, hit_rate, .. } in routes {
                writeln!(f, "  {name:<28} {reads:>10}   {} hits", percent(*hit_rate))?;
            }
        }
        if !self.invalidated.is_empty() {
            f.write_str("\nInvalidated most\n")?;
            for Tag { name, invalidations, invalidated } in &self.invalidated {
                writeln!(f, "  {name:<28} {invalidations:>10}   {invalidated} entries")?;
            }
        }
        f.write_str("\nWhat to change\n")?;
        for Finding { code, about, found, change, effect } in &self.findings {
            let about = about.as_ref().map(|about| format!(" {about}")).unwrap_or_default();
            writeln!(f, "  {code}{about}: {found}\n    {change}\n    {effect}")?;
        }
        if self.findings.is_empty() { writeln!(f, "  Nothing stands out.") } else { Ok(()) }
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or("–".into(), |share| format!("{:.0} %", 100.0 * share))
}
