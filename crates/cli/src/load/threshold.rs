//! What must not come about.

use std::str::FromStr;

use super::report::Summary;

/// A figure of the report, and where it is too much or too little.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Threshold {
    figure: Figure,
    above: bool,
    bound: f64,
    text: String,
}

/// What can be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    P50,
    P95,
    P99,
    Max,
    ErrorRate,
    HitRate,
    StaleReads,
    Rate,
}

const FIGURES: [(&str, Figure); 8] = [
    ("p50", Figure::P50),
    ("p95", Figure::P95),
    ("p99", Figure::P99),
    ("max", Figure::Max),
    ("error-rate", Figure::ErrorRate),
    ("hit-rate", Figure::HitRate),
    ("stale-reads", Figure::StaleReads),
    ("rps", Figure::Rate),
];

impl Threshold {
    /// No stale read.
    pub(crate) fn nothing_stale() -> Self {
        Self { figure: Figure::StaleReads, above: true, bound: 0.0, text: "stale-reads>0".to_owned() }
    }

    /// The condition as it was given.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The figure of it; nothing where there is none, since nothing was measured.
    pub(crate) fn measured(&self, summary: &Summary) -> Option<f64> {
        let latency = summary.latency.as_ref();
        match self.figure {
            Figure::P50 => latency.map(|latency| latency.p50),
            Figure::P95 => latency.map(|latency| latency.p95),
            Figure::P99 => latency.map(|latency| latency.p99),
            Figure::Max => latency.map(|latency| latency.max),
            Figure::ErrorRate => summary.error_rate,
            Figure::HitRate => summary.hit_rate,
            Figure::StaleReads => Some(summary.stale_reads as f64),
            Figure::Rate => Some(summary.requests_per_second),
        }
    }

    /// Whether it has come about. What was not measured is no success.
    pub(crate) fn is_broken(&self, summary: &Summary) -> bool {
        self.measured(summary).is_none_or(|found| match self.above {
            true => found > self.bound,
            false => found < self.bound,
        })
    }
}

impl FromStr for Threshold {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = FIGURES.map(|(name, _)| name).join(", ");
        let (at, above) = match (text.find('>'), text.find('<')) {
            (Some(at), None) => (at, true),
            (None, Some(at)) => (at, false),
            _ => return Err(format!("must be one of {names}, then > or <, and a number")),
        };
        let (name, bound) = (text[..at].trim(), text[at + 1..].trim());
        let figure = FIGURES.iter().find(|(known, _)| *known == name).map(|(_, figure)| *figure);
        let figure = figure.ok_or_else(|| format!("{name:?} is none of {names}"))?;
        let bound: f64 = bound.parse().map_err(|_| format!("{bound:?} is no number"))?;
        if bound.is_nan() {
            return Err("is no number".to_owned());
        }
        Ok(Self { figure, above, bound, text: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::stats::{Outcome, Stats};
    use super::*;
    use std::time::Duration;

    fn summary() -> Summary {
        let mut stats = Stats::default();
        for latency in [1, 2, 3, 400] {
            stats.count(&Outcome {
                latency: Duration::from_millis(latency),
                hit: (latency < 3).then(|| "a".to_owned()),
                is_read: true,
                failure: (latency == 400).then(|| "500".to_owned()),
                stale: vec![],
            });
        }
        Summary::new(&stats, Duration::from_secs(2))
    }

    #[test]
    fn a_threshold_is_broken_on_its_far_side() {
        for (text, broken) in [
            ("p99>300", true),
            ("p99 > 500", false),
            ("max>399", true),
            ("p50<1", false),
            ("error-rate>0.2", true),
            ("error-rate>0.25", false),
            ("hit-rate<0.6", true),
            ("hit-rate<0.5", false),
            ("rps<3", true),
            ("stale-reads>0", false),
        ] {
            assert_eq!(text.parse::<Threshold>().unwrap().is_broken(&summary()), broken, "{text}");
        }
    }

    #[test]
    fn what_was_not_measured_is_no_success() {
        let none = Summary::new(&Stats::default(), Duration::from_secs(1));
        for text in ["p99>500", "error-rate>0.5", "hit-rate<0.1"] {
            assert!(text.parse::<Threshold>().unwrap().is_broken(&none), "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for (text, told) in [
            ("p99", "must be one of p50"),
            ("p98>1", "\"p98\" is none of p50"),
            ("p99>x", "\"x\" is no number"),
            ("p99>NaN", "is no number"),
            ("1<p99>2", "must be one of"),
        ] {
            assert!(text.parse::<Threshold>().unwrap_err().contains(told), "{text}");
        }
    }
}
