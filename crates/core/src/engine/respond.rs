//! Respond: an answer is handed on, and stored if nothing that it carries was invalidated since its
//! request was sent (P2).

use alloc::{boxed::Box, rc::Rc, string::String, vec, vec::Vec};

use super::flight::{Answer, Flight};
use super::{BodyId, Effect, Engine, Event, Fields, FlightId, Guard, ResponseHead, add_tag, url_of};
use crate::entry::{Entry, Stored, Varied};
use crate::freshness::lifetime;
use crate::header;
use crate::key;
use crate::policy::ReadMode;
use crate::subject::Subject;
use crate::text::{cut, pieces};
use crate::time::Millis;
use crate::url::Url;

/// `Cache-Status` of an answer that several callers share.
const SHARED: &str = "everfresh; fwd=miss; collapsed";

/// A body as the caller read it.
pub(super) struct Body<'a> {
    pub(super) id: BodyId,
    pub(super) size: u32,
    pub(super) text: bool,
    pub(super) fields: &'a mut Fields,
}

impl Engine {
    pub(super) fn responded(&mut self, now: Millis, id: FlightId, head: &ResponseHead) {
        let Some(mut flight) = self.flights.remove(id) else {
            return;
        };
        self.honour_own_header(now, &mut flight, head);
        self.appraise(now, &mut flight, head);
        let store = flight.answer.as_ref().is_some_and(|answer| answer.store);
        // What must not be stored must not be shared either, nor can what never ends.
        let share = !head.unreadable && head.status != 206 && !no_store(head);
        let leader = (!flight.waiting.is_empty()).then(|| flight.waiting.remove(0));
        let others = if share { vec![] } else { core::mem::take(&mut flight.waiting) };
        if store || !flight.waiting.is_empty() {
            let fields = self.policy.parent_fields("GET", &flight.asked.url);
            self.push(Effect::ReadBody { flight: id, fields });
        }
        if let Some(read) = leader {
            self.push(Effect::DeliverNetwork { read, flight: id });
        }
        if store || !flight.waiting.is_empty() {
            flight.reading = leader;
            flight.joinable = share && store;
            self.flights.put_back(id, flight);
        } else {
            self.push(Effect::EndFlight(id));
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
        let Flight { asked, fence, sent, waiting, answer, .. } = *flight;
        let kept = body.id;
        let mut stored = false;
        let mut shared_at = sent;
        if let Some(answer) = answer {
            let life = answer.lifetime;
            shared_at = life.generated;
            if answer.store {
                let kept_for = asked.terms.gc_time.unwrap_or(super::options::DEFAULT_GC_TIME);
                let ends =
                    life.fresh_until.max(life.stale_while_revalidate_until).max(now.saturating_add(kept_for));
                let persist = body.text
                    && !asked.authorized
                    && self.may_persist(body.size, asked.terms.persist, life.public);
                let entry = Box::new(Entry {
                    vary: answer.vary,
                    fields: core::mem::take(body.fields),
                    fence,
                    sent,
                    generated: life.generated,
                    fresh_until: life.fresh_until,
                    stale_while_revalidate_until: life.stale_while_revalidate_until,
                    expires: ends.min(sent.saturating_add(self.options.max_age)),
                    stale_since: None,
                    size: body.size,
                    body: Some(kept),
                    stored: Stored::No,
                    refused: false,
                    key: asked.key,
                    url: asked.url,
                    tags: answer.tags,
                });
                stored = self.publish(entry, persist);
            }
        }
        let age = u32::try_from(now.saturating_sub(shared_at) / 1000).unwrap_or(u32::MAX);
        for read in waiting {
            self.push(Effect::Deliver { read, body: kept, age, status: String::from(SHARED) });
        }
        if !stored {
            self.drop_body(kept);
        }
        self.push(Effect::EndFlight(id));
    }

    pub(super) fn failed(&mut self, id: FlightId) {
        let Some(flight) = self.flights.remove(id) else {
            return;
        };
        for &read in &flight.waiting {
            self.push(Effect::Reject { read, flight: id });
        }
        self.push(Effect::EndFlight(id));
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
    fn appraise(&mut self, now: Millis, flight: &mut Flight, head: &ResponseHead) {
        let terms = flight.asked.terms;
        let lifetime = lifetime(head, terms.stale_time, flight.sent, now);
        let useful = lifetime.fresh_until > now
            || lifetime.stale_while_revalidate_until > now
            || terms.mode == ReadMode::Swr;
        let store = lifetime.storable && useful && !head.unreadable && head.url.is_none();
        let answer = flight.answer.insert(Answer { store, lifetime, tags: vec![], vary: vec![] });
        answer.store &= add_varied(&mut answer.vary, head.get("vary").unwrap_or(""), &flight.asked.headers);
        if let Err(problem) = self.add_tags(&mut answer.tags, &flight.asked.url, head) {
            answer.store = false;
            self.problem(problem.code(), flight.asked.url.as_str());
        }
    }

    /// Adds the tags of the rule, the entity map and the answer's own headers, and their kinds.
    fn add_tags(
        &self,
        tags: &mut Vec<Rc<str>>,
        url: &Url,
        head: &ResponseHead,
    ) -> Result<(), header::HeaderProblem> {
        let mut named = self.policy.tags_for("GET", url);
        if let Some(value) = head.get("x-cache-tags") {
            named.append(&mut header::parse_tags(value)?);
        }
        if let Some(value) = head.get("cache-groups") {
            named.append(&mut header::parse_groups(value)?);
        }
        for tag in &named {
            add_tag(tags, tag);
            // Whatever carries `story:42` can be named by its kind, `story`: a long header is cut short so.
            if let Some((kind, _)) = cut(tag, ':') {
                add_tag(tags, kind);
            }
        }
        Ok(())
    }

    /// Stores the entry unless its data may be older than an invalidation; says whether it did.
    fn publish(&mut self, entry: Box<Entry>, persist: bool) -> bool {
        let url = url_of(&entry);
        let subject = entry.subject();
        let late = (self.guards(Guard::PublishFence)
            && self.ledger.verdict(subject, &|mark| mark.is_before(&entry.fence)).is_some())
            || (self.guards(Guard::Settle) && self.suspects.cover(subject, entry.sent))
            || self.writes.iter().any(|(_, write)| write.touches(subject));
        if late {
            self.emit(Event::LateFill { url });
            return false;
        }
        let newer = self.store.find(&entry.key).and_then(|id| self.store.get(id));
        if newer.is_some_and(|newer| newer.sent > entry.sent)
            || entry.size as usize > self.options.limits.bytes
        {
            return false;
        }
        let tags = entry.tags.clone();
        let size = entry.size;
        let key = Rc::clone(&entry.key);
        let (id, old) = self.store.insert(entry);
        if let Some(mut old) = old {
            // If the new record is to be written, it takes the place of the old one.
            if persist {
                old.stored = Stored::No;
            }
            self.forget(&old);
        }
        self.emit(Event::Store { url, tags, size });
        if persist {
            self.store.set_stored(id, Stored::Pending);
            self.write_later(key);
        }
        self.keep_memory_bounded();
        true
    }
}

fn no_store(head: &ResponseHead) -> bool {
    head.get("cache-control").is_some_and(|value| crate::freshness::CacheControl::parse(value).no_store)
}

/// Adds the request headers that the answer varies by; `false` where it can't be told by script when it
/// differs. `Origin` can't differ in a cache that belongs to one, and the browser sees to
/// `Accept-Encoding`.
fn add_varied(varied: &mut Vec<Varied>, vary: &str, headers: &[(String, String)]) -> bool {
    for name in pieces(vary, ',') {
        let name = name.trim_ascii().to_ascii_lowercase();
        match name.as_str() {
            "" | "accept-encoding" | "origin" => {}
            "*" | "cookie" | "user-agent" => return false,
            _ => {
                let value = key::header(headers, &name).map(String::from);
                varied.push((name, value));
            }
        }
    }
    true
}
