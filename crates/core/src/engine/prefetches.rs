//! What is kept of prefetches: those that wait, those under way, and the accounts of what became of them (P10).

use alloc::{boxed::Box, rc::Rc, vec::Vec};

use super::asked::Asked;
use super::{FlightId, ReadId};
use crate::predict::Connection;
use crate::time::Millis;

/// What is counted of the bytes is that of so long a time.
const MINUTE: Millis = 60_000;
/// Answers that are remembered apart from each other for that.
const MAX_RECENT: usize = 256;

/// What made the page prefetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trigger {
    /// A script's own call.
    #[default]
    Script,
    /// Somebody points at a link, or has the focus on it.
    Hover,
    /// A link has come into view.
    Visible,
    /// There was nothing else to do.
    Idle,
    /// One of a list.
    Batch,
    /// The predictor.
    Predicted,
}

impl Trigger {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 6] =
        [Self::Script, Self::Hover, Self::Visible, Self::Idle, Self::Batch, Self::Predicted];

    /// Its name in events and reports.
    pub fn name(self) -> &'static str {
        ["script", "hover", "visible", "idle", "batch", "predicted"][self as usize]
    }
}

/// What a prefetch that was sent comes to in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Somebody was given its answer.
    Used,
    /// Its time ran out, or it was replaced.
    Expired,
    /// It was invalidated.
    Invalidated,
    /// It had to give way.
    Evicted,
    /// It was given up before it was answered.
    Aborted,
    /// It was not answered, or not by what can be kept.
    Failed,
}

impl End {
    /// All of them, in the order in which [`Account::ends`] counts them.
    pub const ALL: [Self; 6] =
        [Self::Used, Self::Expired, Self::Invalidated, Self::Evicted, Self::Aborted, Self::Failed];

    /// Its name in events and reports.
    pub fn name(self) -> &'static str {
        ["used", "expired", "invalidated", "evicted", "aborted", "failed"][self as usize]
    }
}

/// What became of the prefetches of one trigger.
#[derive(Debug, Clone, Copy, Default)]
pub struct Account {
    /// Requests that were sent.
    pub sent: u32,
    /// How they ended, in the order of [`End::ALL`]; what is missing is still open.
    pub ends: [u32; 6],
    /// Bytes (of a text: UTF-16 units) of answers that were used.
    pub used_bytes: u64,
    /// The same of all others that have ended.
    pub wasted_bytes: u64,
    /// Milliseconds that who used them did not have to wait, in all.
    pub saved: Millis,
}

impl Account {
    pub(super) fn end(&mut self, end: End, size: u32, saved: Millis) {
        self.ends[end as usize] += 1;
        let used = end == End::Used;
        *(if used { &mut self.used_bytes } else { &mut self.wasted_bytes }) += u64::from(size);
        self.saved += saved;
    }
}

/// A prefetch whose request is under way.
#[derive(Debug)]
pub(super) struct UnderWay {
    pub(super) flight: FlightId,
    /// Who waits for its end.
    pub(super) read: Option<ReadId>,
    pub(super) trigger: Trigger,
    pub(super) url: Rc<str>,
    /// Somebody else wants its answer: it is the page's own by now.
    pub(super) promoted: bool,
}

/// What waits, in the order in which it came.
pub(super) type Queue = Vec<Box<Asked>>;

/// All that is remembered of prefetches, beside the entries that nobody has used yet.
#[derive(Debug, Default)]
pub(super) struct Prefetches {
    pub(super) waiting: Queue,
    pub(super) under_way: Vec<UnderWay>,
    pub(super) accounts: [Account; 6],
    /// When answers came, and their sizes.
    pub(super) recent: Vec<(Millis, u32)>,
    /// Size of an answer, as a mean in which old ones fade.
    mean: u32,
    /// The network, or who pays for it, is to be spared.
    pub(super) spared: bool,
    pub(super) connection: Connection,
}

impl Prefetches {
    /// The trigger of a flight that nobody but the prefetch wants.
    pub(super) fn trigger_of(&self, flight: FlightId) -> Option<Trigger> {
        let mine = self.under_way.iter().find(|mine| mine.flight == flight && !mine.promoted)?;
        Some(mine.trigger)
    }

    /// How many flights nobody but a prefetch wants.
    pub(super) fn count(&self) -> usize {
        self.under_way.iter().filter(|mine| !mine.promoted).count()
    }

    /// Notes the size of an answer.
    pub(super) fn note(&mut self, now: Millis, size: u32) {
        self.mean = if self.mean == 0 { size } else { self.mean - self.mean / 4 + size / 4 };
        self.recent.retain(|(time, _)| now < time + MINUTE);
        let full = self.recent.len() >= MAX_RECENT;
        match self.recent.last_mut().filter(|_| full) {
            Some((time, sum)) => (*time, *sum) = (now, sum.saturating_add(size)),
            None => self.recent.push((now, size)),
        }
    }

    /// What the last minute has cost, with what is under way and one more.
    pub(super) fn cost(&self, now: Millis) -> u64 {
        let mut sum = u64::from(self.mean) * (self.count() as u64 + 1);
        for (time, size) in &self.recent {
            if now < time + MINUTE {
                sum += u64::from(*size);
            }
        }
        sum
    }
}
