//! Metrics: how often what happened and how long it took, by the minute or the hour and by group.
//!
//! A [`Recorder`] counts, and writes what it has as text. A [`History`] merges such texts, of any number of documents or
//! servers, in any order, and keeps itself within bounds. A [`Report`] is what it says of a range. The recorder is all that
//! a page has to load; nothing here knows of browsers.
//!
//! ```
//! use everfresh_core::metrics::{Counter, Dimension, History, Range, Recorder, Report};
//!
//! let mut recorder = Recorder::new();
//! recorder.tick(1_800_000_000_000);
//! let redis = recorder.group(Dimension::Layer, "redis");
//! recorder.count(&[redis], Counter::Hits, 1);
//! recorder.time(&[redis], 4);
//!
//! let mut history = History::default();
//! history.merge(&History::decode(&recorder.encode()).expect("it reads back"));
//! let report = Report::of(&history, 1_800_000_000_000, Range::Hour, Dimension::Layer);
//! assert!(report.to_json().contains(r#""name":"redis""#));
//! ```

mod counter;
mod durations;
mod export;
mod history;
mod places;
mod recorder;
mod report;
mod sums;
#[cfg(test)]
mod tests;

pub use counter::Counter;
pub use durations::{BUCKETS, Durations, LONGEST};
pub use history::{History, MAX_HISTORY};
pub(crate) use places::tag_kind;
pub use places::{Places, target_groups};
pub use recorder::{Group, Groups, MAX_GROUPS, MAX_PAST, Recorder};
pub(crate) use report::last;
pub use report::{Range, Report};
pub use sums::Sums;

/// What the groups of a report are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Where an answer came from: `memory`, `storage`, `network`; on servers `server`, which is their cache, and `backend`.
    Layer,
    /// The pattern of the first rule for a URL.
    Route,
    /// The kind of an entity of the map.
    Entity,
    /// What stands before the first `:` of a tag: kinds, no ids.
    Tag,
    /// `read`, `write`, `invalidate`, `prefetch` or `mutate`.
    Operation,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Layer, Self::Route, Self::Entity, Self::Tag, Self::Operation];

    /// Its name in options and reports.
    pub fn name(self) -> &'static str {
        ["layer", "route", "entity", "tag", "operation"][self as usize]
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.name() == name)
    }

    /// What its names begin with in a text.
    fn mark(self) -> char {
        ['l', 'r', 'e', 't', 'o'][self as usize]
    }
}

/// What is measured of a group is numbered: first the counters, then the buckets of durations.
const FIRST_BUCKET: u32 = 32;
/// How many numbers each group has.
const MEASURES: u32 = 512;
/// Milliseconds.
const MINUTE: u64 = 60_000;
/// The version of the text, which is its first line.
const VERSION: &str = "1";
/// Stands for all that has no name, or came when there was no room for another one.
const OTHER: &str = "other";
