//! Requests that the engine asked for and that have not ended.

use alloc::{boxed::Box, rc::Rc, string::String, vec::Vec};

use super::Fields;
use super::asked::Asked;
use super::input::{BodyId, FlightId, ReadId};
use super::log::Step;
use crate::freshness::Lifetime;
use crate::journal::Fence;
use crate::time::Millis;

/// What is known of a flight's answer before its body is there.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) lifetime: Lifetime,
    pub(super) tags: Vec<Rc<str>>,
    /// Names of the request headers that it varies by.
    pub(super) vary: String,
    pub(super) validators: Fields,
    pub(super) store: bool,
    /// It is of use as it stands, and not only to ask whether it has changed.
    pub(super) lasting: bool,
}

/// A body as it is kept.
pub(super) struct Body<'a> {
    pub(super) id: BodyId,
    pub(super) size: u32,
    pub(super) text: bool,
    pub(super) fields: &'a mut Fields,
    /// `Cache-Status` of the answers that are made of it.
    pub(super) status: &'static str,
}

/// A request under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) asked: Box<Asked>,
    pub(super) fence: Fence,
    pub(super) sent: Millis,
    /// Who waits for the answer, the one whose arguments were used first.
    pub(super) waiting: Vec<ReadId>,
    /// Who waits for the data of the answer.
    pub(super) queries: Vec<ReadId>,
    /// How often it was made before.
    pub(super) attempt: u32,
    /// Who was given the response itself, and may still be reading its body.
    pub(super) reading: Option<ReadId>,
    /// It refreshes an entry whether or not anybody waits.
    pub(super) background: bool,
    /// A prefetch wants the answer.
    pub(super) ahead: bool,
    /// Others may wait for its answer.
    pub(super) joinable: bool,
    pub(super) answer: Option<Answer>,
    /// The kept body that its request is conditional on.
    pub(super) condition: Option<BodyId>,
    /// That it was sent.
    pub(super) step: Option<Rc<Step>>,
}

impl Flight {
    /// A request that was not sent yet, and that nobody waits for.
    pub(super) fn new(asked: Box<Asked>) -> Box<Self> {
        Box::new(Self {
            asked,
            fence: Fence::stored(""),
            sent: 0,
            waiting: Vec::new(),
            queries: Vec::new(),
            attempt: 0,
            reading: None,
            background: false,
            ahead: false,
            joinable: true,
            answer: None,
            condition: None,
            step: None,
        })
    }

    /// Whether this read waits for it, or still reads its body.
    fn is_for(&self, read: ReadId) -> bool {
        self.waiting.contains(&read) || self.queries.contains(&read) || self.reading == Some(read)
    }

    /// Whether no read wants it any more.
    pub(super) fn is_idle(&self) -> bool {
        let wanted = self.background || self.ahead || self.reading.is_some();
        self.waiting.is_empty() && self.queries.is_empty() && !wanted
    }
}

/// The flights, in the order in which they were first sent.
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

    /// The newest that there was.
    pub(super) fn last(&self) -> FlightId {
        FlightId(self.next)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get_mut(&mut self, id: FlightId) -> Option<&mut Flight> {
        let at = self.place(id).ok()?;
        Some(&mut *self.all[at].1)
    }

    /// That a flight was sent.
    pub(super) fn step(&self, id: FlightId) -> Option<Rc<Step>> {
        self.all[self.place(id).ok()?].1.step.clone()
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

    /// Whether a request for this key is under way.
    pub(super) fn is_under_way(&self, key: &str) -> bool {
        self.all.iter().any(|(_, flight)| *flight.asked.key == *key)
    }

    /// The requests for this key, oldest first.
    pub(super) fn of_key(&self, key: &str) -> Vec<FlightId> {
        let mut ids = Vec::new();
        for (id, flight) in &self.all {
            if *flight.asked.key == *key {
                ids.push(*id);
            }
        }
        ids
    }

    pub(super) fn of_read(&self, read: ReadId) -> Option<FlightId> {
        for (id, flight) in &self.all {
            if flight.is_for(read) {
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
        self.all.iter().fold(now, |oldest, (_, flight)| flight.sent.min(oldest))
    }

    fn place(&self, id: FlightId) -> Result<usize, usize> {
        self.all.binary_search_by_key(&id, |(id, _)| *id)
    }
}
