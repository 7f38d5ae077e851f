//! One record of a journal, and its line of text.

use alloc::{rc::Rc, string::String, vec::Vec};

use crate::header::{format_invalidate, parse_invalidate};
use crate::target::Member;
use crate::text::{cut, number, push_number, shared, small_number};
use crate::time::Millis;

/// How long after it was sent a write may still be on its way.
pub const WRITE_LIFETIME: Millis = 60_000;

/// What a record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// These targets were invalidated.
    Invalidation,
    /// A write that touches these targets was about to be sent, and nobody knows yet how it ended.
    Intent,
    /// These targets were invalidated, by a write that ended without an answer: it may yet be done.
    Doubt,
}

/// Names an intent: its journal and its number.
pub(crate) fn name(journal: &str, number: u32) -> Rc<str> {
    let mut name = String::from(journal);
    name.push(':');
    push_number(&mut name, u64::from(number));
    shared(&name)
}

/// A numbered record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its place in its journal, from 1.
    pub number: u32,
    /// When it was written.
    pub time: Millis,
    /// What it says.
    pub kind: Kind,
    /// The intent of another document that a doubt speaks for, because that document is gone.
    pub of: Option<Rc<str>>,
    /// The origin that its targets are limited to.
    pub origin: Option<Rc<str>>,
    /// The targets.
    pub members: Rc<Vec<Member>>,
    /// Its line, once it is in a journal: that is written far more often than its records are made.
    pub(crate) line: String,
}

impl Record {
    /// A record that is in no journal yet.
    pub fn new(
        time: Millis,
        kind: Kind,
        origin: Option<Rc<str>>,
        members: impl Into<Rc<Vec<Member>>>,
    ) -> Self {
        Self { number: 0, time, kind, of: None, origin, members: members.into(), line: String::new() }
    }

    /// It is in a journal, under this number.
    pub(super) fn enter(&mut self, number: u32) {
        self.number = number;
        self.line = self.encode();
    }

    /// When no entry can be left that it concerns: each ends `max_age` after it was asked for. A write of unknown
    /// outcome concerns what is asked for until it is done.
    pub fn ends(&self, max_age: Millis) -> Millis {
        let done = if self.kind == Kind::Invalidation { 0 } else { WRITE_LIFETIME };
        self.time.saturating_add(max_age).saturating_add(done)
    }

    /// The record's line: number, time, kind, origin and targets, with spaces between.
    fn encode(&self) -> String {
        let mut out = String::new();
        push_number(&mut out, u64::from(self.number));
        out.push(' ');
        push_number(&mut out, self.time);
        let kind = match self.kind {
            Kind::Invalidation => " i",
            Kind::Intent => " w",
            Kind::Doubt => " d",
        };
        // Doubts alone are of an intent.
        let of = self.of.as_deref().unwrap_or("");
        let origin = self.origin.as_deref().unwrap_or("-");
        for part in [kind, of, " ", origin, " ", &format_invalidate(&self.members)] {
            out.push_str(part);
        }
        out
    }

    /// The record of a line (without its line feed); `None` where it is no such line.
    pub fn decode(line: &str) -> Option<Self> {
        let (place, rest) = cut(line, ' ')?;
        let (time, rest) = cut(rest, ' ')?;
        let (kind, rest) = cut(rest, ' ')?;
        let (origin, targets) = cut(rest, ' ')?;
        let place = small_number(place)?;
        let time = number(time)?;
        let mut of = None;
        let kind = match kind {
            "i" => Kind::Invalidation,
            "w" => Kind::Intent,
            kind => {
                of = Some(kind.strip_prefix('d')?).filter(|name| !name.is_empty()).map(shared);
                Kind::Doubt
            }
        };
        let origin = match origin {
            "-" => None,
            origin => Some(shared(origin)),
        };
        // An unreadable list widens to everything, as in a header.
        let members = parse_invalidate(targets).members.into();
        Some(Self { number: place, time, kind, of, origin, members, line: line.into() })
    }
}
