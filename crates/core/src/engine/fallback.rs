//! What those who wait are given where a request fails: a stored answer that says so (RFC 5861, section 4).

use alloc::string::String;

use super::flight::Flight;
use super::{Effect, Engine, Event, url_of};
use crate::journal::Fence;
use crate::time::Millis;

/// `Cache-Status` of such an answer.
const FELL_BACK: &str = "everfresh; fwd=stale; detail=stale-if-error";

impl Engine {
    /// Hands a stored answer to all who wait for a flight that failed, if it may; says whether anybody was helped.
    /// Since `fence`, when the flight was sent, nothing may have been invalidated, nor by its own answer.
    pub(super) fn fall_back(&mut self, now: Millis, flight: &mut Flight, fence: &Fence) -> bool {
        let held = self.held(&flight.asked).filter(|(_, entry)| {
            !self.scope.refused
                && flight.asked.demand.allows_after_error(entry, now)
                && self.ledger.verdict(entry.subject(), &|mark| mark.is_before(fence)).is_none()
        });
        let Some((url, body, age)) =
            held.and_then(|(_, entry)| Some((url_of(entry), entry.body?, entry.age(now))))
        else {
            return false;
        };
        let helped = !flight.waiting.is_empty();
        for read in core::mem::take(&mut flight.waiting) {
            self.emit(Event::StaleIfError { url: url.clone(), age });
            let seconds = u32::try_from(age / 1000).unwrap_or(u32::MAX);
            self.push(Effect::Deliver { read, body, age: seconds, status: String::from(FELL_BACK) });
        }
        helped
    }
}
