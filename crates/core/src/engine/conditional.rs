//! Conditional requests: a stale answer is asked after, and a 304 makes it fresh (RFC 9111, section 4.3).

use alloc::{boxed::Box, string::String};

use super::asked::Asked;
use super::batch::Batches;
use super::flight::{Body, Flight};
use super::prefetches::End;
use super::{BodyId, Cause, Effect, Engine, Event, Fields, FlightId, Guard, ResponseHead, url_of};
use crate::entry::{Entry, Stored, condition};
use crate::subject::Subject;
use crate::target::{Member, Target};
use crate::text::shared;
use crate::time::Millis;
use crate::url::Url;

/// `Cache-Status` of a stored answer that the server says is current.
const CURRENT: &str = "everfresh; fwd=stale; fwd-status=304";

impl Engine {
    /// What a request can be conditional on: the kept body and the header. Never after an invalidation: by dates, and by
    /// entity tags that are made of dates, what was just written may look the same as what was there before.
    pub(super) fn condition(&self, asked: &Asked) -> Option<(BodyId, String)> {
        let (_, entry) = self.held(asked).filter(|(_, entry)| self.is_good(entry))?;
        if asked.demand.reloads() || !self.is_own(&asked.url) {
            return None;
        }
        Some((entry.body?, condition(&entry.validators)?))
    }

    /// Whether an answer with these validators is worth keeping to ask after it.
    pub(super) fn may_ask_after(&self, asked: &Asked, validators: &Fields) -> bool {
        self.is_own(&asked.url) && condition(validators).is_some()
    }

    /// A 304 to a condition of ours: whoever waits is given the kept body, which is fresh as an answer to this request
    /// is. Where it is gone, or something that it carries was invalidated meanwhile, they wait for a whole answer (P2).
    pub(super) fn current(
        &mut self,
        now: Millis,
        id: FlightId,
        mut flight: Box<Flight>,
        head: &mut ResponseHead,
        body: BodyId,
    ) {
        // It stands for the answer that it is about.
        head.status = 200;
        self.appraise(now, &mut flight, head);
        self.judge_read(id, &flight.asked, head.status);
        let tags = flight.answer.as_ref().map_or(&[][..], |answer| &answer.tags);
        let subject = Subject { url: &flight.asked.url, tags };
        let invalidated = self.ledger.verdict(subject, &|mark| mark.is_before(&flight.fence)).is_some();
        let held = self.held(&flight.asked).filter(|(_, entry)| {
            entry.body == Some(body) && entry.sent <= flight.sent && self.is_good(entry)
        });
        match held.map(|(place, _)| place).and_then(|place| self.store.remove(place)) {
            Some(mut entry) if !invalidated && head.url.is_none() => {
                self.emit(Event::Revalidate { url: url_of(&entry) });
                self.push(Effect::Freshen { flight: id, body });
                entry.body = None;
                self.waste(&mut entry, End::Expired);
                self.forget(&mut entry);
                self.flights.put_back(id, flight);
                let (size, text) = (entry.size, entry.stored != Stored::No);
                let body = Body { id: body, size, text, fields: &mut entry.fields, status: CURRENT };
                self.body(now, id, body);
            }
            Some(mut entry) => {
                self.forget(&mut entry);
                self.ask_again(now, id, flight);
            }
            None => self.ask_again(now, id, flight),
        }
    }

    /// The answer to a HEAD shows that the stored answer to a GET is out of date (RFC 9111, section 4.3.5).
    pub(super) fn compare(&mut self, now: Millis, url: &Url, head: &ResponseHead) {
        let entry = self.store.find(url.as_str()).and_then(|id| self.store.get(id));
        if head.status == 200 && entry.is_some_and(|entry| entry.differs(&head.headers)) {
            let members = alloc::vec![Member::stale(Target::exactly(url))];
            let mut batches = Batches::default();
            batches.add(Cause::Header, Some(shared(url.origin())), members);
            self.invalidate(now, &batches, None);
        }
    }

    /// Sends a flight once more, for a whole answer, if anybody waits for it.
    fn ask_again(&mut self, now: Millis, id: FlightId, mut flight: Box<Flight>) {
        let Asked { key, read, .. } = &*flight.asked;
        if flight.waiting.is_empty() && flight.queries.is_empty() && !self.watches.has(key) {
            return self.end(id, &flight.asked.key);
        }
        let read = *read;
        flight.fence = self.ledger.fence();
        flight.sent = now;
        flight.condition = None;
        flight.answer = None;
        self.push(Effect::Fetch { flight: id, read, reload: true, condition: None });
        self.flights.put_back(id, flight);
    }

    /// Whether what the server says of an entry by a 304 can be believed.
    fn is_good(&self, entry: &Entry) -> bool {
        entry.stale_since.is_none() || !self.guards(Guard::Condition)
    }

    /// Of another origin, a condition would make the browser ask for leave first.
    fn is_own(&self, url: &Url) -> bool {
        url.origin() == self.environment.origin
    }
}
