//! Retry: a request of a query that failed is made again, later each time.

use alloc::{boxed::Box, vec::Vec};

use super::asked::Asked;
use super::flight::Flight;
use super::log::Why;
use super::{Effect, Engine, FlightId, Kind, ReadId, ResponseHead};
use crate::freshness::first_seconds;
use crate::time::Millis;

/// How often one that watches tries again, where it does not say. One that waits once is told of the first failure.
const RETRIES: u32 = 3;
/// The first wait, at the most; each is twice as long as the one before.
const FIRST: Millis = 1_000;
const LONGEST: Millis = 30_000;

/// A request that failed and waits to be made again.
#[derive(Debug)]
pub(super) struct Parked {
    pub(super) at: Millis,
    pub(super) asked: Box<Asked>,
    pub(super) queries: Vec<ReadId>,
    pub(super) attempt: u32,
    pub(super) why: Why,
}

impl Engine {
    /// A flight of somebody who waits for data has failed, or was answered by an error: it is made again, or they
    /// are told.
    pub(super) fn disappoint(
        &mut self,
        now: Millis,
        id: FlightId,
        flight: &mut Flight,
        head: Option<&ResponseHead>,
    ) {
        let queries = core::mem::take(&mut flight.queries);
        let asked = &flight.asked;
        if queries.is_empty() && !self.watches.has(&asked.key) {
            return;
        }
        let retries = match (asked.options.retry, asked.kind) {
            (Some(retries), _) => retries,
            (None, Kind::Watch) => RETRIES,
            (None, _) => 0,
        };
        if head.is_none_or(|head| is_passing(head.status)) && flight.attempt < retries {
            let wait = head.and_then(|head| head.retry_after(now)).unwrap_or(0);
            let at = if self.online {
                now.saturating_add(self.backoff(flight.attempt).max(wait))
            } else {
                Millis::MAX
            };
            let attempt = flight.attempt + 1;
            self.park(at, asked.clone(), queries, attempt);
            return;
        }
        for read in queries {
            self.push(Effect::Reject { read, flight: id });
        }
        let key = asked.key.clone();
        self.fail(now, &key, id);
    }

    /// Somebody waits for a request that is made then.
    pub(super) fn park(&mut self, at: Millis, asked: Box<Asked>, queries: Vec<ReadId>, attempt: u32) {
        let why = self.log.why("");
        self.parked.push(Parked { at, asked, queries, attempt, why });
    }

    /// Makes the requests again whose time has come and that somebody still wants.
    pub(super) fn retry_due(&mut self, now: Millis) {
        while let Some(at) = self.parked.iter().position(|parked| parked.at <= now) {
            let Parked { mut asked, queries, attempt, why, .. } = self.parked.remove(at);
            self.log.turn_to(why);
            if let Some(read) = queries.first().copied().or_else(|| self.watches.any(&asked.key)) {
                asked.read = read;
                if let Some(id) = self.joinable(now, &asked) {
                    self.promote(now, id, &asked);
                    if let Some(flight) = self.flights.get_mut(id) {
                        flight.queries.extend(queries);
                    }
                    continue;
                }
                let mut flight = Flight::new(asked);
                (flight.queries, flight.attempt) = (queries, attempt);
                self.launch(now, flight);
            }
        }
    }

    /// The network is back.
    pub(super) fn retry_now(&mut self, now: Millis) {
        for parked in &mut self.parked {
            parked.at = now;
        }
    }

    /// When the next one is to be made again.
    pub(super) fn next_retry(&self) -> Option<Millis> {
        let mut next = None;
        for parked in &self.parked {
            if parked.at < Millis::MAX {
                next = Some(next.map_or(parked.at, |next: Millis| next.min(parked.at)));
            }
        }
        next
    }

    /// Whether a request for this key waits to be made again.
    pub(super) fn is_parked(&self, key: &str) -> bool {
        self.parked.iter().any(|parked| *parked.asked.key == *key)
    }

    /// Full jitter would bring some of the retries at once; this one leaves half of the wait.
    pub(super) fn backoff(&mut self, attempt: u32) -> Millis {
        let longest = FIRST.saturating_mul(1 << attempt.min(16)).min(LONGEST);
        longest / 2 + self.random() % (longest / 2 + 1)
    }

    /// The next number of a sequence that the environment's random key begins (xorshift64, Marsaglia 2003).
    fn random(&mut self) -> u64 {
        let mut state = self.randomness | 1;
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.randomness = state;
        state
    }
}

impl ResponseHead {
    /// How long the server says to wait: in seconds, or until a time by its own clock (RFC 9110, section 10.2.3).
    pub(super) fn retry_after(&self, now: Millis) -> Option<Millis> {
        let wait = self.get("retry-after").and_then(first_seconds);
        if wait.is_some() {
            return wait;
        }
        let until = self.time("retry-after")?;
        Some(until.saturating_sub(self.time("date").unwrap_or(now)))
    }
}

/// Whether a request that was answered so may be answered otherwise if it is made again.
fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..)
}
