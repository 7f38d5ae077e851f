//! The grade, as docs/analyze.md specifies it.

use clap::ValueEnum;
use serde::Serialize;

use super::metrics::{Sums, share};

/// With fewer reads there is none.
pub(crate) const FEW: u64 = 50;

/// The grades, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[value(rename_all = "UPPER")]
pub(crate) enum Letter {
    F,
    D,
    C,
    B,
    A,
}

/// From which score on each is given.
const LEAST: [(f64, Letter); 4] =
    [(90.0, Letter::A), (80.0, Letter::B), (65.0, Letter::C), (50.0, Letter::D)];

/// A part of the score.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) weight: f64,
    /// Nothing: it was not measured, and does not count.
    pub(crate) measured: Option<f64>,
    /// Where it has all points.
    pub(crate) good: f64,
    /// Where it has none.
    pub(crate) bad: f64,
    /// From 0 to 1, and even in between.
    pub(crate) score: Option<f64>,
}

/// The grade and what it is made of.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Grade {
    /// Nothing where there were too few reads.
    pub(crate) letter: Option<Letter>,
    /// From 0 to 100.
    pub(crate) score: Option<f64>,
    pub(crate) parts: Vec<Part>,
}

impl Grade {
    pub(crate) fn of(total: &Sums) -> Self {
        let prefetches = total.prefetches_used + total.prefetches_wasted;
        let parts = vec![
            part("hit rate", 45.0, total.hit_rate(), 0.9, 0.3),
            part("error rate", 20.0, share(total.errors, total.hits + total.requests), 0.0, 0.05),
            part("p95 of answers, ms", 15.0, total.durations.p95, 100.0, 1_000.0),
            part("invalidations for each read", 10.0, share(total.invalidations, total.reads()), 0.1, 0.5),
            part(
                "late fills among fills",
                5.0,
                share(total.late_fills, total.late_fills + total.stores),
                0.01,
                0.2,
            ),
            part("wasted prefetches", 5.0, share(total.prefetches_wasted, prefetches), 0.3, 0.9),
        ];
        if total.reads() < FEW {
            return Self { letter: None, score: None, parts };
        }
        let counted: Vec<(f64, f64)> =
            parts.iter().filter_map(|part| Some((part.weight, part.score?))).collect();
        let weight: f64 = counted.iter().map(|(weight, _)| weight).sum();
        let score = 100.0 * counted.iter().map(|(weight, score)| weight * score).sum::<f64>() / weight;
        let letter = LEAST.iter().find(|(least, _)| score >= *least).map_or(Letter::F, |(_, letter)| *letter);
        Self { letter: Some(letter), score: Some(score), parts }
    }
}

fn part(name: &'static str, weight: f64, measured: Option<f64>, good: f64, bad: f64) -> Part {
    let score = measured.map(|measured| ((measured - bad) / (good - bad)).clamp(0.0, 1.0));
    Part { name, weight, measured, good, bad, score }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::metrics::Durations;
    use super::*;

    /// Of 1,000 reads.
    fn sums(hits: u64, errors: u64, p95: f64, invalidations: u64) -> Sums {
        let (misses, durations) = (1_000 - hits, Durations { p95: Some(p95) });
        let (requests, stores) = (misses, misses);
        Sums { hits, misses, requests, stores, errors, invalidations, durations, ..Sums::default() }
    }

    #[test]
    fn the_grade_is_as_specified() {
        for (total, letter, score) in [
            (sums(950, 0, 20.0, 10), Letter::A, 100.0),
            (sums(900, 0, 100.0, 100), Letter::A, 100.0),
            // Half of the hit rate's 45 of 95 points are missing.
            (sums(600, 0, 100.0, 100), Letter::C, 100.0 - 100.0 * 22.5 / 95.0),
            (sums(900, 25, 100.0, 100), Letter::B, 100.0 - 100.0 * 10.0 / 95.0),
            (sums(900, 0, 1_000.0, 100), Letter::B, 100.0 - 100.0 * 15.0 / 95.0),
            (sums(900, 0, 550.0, 300), Letter::B, 100.0 - 100.0 * 12.5 / 95.0),
            (sums(300, 0, 100.0, 100), Letter::D, 100.0 - 100.0 * 45.0 / 95.0),
            (sums(100, 100, 2_000.0, 900), Letter::F, 100.0 * 5.0 / 95.0),
        ] {
            let grade = Grade::of(&total);
            assert_eq!(grade.letter, Some(letter), "{total:?}");
            assert!((grade.score.unwrap() - score).abs() < 0.001, "{grade:?}");
        }
    }

    #[test]
    fn what_was_not_measured_does_not_count() {
        let mut total = sums(600, 0, 100.0, 100);
        let without = Grade::of(&total).score.unwrap();
        (total.prefetches_used, total.prefetches_wasted) = (1, 9);
        let with = Grade::of(&total);
        assert!(with.score.unwrap() < without);
        assert_eq!(with.parts.iter().filter(|part| part.score.is_some()).count(), 6);
    }

    #[test]
    fn few_reads_have_no_grade() {
        let total = Sums { hits: 49, ..Sums::default() };
        assert!(Grade::of(&total).letter.is_none());
        assert!(Grade::of(&Sums { hits: 50, ..total }).letter.is_some());
        assert!(Letter::A > Letter::B && Letter::D > Letter::F);
    }
}
