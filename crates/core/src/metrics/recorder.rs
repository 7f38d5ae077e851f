//! Counting as it happens: a table of a fixed size for the minute that runs, and a text for those that are over.

use alloc::{string::String, vec, vec::Vec};

use super::counter::Counter;
use super::durations::bucket;
use super::{Dimension, FIRST_BUCKET, MEASURES, MINUTE, OTHER, VERSION};
use crate::text::{push_escaped, push_number};
use crate::time::Millis;

/// Groups that a recorder tells apart, that of everything included. What comes later is `other` of its dimension.
pub const MAX_GROUPS: usize = 120;
/// Bytes of the minutes that are over; the oldest go first.
pub const MAX_PAST: usize = 32_000;
/// Bytes of a name; what is longer ends here.
const MAX_NAME: usize = 100;
/// A power of two: what is measured of a key is at its hash, or behind it.
const SLOTS: usize = 2048;
/// When so many are taken, the minute goes on in an empty table.
const FULL: usize = SLOTS / 4 * 3;

/// A group that things are counted for. All that is counted is counted for everything, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Group(u8);

impl Group {
    /// Everything.
    pub const ALL: Self = Self(0);
}

/// Some groups, each once; what there is no room for is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Groups {
    all: [Group; 8],
    len: u8,
}

impl Groups {
    /// Adds one.
    pub fn push(&mut self, group: Group) {
        let len = usize::from(self.len);
        if len < self.all.len() && !self.all[..len].contains(&group) {
            self.all[len] = group;
            self.len += 1;
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len.into()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All of them.
    pub fn as_slice(&self) -> &[Group] {
        &self.all[..usize::from(self.len)]
    }
}

/// Counts. Nothing is allocated for what is counted but once a minute.
#[derive(Debug, Default)]
pub struct Recorder {
    minute: u64,
    /// Number of group and measure, and the count; 0: nothing is there. Without slots nothing is counted.
    slots: Vec<(u16, u32)>,
    used: usize,
    names: Vec<(Dimension, String)>,
    /// The lines of the minutes that are over.
    past: String,
}

impl Recorder {
    /// One that has counted nothing; the default one never does.
    pub fn new() -> Self {
        Self { slots: vec![(0, 0); SLOTS], ..Self::default() }
    }

    /// It is now. What is counted from here on is of this minute.
    #[inline]
    pub fn tick(&mut self, now: Millis) {
        let minute = now / MINUTE;
        if minute != self.minute {
            self.seal();
            self.minute = minute;
        }
    }

    /// The group of a name.
    pub fn group(&mut self, dimension: Dimension, name: &str) -> Group {
        Group(number_of(&mut self.names, dimension, name, MAX_GROUPS) as u8)
    }

    /// Counts for everything and for these groups.
    pub fn count(&mut self, groups: &[Group], counter: Counter, count: u32) {
        self.add(groups, counter as u32, count);
    }

    /// Something took so long, of everything and of these groups.
    pub fn time(&mut self, groups: &[Group], milliseconds: Millis) {
        self.add(groups, FIRST_BUCKET + bucket(milliseconds), 1);
    }

    /// All that was counted since the start, or since [`renew`](Self::renew): see [`History::decode`](super::History::decode).
    pub fn encode(&self) -> String {
        let mut text = String::from(VERSION);
        for (dimension, name) in &self.names {
            text.push('\n');
            text.push(dimension.mark());
            push_escaped(&mut text, name);
        }
        text.push_str(&self.past);
        self.push_minute(&mut text);
        text
    }

    /// Begins anew: nothing that was told by [`encode`](Self::encode) is told again.
    pub fn renew(&mut self) {
        self.past.clear();
        self.clear();
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.used == 0 && self.past.is_empty()
    }

    /// What can grow: how many names, and bytes of the minutes that are over.
    #[cfg(feature = "sabotage")]
    pub(crate) fn census(&self) -> [usize; 2] {
        [self.names.len(), self.past.len()]
    }

    #[inline(never)]
    fn add(&mut self, groups: &[Group], measure: u32, count: u32) {
        if self.slots.is_empty() || count == 0 {
            return;
        }
        if self.used + groups.len() >= FULL {
            self.seal();
        }
        self.add_one(Group::ALL, measure, count);
        for group in groups {
            self.add_one(*group, measure, count);
        }
    }

    fn add_one(&mut self, group: Group, measure: u32, count: u32) {
        let key = (u32::from(group.0) * MEASURES + measure) as u16;
        // The middle of the product by the golden ratio.
        let mut at = (u32::from(key).wrapping_mul(0x9E37_79B9) >> 16) as usize;
        loop {
            let slot = &mut self.slots[at % SLOTS];
            if slot.1 == 0 {
                *slot = (key, count);
                self.used += 1;
                return;
            }
            if slot.0 == key {
                slot.1 = slot.1.saturating_add(count);
                return;
            }
            at += 1;
        }
    }

    /// What the table holds is past.
    #[inline(never)]
    fn seal(&mut self) {
        let mut past = core::mem::take(&mut self.past);
        self.push_minute(&mut past);
        self.clear();
        while past.len() > MAX_PAST {
            let end = past.bytes().skip(1).position(|byte| byte == b'\n').map_or(past.len(), |at| at + 1);
            past.drain(..end);
        }
        self.past = past;
    }

    fn clear(&mut self) {
        self.slots.fill((0, 0));
        self.used = 0;
    }

    /// Adds a line, if there is anything to say.
    fn push_minute(&self, text: &mut String) {
        if self.used == 0 {
            return;
        }
        text.push_str("\nm");
        push_number(text, self.minute);
        let mut mark = '\t';
        for (key, count) in &self.slots {
            if *count > 0 {
                text.push(mark);
                push_number(text, (*key).into());
                text.push('=');
                push_number(text, (*count).into());
                mark = ',';
            }
        }
    }
}

/// The number of a name, from 1 on, among `most`; those for which there is no room are one for each dimension.
pub(super) fn number_of(
    names: &mut Vec<(Dimension, String)>,
    dimension: Dimension,
    mut name: &str,
    most: usize,
) -> usize {
    name = cut_off(name);
    loop {
        if let Some(at) = names.iter().position(|(of, known)| *of == dimension && known == name) {
            return at + 1;
        }
        // So that each dimension has room for its other one.
        if name == OTHER || names.len() + Dimension::ALL.len() < most {
            names.push((dimension, String::from(name)));
            return names.len();
        }
        name = OTHER;
    }
}

/// As much of a name as is kept.
pub(super) fn cut_off(name: &str) -> &str {
    let mut end = name.len().min(MAX_NAME);
    loop {
        match name.get(..end) {
            Some(name) => return name,
            None => end -= 1,
        }
    }
}
