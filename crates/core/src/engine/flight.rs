//! Requests that the engine asked for and that have not ended.

use alloc::{boxed::Box, rc::Rc, string::String, vec::Vec};

use super::input::{FlightId, ReadId};
use crate::entry::Varied;
use crate::freshness::Lifetime;
use crate::journal::Fence;
use crate::policy::{ReadMode, Rule};
use crate::time::Millis;
use crate::url::Url;

/// What a rule says of storing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) stale_time: Option<Millis>,
    pub(super) gc_time: Option<Millis>,
    pub(super) persist: Option<bool>,
    pub(super) mode: ReadMode,
}

impl From<&Rule> for Terms {
    fn from(rule: &Rule) -> Self {
        Self { stale_time: rule.stale_time, gc_time: rule.gc_time, persist: rule.persist, mode: rule.mode }
    }
}

/// What the page asked for, by a GET that a rule caches.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) read: ReadId,
    pub(super) key: Rc<str>,
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    /// The request carries credentials of its own: memory only (P8).
    pub(super) authorized: bool,
    /// The network must be asked.
    pub(super) refetch: bool,
    /// Storage has been looked at.
    pub(super) loaded: bool,
    pub(super) terms: Terms,
}

/// What is known of a flight's answer before its body is there.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) lifetime: Lifetime,
    pub(super) tags: Vec<Rc<str>>,
    pub(super) vary: Vec<Varied>,
    pub(super) store: bool,
}

/// A request under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) asked: Box<Asked>,
    pub(super) fence: Fence,
    pub(super) sent: Millis,
    /// Who waits for the answer, the one whose arguments were used first.
    pub(super) waiting: Vec<ReadId>,
    /// Who was given the response itself, and may still be reading its body.
    pub(super) reading: Option<ReadId>,
    /// It refreshes an entry whether or not anybody waits.
    pub(super) background: bool,
    /// Others may wait for its answer.
    pub(super) joinable: bool,
    pub(super) answer: Option<Answer>,
}

/// The flights, oldest first.
#[derive(Debug, Default)]
pub(super) struct Flights {
    next: u32,
    all: Vec<(FlightId, Box<Flight>)>,
}

impl Flights {
    pub(super) fn add(&mut self, flight: Box<Flight>) -> FlightId {
        self.next += 1;
        let id = FlightId(self.next);
        self.all.push((id, flight));
        id
    }

    pub(super) fn get_mut(&mut self, id: FlightId) -> Option<&mut Flight> {
        let at = self.place(id).ok()?;
        Some(&mut *self.all[at].1)
    }

    /// The newest flight of a key, if it may be joined.
    pub(super) fn newest(&self, key: &str) -> Option<(FlightId, &Flight)> {
        for (id, flight) in self.all.iter().rev() {
            if *flight.asked.key == *key {
                return if flight.joinable { Some((*id, flight)) } else { None };
            }
        }
        None
    }

    pub(super) fn of_read(&self, read: ReadId) -> Option<FlightId> {
        for (id, flight) in &self.all {
            if flight.waiting.contains(&read) || flight.reading == Some(read) {
                return Some(*id);
            }
        }
        None
    }

    pub(super) fn remove(&mut self, id: FlightId) -> Option<Box<Flight>> {
        Some(self.all.remove(self.place(id).ok()?).1)
    }

    /// Takes back a flight that was removed.
    pub(super) fn put_back(&mut self, id: FlightId, flight: Box<Flight>) {
        if let Err(at) = self.place(id) {
            self.all.insert(at, (id, flight));
        }
    }

    /// When the oldest of them was sent; `now` where there is none.
    pub(super) fn oldest(&self, now: Millis) -> Millis {
        self.all.first().map_or(now, |(_, flight)| flight.sent.min(now))
    }

    fn place(&self, id: FlightId) -> Result<usize, usize> {
        self.all.binary_search_by_key(&id, |(id, _)| *id)
    }
}
