//! Respond: an answer is handed on, and stored if nothing that it carries was invalidated since its
//! request was sent (P2).

use alloc::{boxed::Box, rc::Rc, string::String, vec, vec::Vec};

use super::flight::{Answer, Body, Flight};
use super::prefetches::End;
use super::shown::Shown;
use super::vary::add_varied;
use super::{
    Effect, Engine, Event, FlightId, Guard, Kind, PrefetchOutcome, ReadId, ResponseHead, add_tag, url_of,
};
use crate::entry::{Entry, Prefetched, Stored};
use crate::freshness::{lifetime, validators};
use crate::header;
use crate::journal::Fence;
use crate::key;
use crate::policy::ReadMode;
use crate::subject::{Subject, source_path};
use crate::text::{cut, joined, shared};
use crate::time::Millis;
use crate::url::Url;

/// `Cache-Status` of an answer that several callers share.
pub(super) const SHARED: &str = "everfresh; fwd=miss; collapsed";

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Published {
    /// It is an entry.
    Stored,
    /// It may be older than an invalidation, or than a write that is under way.
    Late,
    /// There is a newer one, or it was asked for under another scope.
    Superseded,
    /// It is not to be kept.
    Refused,
}

impl Published {
    pub(super) fn is_stored(self) -> bool {
        self == Self::Stored
    }
}

impl Engine {
    pub(super) fn responded(&mut self, now: Millis, id: FlightId, head: &mut ResponseHead) {
        self.measure_flight(now, id, head.status);
        let Some(mut flight) = self.flights.remove(id) else {
            return;
        };
        if let Some(body) = flight.condition
            && head.status == 304
        {
            return self.current(now, id, flight, head, body);
        }
        let fence = flight.fence.clone();
        self.honour_own_header(now, &mut flight, head);
        if matches!(head.status, 500 | 502..=504)
            && self.is_of_scope(id)
            && self.fall_back(now, &mut flight, &fence)
        {
            self.disappoint(now, id, &mut flight, Some(head));
            return self.end(id, &flight.asked.key);
        }
        self.appraise(now, &mut flight, head);
        self.judge_read(id, &flight.asked, head.status);
        let store = flight.answer.as_ref().is_some_and(|answer| answer.store);
        // What must not be stored must not be shared either, nor can what never ends.
        let share = !head.unreadable && head.status != 206 && !no_store(head);
        let leader = (!flight.waiting.is_empty()).then(|| flight.waiting.remove(0));
        let mut others = if share { vec![] } else { core::mem::take(&mut flight.waiting) };
        if head.status >= 400 || head.unreadable {
            self.disappoint(now, id, &mut flight, Some(head));
        } else if !share {
            others.append(&mut leave_own(&mut flight));
        }
        let shown = !head.unreadable && head.status < 400 && self.watches.has(&flight.asked.key);
        let awaited = shown || !flight.waiting.is_empty() || !flight.queries.is_empty();
        if store || awaited {
            let fields = self.policy.parent_fields("GET", &flight.asked.url);
            self.push(Effect::ReadBody { flight: id, fields });
        }
        if let Some(read) = leader {
            self.push(Effect::DeliverNetwork { read, flight: id });
        }
        if store || awaited {
            flight.reading = leader;
            flight.joinable = share && store;
            self.flights.put_back(id, flight);
        } else {
            if flight.asked.kind == Kind::Prefetch {
                // The rest of it is of no use to anybody.
                self.push(Effect::AbortFlight(id));
            }
            self.end(id, &flight.asked.key);
        }
        for read in others {
            self.push(Effect::Pass(read));
        }
    }

    pub(super) fn body(&mut self, now: Millis, id: FlightId, body: Body<'_>) {
        let Some(flight) = self.flights.remove(id) else {
            self.drop_body(body.id);
            return;
        };
        let (ours, url) = (self.is_of_scope(id), shared(flight.asked.url.as_str()));
        if self.is_held_back(&url, id) {
            return self.hold_back(now, id, *flight, &body);
        }
        let Flight { asked, fence, sent, waiting, queries, answer, .. } = *flight;
        let (kept, key) = (body.id, Rc::clone(&asked.key));
        let mut place = Rc::clone(&key);
        let mut published = Published::Refused;
        let shown = Shown { sent, received: now, applied: fence.applied };
        let mut shared_at = sent;
        if let Some(answer) = answer {
            let life = answer.lifetime;
            shared_at = life.generated;
            place = key::varied(&key, &answer.vary, &asked.headers);
            let subject = Subject { url: &asked.url, tags: &answer.tags };
            if !ours {
                published = Published::Superseded;
            } else if self.is_late(now, &key, subject, &fence, sent) {
                published = Published::Late;
                if answer.store {
                    self.emit(Event::LateFill { url: Rc::clone(&url) });
                }
            } else if answer.store {
                let fresh_until = life.fresh_until;
                let prefetched =
                    self.prefetches.trigger_of(id).map(|trigger| Prefetched { trigger, fresh_until });
                let first_use =
                    prefetched.map_or(0, |_| now.saturating_add(self.options.prefetch.stale_time));
                let kept_for = asked.terms.gc_time.unwrap_or(super::options::DEFAULT_GC_TIME);
                let ends = life
                    .stale_while_revalidate_until
                    .max(life.stale_if_error_until)
                    .max(now.saturating_add(kept_for))
                    .max(first_use);
                let persist = body.text
                    && answer.lasting
                    && !asked.authorized
                    && self.may_persist(body.size, asked.terms.persist, life.public);
                let entry = Box::new(Entry {
                    key: Rc::clone(&place),
                    validators: answer.validators,
                    fields: core::mem::take(body.fields),
                    fence,
                    sent,
                    received: now,
                    generated: life.generated,
                    fresh_until: fresh_until.max(first_use),
                    stale_while_revalidate_until: life.stale_while_revalidate_until,
                    stale_if_error_until: life.stale_if_error_until,
                    must_revalidate: life.must_revalidate,
                    expires: ends.min(sent.saturating_add(self.options.max_age)),
                    stale_since: None,
                    size: body.size,
                    body: Some(kept),
                    stored: Stored::No,
                    refused: false,
                    item_size: 0,
                    local: false,
                    prefetched,
                    groups: None,
                    because: None,
                    url: asked.url,
                    tags: answer.tags,
                });
                published = self.publish(entry, persist, &key, &asked.headers);
            }
        }
        self.cover(&url, &|after, _| id > after);
        let age = u32::try_from(now.saturating_sub(shared_at) / 1000).unwrap_or(u32::MAX);
        for read in waiting {
            self.push(Effect::Deliver { read, body: kept, age, status: String::from(body.status) });
        }
        for read in queries {
            self.push(Effect::Answer { read, body: kept, stale: false });
        }
        if published != Published::Superseded {
            let late = published == Published::Late;
            self.show(now, &key, &place, kept, shown, late);
        }
        if !published.is_stored() {
            self.drop_body(kept);
        }
        let outcome = if published.is_stored() { PrefetchOutcome::Fetched } else { PrefetchOutcome::Late };
        self.land(now, id, outcome, body.size);
        self.end(id, &key);
    }

    /// A flight is over.
    pub(super) fn end(&mut self, id: FlightId, key: &str) {
        self.land(0, id, PrefetchOutcome::Failed, 0);
        self.push(Effect::EndFlight(id));
        self.show_progress(key);
    }

    pub(super) fn failed(&mut self, now: Millis, id: FlightId) {
        self.measure_flight(now, id, 0);
        let Some(mut flight) = self.flights.remove(id) else { return };
        let fence = flight.fence.clone();
        if self.is_of_scope(id) {
            self.fall_back(now, &mut flight, &fence);
        }
        self.disappoint(now, id, &mut flight, None);
        for &read in &flight.waiting {
            self.push(Effect::Reject { read, flight: id });
        }
        self.end(id, &flight.asked.key);
    }

    /// What the answer itself invalidates never concerns its own key, so that no refetch loop starts:
    /// its fence moves behind that record, if nothing else was in its way.
    fn honour_own_header(&mut self, now: Millis, flight: &mut Flight, head: &ResponseHead) {
        let before = self.ledger.fence();
        let subject = Subject { url: &flight.asked.url, tags: &[] };
        let clean = !self.ledger.may_concern(subject, &|mark| mark.is_before(&flight.fence));
        let url = flight.asked.url.clone();
        self.honour_safe(now, &url, head, Some(&flight.asked.key));
        if clean && self.ledger.fence() != before {
            flight.fence = self.ledger.fence();
        }
    }

    /// Sets the flight's answer.
    pub(super) fn appraise(&mut self, now: Millis, flight: &mut Flight, head: &ResponseHead) {
        let asked = &flight.asked;
        let terms = asked.terms;
        let lifetime = lifetime(head, terms.stale_time, flight.sent, now);
        let validators = validators(head);
        let ahead = asked.kind == Kind::Prefetch;
        let lasting = lifetime.fresh_until > now
            || lifetime.stale_while_revalidate_until > now
            || lifetime.stale_if_error_until > now
            || (terms.mode == ReadMode::Swr && !lifetime.must_revalidate);
        let vary = head.get("vary");
        let mut names = String::new();
        let store = lifetime.storable
            && (lasting || ahead || self.may_ask_after(asked, &validators))
            && !(ahead && head.status >= 400)
            && !head.unreadable
            && head.url.is_none()
            && (vary.is_some() || !asked.doubtful)
            && add_varied(&mut names, vary.unwrap_or(""));
        if names.is_empty() {
            // Some resources name what they vary by only where they have chosen by it (RFC 9111, section 4.1).
            for id in self.store.variants(&asked.key) {
                if let Some(entry) = self.store.get(id) {
                    names = key::names(&entry.key).into();
                }
            }
        }
        let answer =
            flight.answer.insert(Answer { store, lasting, lifetime, tags: vec![], vary: names, validators });
        self.add_own_tags(&mut answer.tags, &flight.asked.url, &flight.asked.options.tags);
        if let Err(problem) = self.add_answer_tags(&mut answer.tags, &flight.asked.url, head) {
            answer.store = false;
            self.problem(problem.code(), flight.asked.url.as_str());
        }
    }

    /// Adds the tags of the rule and the entity map, and those that a query names.
    pub(super) fn add_own_tags(&self, tags: &mut Vec<Rc<str>>, url: &Url, named: &[String]) {
        self.add_tags(tags, url, &self.policy.tags_for("GET", url));
        self.add_tags(tags, url, named);
    }

    /// Adds the tags that an answer names itself.
    fn add_answer_tags(
        &self,
        tags: &mut Vec<Rc<str>>,
        url: &Url,
        head: &ResponseHead,
    ) -> Result<(), header::HeaderProblem> {
        if let Some(value) = head.get("x-cache-tags") {
            self.add_tags(tags, url, &header::parse_tags(value)?);
        }
        if let Some(value) = head.get("cache-groups") {
            self.add_tags(tags, url, &header::parse_groups(value)?);
        }
        Ok(())
    }

    /// Adds tags, their kinds, and the tags of the URLs that the data was made of: whatever carries `story:42` can be
    /// named by `story`, so that a long header can be cut short.
    fn add_tags(&self, tags: &mut Vec<Rc<str>>, url: &Url, named: &[String]) {
        for tag in named {
            add_tag(tags, tag);
            if source_path(tag).is_some() {
                let source = Url::parse(&joined(url.origin(), tag)).filter(|source| source != url);
                if let Some(source) = source {
                    self.add_tags(tags, url, &self.policy.tags_for("GET", &source));
                }
            } else if let Some((kind, _)) = cut(tag, ':') {
                add_tag(tags, kind);
            }
        }
    }

    /// Stores an entry that is not late, as the answer to a request for a key with these headers.
    pub(super) fn publish(
        &mut self,
        mut entry: Box<Entry>,
        persist: bool,
        asked: &str,
        headers: &[(String, String)],
    ) -> Published {
        let url = url_of(&entry);
        let newer = self.store.select(asked, headers).and_then(|id| self.store.get(id));
        // What the page has said in the moment in which it was asked for counts, until it says something else.
        let same = |newer: &Entry| {
            newer.local && !entry.local && newer.sent == entry.sent && newer.stale_since.is_none()
        };
        if newer.is_some_and(|newer| newer.sent > entry.sent || same(newer)) {
            return Published::Superseded;
        }
        if entry.size as usize > self.options.limits.bytes {
            return Published::Refused;
        }
        // What would answer the same request by other headers is out of date.
        for id in self.store.variants(asked) {
            let Some(old) = self.store.get(id).filter(|old| old.key != entry.key) else { continue };
            if old.answers(asked, headers) {
                self.drop_entry(id);
            } else {
                // The new one may answer in its place where there are other headers.
                let body = old.body;
                self.note_change(body);
            }
        }
        let tags = entry.tags.clone();
        let size = entry.size;
        let key = Rc::clone(&entry.key);
        entry.groups = self.measures.stored(&self.policy, &url, &tags, size);
        entry.because = Some(self.emit(Event::Store { url, tags, size }));
        let (id, old) = self.store.insert(entry);
        if let Some(mut old) = old {
            self.waste(&mut old, End::Expired);
            // If the new record is to be written, it takes the place of the old one.
            if persist {
                old.stored = Stored::No;
            }
            self.forget(&mut old);
        }
        if persist {
            self.store.set_stored(id, Stored::Pending);
            self.write_later(key);
        }
        self.keep_memory_bounded();
        Published::Stored
    }

    /// Whether an answer may be older than an invalidation, or than a write that is under way. Those who watch it
    /// are shown the answer to a request that can't be, as soon as one can be sent.
    pub(super) fn is_late(
        &mut self,
        now: Millis,
        key: &str,
        subject: Subject<'_>,
        fence: &Fence,
        sent: Millis,
    ) -> bool {
        // Records older than that are forgotten.
        let outdated = now >= sent.saturating_add(self.options.max_age)
            || (self.guards(Guard::PublishFence)
                && self.ledger.verdict(subject, &|mark| mark.is_before(fence)).is_some());
        let settled = match self.guards(Guard::Settle) {
            true => self.suspects.cover(subject, sent),
            false => None,
        };
        let again = settled.or(outdated.then_some(now));
        if let Some(at) = again {
            self.refetch_at(key, at);
        }
        again.is_some() || self.is_written(subject)
    }
}

/// The queries that must ask for themselves, since an answer is for one read alone.
fn leave_own(flight: &mut Flight) -> Vec<ReadId> {
    let own = flight.asked.read;
    let mut others = vec![];
    flight.queries.retain(|read| {
        if *read != own {
            others.push(*read);
        }
        *read == own
    });
    others
}

fn no_store(head: &ResponseHead) -> bool {
    head.get("cache-control").is_some_and(|value| crate::freshness::CacheControl::parse(value).no_store)
}
