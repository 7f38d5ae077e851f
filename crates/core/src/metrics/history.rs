//! Texts of recorders, merged: by the minute for a day, and by the hour for thirty.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::recorder::{cut_off, number_of};
use super::sums::is_measure;
use super::{Dimension, MEASURES, MINUTE, OTHER, VERSION};
use crate::text::{FIELD, MEMBER, PAIR, cut, number, pieces, push_escaped, push_number, unescape};
use crate::time::Millis;

/// Bytes of a history's text. Over it, minutes become hours before their time, then the groups of old hours go, and then
/// old hours.
pub const MAX_HISTORY: usize = 200_000;
/// Bytes of a text that is read.
const MAX_TEXT: usize = 2 * MAX_HISTORY;
/// Names that are told apart; what comes later is `other` of its dimension.
const MAX_NAMES: usize = 250;
/// Sources that are known to be merged.
const MAX_MERGED: usize = 500;
const MAX_ID: usize = 64;
/// Minutes by which another's clock may be ahead.
const AHEAD: u64 = 5;
/// In minutes.
const HOUR: u64 = 60;
const DAY: u64 = 24 * HOUR;
const MONTH: u64 = 30 * DAY;

/// When: the first minute since 1970, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) start: u64,
    pub(super) minutes: u64,
}

/// What was measured in a span, by the numbers of group and measure.
type Cells = BTreeMap<u32, u64>;

/// What was counted, by whomever. Merging is adding: the order does not matter, and what is merged twice counts twice, so
/// [`has`](Self::has) tells what was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The group 1 is the first of them; 0 is everything.
    names: Vec<(Dimension, String)>,
    spans: BTreeMap<Span, Cells>,
    merged: Vec<String>,
}

impl History {
    /// Reads what [`Recorder::encode`](super::Recorder::encode) or [`encode`](Self::encode) made; `None` where they made
    /// no such thing.
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let mut history = Self::default();
        let mut lines = pieces(text, '\n');
        if lines.next() != Some(VERSION) {
            return None;
        }
        for line in lines {
            let (mark, rest) = line.split_at_checked(1)?;
            match mark {
                "m" => history.read_span(rest, 1)?,
                "h" => history.read_span(rest, HOUR)?,
                "d" if history.merged.len() < MAX_MERGED => {
                    history.merged.push(unescape(rest).filter(|id| id.len() <= MAX_ID)?);
                }
                mark => {
                    let dimension =
                        Dimension::ALL.into_iter().find(|known| mark.starts_with(known.mark()))?;
                    let name = unescape(rest)?;
                    if history.names.len() >= MAX_NAMES || cut_off(&name) != name {
                        return None;
                    }
                    history.names.push((dimension, name));
                }
            }
        }
        Some(history)
    }

    /// Adds all that another one has.
    pub fn merge(&mut self, other: &Self) {
        let mut groups = Vec::with_capacity(other.names.len() + 1);
        groups.push(0);
        for (dimension, name) in &other.names {
            groups.push(self.group(*dimension, name));
        }
        for (span, cells) in &other.spans {
            let own = self.spans.entry(*span).or_default();
            for (key, count) in cells {
                add(own, groups[(key / MEASURES) as usize] * MEASURES + key % MEASURES, *count);
            }
        }
        for id in &other.merged {
            self.mark_merged(id);
        }
    }

    /// What somebody else tells, as far as it may be believed: names that are not known are `other`, no count is above
    /// `most`, and nothing is of a time to come.
    pub fn believed(&self, now: Millis, most: u64, known: impl Fn(Dimension, &str) -> bool) -> Self {
        let mut history = Self::default();
        let mut groups = vec![0];
        for (dimension, name) in &self.names {
            groups.push(history.group(*dimension, if known(*dimension, name) { name } else { OTHER }));
        }
        for (span, cells) in &self.spans {
            if span.start > now / MINUTE + AHEAD {
                continue;
            }
            let own = history.spans.entry(*span).or_default();
            for (key, count) in cells {
                let key = groups[(key / MEASURES) as usize] * MEASURES + key % MEASURES;
                add(own, key, (*count).min(most));
            }
        }
        history
    }

    /// Whether what this source had was merged.
    pub fn has(&self, id: &str) -> bool {
        self.merged.iter().any(|merged| merged == id)
    }

    /// Remembers that what a source had was merged; of many, the oldest is forgotten.
    pub fn mark_merged(&mut self, id: &str) {
        if self.has(id) || id.len() > MAX_ID {
            return;
        }
        if self.merged.len() >= MAX_MERGED {
            self.merged.remove(0);
        }
        self.merged.push(String::from(id));
    }

    /// Drops what is too old, makes hours of minutes, and keeps its text within [`MAX_HISTORY`].
    pub fn bound(&mut self, now: Millis) {
        self.shorten(now);
        // Names that nothing has any more make room for others.
        let names = core::mem::take(&mut self.names);
        for (span, cells) in core::mem::take(&mut self.spans) {
            let mut own = Cells::new();
            for (key, count) in cells {
                let group = match key / MEASURES {
                    0 => 0,
                    group => {
                        let (dimension, name) = &names[group as usize - 1];
                        self.group(*dimension, name)
                    }
                };
                own.insert(group * MEASURES + key % MEASURES, count);
            }
            self.spans.insert(span, own);
        }
    }

    /// Its text.
    pub fn encode(&self) -> String {
        let mut text = String::from(VERSION);
        for (dimension, name) in &self.names {
            text.push('\n');
            text.push(dimension.mark());
            push_escaped(&mut text, name);
        }
        for (span, cells) in &self.spans {
            push_span(&mut text, *span, cells);
        }
        for id in &self.merged {
            text.push_str("\nd");
            push_escaped(&mut text, id);
        }
        text
    }

    /// What there is from one minute on, until another: span, group and measure, and count.
    pub(super) fn cells(&self, from: u64, until: u64) -> impl Iterator<Item = (Span, u32, u32, u64)> {
        let range = Span { start: from, minutes: 0 }..Span { start: until, minutes: 0 };
        self.spans.range(range).flat_map(|(span, cells)| {
            cells.iter().map(|(key, count)| (*span, key / MEASURES, key % MEASURES, *count))
        })
    }

    /// The groups of a dimension.
    pub(super) fn groups(&self, dimension: Dimension) -> impl Iterator<Item = (u32, &str)> {
        let numbered = (1..).zip(&self.names);
        numbered.filter(move |(_, (of, _))| *of == dimension).map(|(group, (_, name))| (group, name.as_str()))
    }

    fn shorten(&mut self, now: Millis) {
        let now = now / MINUTE;
        // A clock that was wrong once does no harm for long.
        self.spans.retain(|span, _| span.start + MONTH > now && span.start <= now + DAY);
        self.fold(now.saturating_sub(DAY));
        let mut until = now.saturating_sub(DAY);
        while self.length() > MAX_HISTORY && until < now {
            until += HOUR;
            self.fold(until);
        }
        // The oldest first.
        let mut length = self.length();
        let all: Vec<Span> = self.spans.keys().copied().collect();
        for groups_alone in [true, false] {
            for span in &all {
                if length <= MAX_HISTORY {
                    return;
                }
                let Some(mut cells) = self.spans.remove(span) else { continue };
                length -= length_of(*span, &cells);
                if groups_alone {
                    cells.retain(|key, _| *key < MEASURES);
                    length += length_of(*span, &cells);
                    self.spans.insert(*span, cells);
                }
            }
        }
    }

    fn group(&mut self, dimension: Dimension, name: &str) -> u32 {
        number_of(&mut self.names, dimension, name, MAX_NAMES) as u32
    }

    /// Makes hours of the minutes before this one.
    fn fold(&mut self, until: u64) {
        let until = until - until % HOUR;
        let later = self.spans.split_off(&Span { start: until, minutes: 0 });
        for (span, cells) in core::mem::replace(&mut self.spans, later) {
            let hour = Span { start: span.start - span.start % HOUR, minutes: HOUR };
            let own = self.spans.entry(hour).or_default();
            for (key, count) in cells {
                add(own, key, count);
            }
        }
    }

    fn length(&self) -> usize {
        self.encode().len()
    }

    fn read_span(&mut self, line: &str, minutes: u64) -> Option<()> {
        let (start, members) = cut(line, FIELD)?;
        let start = number(start).filter(|start| start % minutes == 0 && *start < u64::MAX / MINUTE)?;
        let cells = self.spans.entry(Span { start, minutes }).or_default();
        for member in pieces(members, MEMBER) {
            let (key, count) = cut(member, PAIR)?;
            let (key, count) = (u32::try_from(number(key)?).ok()?, number(count)?);
            if !is_measure(key % MEASURES) || key / MEASURES > self.names.len() as u32 {
                return None;
            }
            add(cells, key, count);
        }
        Some(())
    }
}

fn add(cells: &mut Cells, key: u32, count: u64) {
    let sum = cells.entry(key).or_default();
    *sum = sum.saturating_add(count);
}

fn length_of(span: Span, cells: &Cells) -> usize {
    let mut text = String::new();
    push_span(&mut text, span, cells);
    text.len()
}

fn push_span(text: &mut String, span: Span, cells: &Cells) {
    text.push('\n');
    text.push(if span.minutes == HOUR { 'h' } else { 'm' });
    push_number(text, span.start);
    let mut mark = FIELD;
    for (key, count) in cells {
        text.push(mark);
        push_number(text, (*key).into());
        text.push(PAIR);
        push_number(text, *count);
        mark = MEMBER;
    }
}
