//! The numbered list of invalidations that listeners are told of.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// How many invalidations are kept for those who come back.
pub(crate) const KEPT: usize = 10_000;

/// A place in the list. Each next invalidation of an epoch has the next number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Whose numbers these are.
    pub epoch: u64,
    /// How many invalidations there had been, with this one.
    pub number: u64,
}

impl Cursor {
    /// Whether `self` comes right after `other`.
    pub fn follows(self, other: Self) -> bool {
        self.epoch == other.epoch && self.number == other.number.wrapping_add(1)
    }

    /// Whether whoever has come to `other` knows of this.
    pub(crate) fn is_within(self, other: Self) -> bool {
        self.epoch == other.epoch && self.number <= other.number
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", self.epoch, self.number)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (epoch, number) = text.split_once('-').ok_or(())?;
        let epoch = u64::from_str_radix(epoch, 16).map_err(drop)?;
        Ok(Self { epoch, number: number.parse().map_err(drop)? })
    }
}

/// One invalidation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place.
    pub cursor: Cursor,
    /// What it names: a value of `X-Cache-Invalidate`. Empty where it only tells how far things are.
    pub targets: Arc<str>,
}

/// What came after a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// In order.
    pub events: Vec<Event>,
    /// `false`: some are missing, and whoever asked can trust nothing of before.
    pub complete: bool,
    /// The place after all of them.
    pub cursor: Cursor,
}

impl Replay {
    /// The place before all of them.
    pub(crate) fn begin(&self) -> Cursor {
        Cursor { number: self.cursor.number - self.events.len() as u64, ..self.cursor }
    }
}

/// The last ones, in memory.
#[derive(Debug)]
pub(crate) struct Ring {
    last: Cursor,
    events: VecDeque<Event>,
}

impl Ring {
    pub(crate) fn new(epoch: u64) -> Self {
        Self { last: Cursor { epoch, number: 0 }, events: VecDeque::new() }
    }

    pub(crate) fn push(&mut self, targets: &str) -> Event {
        self.last.number += 1;
        let event = Event { cursor: self.last, targets: targets.into() };
        if self.events.len() == KEPT {
            self.events.pop_front();
        }
        self.events.push_back(event.clone());
        event
    }

    pub(crate) fn since(&self, cursor: Option<Cursor>) -> Replay {
        let cursor = cursor.unwrap_or(self.last);
        let known = cursor.epoch == self.last.epoch && cursor.number <= self.last.number;
        let missing = self.last.number.saturating_sub(cursor.number);
        let skip = self.events.len().checked_sub(usize::try_from(missing).unwrap_or(usize::MAX));
        match skip.filter(|_| known) {
            Some(skip) => {
                let events = self.events.iter().skip(skip).cloned().collect();
                Replay { events, complete: true, cursor: self.last }
            }
            None => Replay { events: Vec::new(), complete: false, cursor: self.last },
        }
    }
}
