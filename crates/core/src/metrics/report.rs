//! What a history says of a range: in all, over time, and by group.

use alloc::string::String;
use alloc::vec::Vec;

use super::counter::Counter;
use super::history::History;
use super::sums::Sums;
use super::{Dimension, MINUTE};
use crate::time::Millis;

/// How far a report goes back. It ends with the step that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// The last hour, by the minute.
    Hour,
    /// The last 6 hours, in steps of 5 minutes.
    SixHours,
    /// The last 24 hours, in steps of 15 minutes.
    Day,
    /// The last 7 days, by the hour.
    Week,
    /// The last 30 days, in steps of 6 hours.
    Month,
}

impl Range {
    /// All of them, the shortest first.
    pub const ALL: [Self; 5] = [Self::Hour, Self::SixHours, Self::Day, Self::Week, Self::Month];

    /// Its name in options and reports.
    pub fn name(self) -> &'static str {
        ["1h", "6h", "24h", "7d", "30d"][self as usize]
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|range| range.name() == name)
    }

    /// In minutes.
    fn length(self) -> u64 {
        [60, 6 * 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60][self as usize]
    }

    /// In minutes.
    fn step(self) -> u64 {
        [1, 5, 15, 60, 6 * 60][self as usize]
    }
}

/// What was measured in a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub range: Range,
    /// What the groups are.
    pub by: Dimension,
    /// When it begins.
    pub from: Millis,
    /// When it ends: at the end of the step that runs.
    pub until: Millis,
    /// How long each step is.
    pub step: Millis,
    /// In all.
    pub total: Sums,
    /// Each step, by the time at which it begins; those without anything too.
    pub series: Vec<(Millis, Sums)>,
    /// The groups of which there is anything, those of which there is most first.
    pub groups: Vec<(String, Sums)>,
}

impl Report {
    /// The report at a time.
    pub fn of(history: &History, now: Millis, range: Range, by: Dimension) -> Self {
        Self::only(history, now, range, by, &[])
    }

    /// The report at a time of the groups with these names alone; without names, of everything.
    pub fn only(history: &History, now: Millis, range: Range, by: Dimension, names: &[&str]) -> Self {
        let (step, length) = (range.step(), range.length());
        // Times before 1970 + 30 days are those of no clock.
        let until = (now / MINUTE / step + 1).saturating_mul(step).clamp(length, u64::MAX / MINUTE);
        let from = until - length;
        let mut total = Sums::default();
        let mut series: Vec<(Millis, Sums)> = Vec::new();
        series.resize_with((length / step) as usize, Default::default);
        for (at, (time, _)) in series.iter_mut().enumerate() {
            *time = (from + at as u64 * step) * MINUTE;
        }
        let mut groups: Vec<(u32, &str, Sums)> = Vec::new();
        for (group, name) in history.groups(by) {
            if names.is_empty() || names.contains(&name) {
                groups.push((group, name, Sums::default()));
            }
        }
        for (span, group, measure, count) in history.cells(from, until) {
            let found = groups.binary_search_by_key(&group, |(group, ..)| *group);
            if let Ok(at) = found {
                groups[at].2.add(measure, count);
            }
            if if names.is_empty() { group == 0 } else { found.is_ok() } {
                total.add(measure, count);
                series[((span.start - from) / step) as usize].1.add(measure, count);
            }
        }
        groups.retain(|(_, _, sums)| !sums.is_empty());
        groups.sort_by(|a, b| weight(&b.2).cmp(&weight(&a.2)).then_with(|| a.1.cmp(b.1)));
        Self {
            range,
            by,
            from: from * MINUTE,
            until: until * MINUTE,
            step: step * MINUTE,
            total,
            series,
            groups: groups.into_iter().map(|(_, name, sums)| (String::from(name), sums)).collect(),
        }
    }
}

/// What was measured in the last minutes, that which runs included.
pub(crate) fn last(history: &History, now: Millis, minutes: u64) -> Sums {
    let until = now / MINUTE + 1;
    let mut sums = Sums::default();
    for (_, group, measure, count) in history.cells(until.saturating_sub(minutes), until) {
        if group == 0 {
            sums.add(measure, count);
        }
    }
    sums
}

fn weight(sums: &Sums) -> u64 {
    let counted = [Counter::Hits, Counter::Misses, Counter::Requests, Counter::Invalidated];
    counted.into_iter().fold(0, |sum: u64, counter| sum.saturating_add(sums.get(counter)))
}
