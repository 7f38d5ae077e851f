//! Layers: what is shown of a URL is the server's data with the operations of pending mutations applied, in order (P5).
//!
//! Whether an answer that overlapped a write in time has met it can't be known. So such an answer is not the base of
//! what the write changes; and what was done stays a layer until an answer to a later request is there.

use alloc::{rc::Rc, string::String, vec, vec::Vec};

use super::flight::{Body, Flight};
use super::mutation::{Answer, MAX_MUTATIONS, State};
use super::{Effect, Engine, FlightId, Guard, PrefetchOutcome, QueryOptions};
use crate::key;
use crate::subject::Subject;
use crate::target::{Member, Target};
use crate::text::shared;
use crate::time::Millis;
use crate::url::Url;

impl Engine {
    /// Says which layers a URL has.
    pub(super) fn show_layers(&mut self, url: &Rc<str>) {
        let mut mutations = vec![];
        for mutation in &self.mutations {
            if mutation.has_layer(url) {
                mutations.push(mutation.id);
            }
        }
        self.push(Effect::Layers { url: Rc::clone(url), mutations });
    }

    /// Whether the answer to a request may or may not have met a mutation of its URL.
    pub(super) fn is_held_back(&self, url: &str, flight: FlightId) -> bool {
        self.guards(Guard::HoldBack)
            && self.mutations.iter().any(|mutation| {
                mutation.has_layer(url)
                    && match mutation.state {
                        State::Done { after, .. } => flight <= after,
                        _ => mutation.is_uncertain(),
                    }
            })
    }

    /// The same, of what was asked for and answered at these times, by whichever document.
    pub(super) fn may_have_met(&self, url: &str, sent: Millis, received: Millis) -> bool {
        self.guards(Guard::HoldBack)
            && self.mutations.iter().any(|mutation| {
                mutation.has_layer(url)
                    && match (mutation.state, mutation.edit.tried) {
                        // Another document may have tried it unseen.
                        (State::Done { at, .. }, tried) => {
                            sent <= at && received >= tried.unwrap_or(mutation.edit.time)
                        }
                        (_, tried) => mutation.is_uncertain() && tried.is_some_and(|tried| received >= tried),
                    }
            })
    }

    /// An attempt of another document's is known: what is here and may have met it, or not, is shown no more, and asked
    /// for when that is known.
    pub(super) fn distrust(&mut self, now: Millis, at: usize) {
        for layer in self.mutations[at].edit.urls.clone() {
            let Some(url) = Url::parse(&layer) else { continue };
            let (member, origin) = (Member::stale(Target::exactly(&url)), Some(url.origin()));
            for id in self.store.matching(&member, origin) {
                let times = self.store.get(id).map(|entry| (entry.sent, entry.received));
                if times.is_some_and(|(sent, received)| self.may_have_met(&layer, sent, received)) {
                    self.drop_entry(id);
                }
            }
            for id in self.watches.matching(&member, origin) {
                let times = self.watches.times(id);
                if times.is_some_and(|(sent, received)| self.may_have_met(&layer, sent, received)) {
                    self.blank(now, id);
                }
            }
        }
    }

    /// An answer that is held back: plain `fetch` is given it, all else waits for one that is sent when it is known what
    /// became of the write.
    pub(super) fn hold_back(&mut self, now: Millis, id: FlightId, flight: Flight, body: &Body<'_>) {
        let Flight { asked, sent, waiting, queries, attempt, answer, .. } = flight;
        let generated = answer.map_or(sent, |answer| answer.lifetime.generated);
        let age = u32::try_from(now.saturating_sub(generated) / 1000).unwrap_or(u32::MAX);
        for read in waiting {
            self.push(Effect::Deliver { read, body: body.id, age, status: String::from(body.status) });
        }
        self.drop_body(body.id);
        self.land(now, id, PrefetchOutcome::Late, body.size);
        let key = Rc::clone(&asked.key);
        // Where the write was answered meanwhile, nothing else will let it go.
        let at = if self.is_uncertain(asked.url.as_str()) { Millis::MAX } else { now };
        if let Some(parked) =
            self.parked.iter_mut().find(|parked| parked.at == Millis::MAX && parked.asked.key == key)
        {
            parked.queries.extend(queries);
            parked.at = at;
        } else if !queries.is_empty() || self.watches.has(&key) {
            self.park(at, asked, queries, attempt);
        }
        self.end(id, &key);
    }

    /// What was held back is asked for again where nothing stands in the way any more.
    pub(super) fn let_go(&mut self, now: Millis, urls: &[Rc<str>]) {
        for url in urls {
            if !self.is_uncertain(url) {
                for parked in &mut self.parked {
                    if parked.asked.url.as_str() == &**url {
                        parked.at = now;
                    }
                }
            }
        }
    }

    /// Whether the server may or may not have done something that changes a URL.
    fn is_uncertain(&self, url: &str) -> bool {
        self.mutations.iter().any(|mutation| mutation.has_layer(url) && mutation.is_uncertain())
    }

    /// There is data of a URL that has the effect of what was done before: those layers go.
    pub(super) fn cover(&mut self, url: &str, has: &dyn Fn(FlightId, Millis) -> bool) {
        let mut covered = false;
        for mutation in &mut self.mutations {
            if let State::Done { after, at } = mutation.state
                && has(after, at)
            {
                let before = mutation.edit.urls.len();
                mutation.edit.urls.retain(|layer| **layer != *url);
                covered |= mutation.edit.urls.len() < before;
            }
        }
        if covered {
            self.forget_covered();
            self.show_layers(&shared(url));
        }
    }

    /// What was done is forgotten where no data is left that it could be seen in. Where no other mutation would fit, the
    /// oldest goes that nobody watches, and with it its data, which is stale.
    pub(super) fn drop_unseen_layers(&mut self) {
        let mut full = self.mutations.len() >= MAX_MUTATIONS;
        let mut unseen: Vec<Rc<str>> = vec![];
        for mutation in &self.mutations {
            if matches!(mutation.state, State::Done { .. }) {
                let mut goes = full;
                for url in &mutation.edit.urls {
                    goes = goes && !self.is_seen(url, true);
                }
                full &= !goes;
                for url in &mutation.edit.urls {
                    if goes || !self.is_seen(url, false) {
                        unseen.push(Rc::clone(url));
                    }
                }
            }
        }
        for url in unseen {
            self.remove(&url);
            self.cover(&url, &|_, _| true);
        }
    }

    fn is_seen(&self, url: &str, watched: bool) -> bool {
        let Some(parsed) = Url::parse(url) else { return false };
        let (member, origin) = (Member::stale(Target::exactly(&parsed)), Some(parsed.origin()));
        self.watches.see(&member, origin) || (!watched && !self.store.matching(&member, origin).is_empty())
    }

    fn forget_covered(&mut self) {
        self.mutations.retain(|mutation| {
            !matches!(mutation.state, State::Done { .. }) || !mutation.edit.urls.is_empty()
        });
    }

    /// Drops the data that the answer to a mutation that is done brings, where it may lack the effect of another write.
    pub(super) fn refuse_answers(&mut self, now: Millis, at: usize) {
        let (fence, tried) = (self.mutations[at].fence.take(), self.mutations[at].edit.tried);
        for answer in core::mem::take(&mut self.mutations[at].answers) {
            let good = match (Url::parse(&answer.url), &fence, tried) {
                (Some(url), Some(fence), Some(tried)) => {
                    let mut tags = vec![];
                    self.add_own_tags(&mut tags, &url, &[]);
                    let subject = Subject { url: &url, tags: &tags };
                    !self.is_late(now, &key::key(&url, "", None), subject, fence, tried)
                        && !self.is_uncertain(url.as_str())
                }
                _ => false,
            };
            if good {
                self.mutations[at].answers.push(answer);
            } else {
                self.drop_body(answer.body);
            }
        }
    }

    /// Takes the data that answers to mutations brought as the new base: then nothing needs to be fetched.
    pub(super) fn adopt_answers(&mut self, now: Millis) {
        let mut adopted = vec![];
        for mutation in &mut self.mutations {
            if let State::Done { .. } = mutation.state {
                adopted.append(&mut mutation.answers);
            }
        }
        for Answer { url, body, size } in adopted {
            self.cover(&url, &|_, _| true);
            for id in self.flights.of_key(&url) {
                // What they wait for may lack it.
                if let Some(flight) = self.flights.get_mut(id) {
                    for read in core::mem::take(&mut flight.queries) {
                        self.push(Effect::Answer { read, body, stale: false });
                    }
                }
            }
            self.set_data(now, body, size, &url, &mut QueryOptions::default());
            self.calm(&url);
        }
        self.forget_covered();
    }
}
