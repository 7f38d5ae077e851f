//! Respond: an answer is handed on, and stored if nothing that it carries was invalidated since its
//! request was sent (P2).

use alloc::{rc::Rc, string::String, vec, vec::Vec};

use super::flight::{Answer, Flight};
use super::{BodyId, Effect, Engine, Event, Fields, FlightId, ResponseHead};
use crate::entry::{Entry, Stored, Varied};
use crate::freshness::lifetime;
use crate::header;
use crate::key;
use crate::policy::ReadMode;
use crate::subject::Subject;
use crate::time::Millis;

/// `Cache-Status` of an answer that several callers share.
const SHARED: &str = "everfresh; fwd=miss; collapsed";

/// A body as the caller read it.
pub(super) struct Body {
    pub(super) id: BodyId,
    pub(super) size: u32,
    pub(super) text: bool,
    pub(super) fields: Fields,
}

impl Engine {
    pub(super) fn responded(&mut self, now: Millis, id: FlightId, head: &ResponseHead) {
        let Some(mut flight) = self.flights.remove(id) else {
            return;
        };
        self.honour_own_header(now, &mut flight, head);
        let answer = self.appraise(now, &flight, head);
        let store = answer.store;
        // What must not be stored must not be shared either, nor can what never ends.
        let share = !head.unreadable && head.status != 206 && !no_store(head);
        let leader = (!flight.waiting.is_empty()).then(|| flight.waiting.remove(0));
        let others = if share { vec![] } else { core::mem::take(&mut flight.waiting) };
        if store || !flight.waiting.is_empty() {
            let fields = self.policy.parent_fields("GET", &flight.asked.url);
            self.push(Effect::ReadBody { flight: id, fields: fields.into() });
        }
        if let Some(read) = leader {
            self.push(Effect::DeliverNetwork { read, flight: id });
        }
        if store || !flight.waiting.is_empty() {
            flight.reading = leader;
            flight.answer = Some(answer);
            flight.joinable = share && store;
            self.flights.put_back(id, flight);
        } else {
            self.push(Effect::EndFlight(id));
        }
        for read in others {
            self.push(Effect::Pass(read));
        }
    }

    pub(super) fn body(&mut self, now: Millis, id: FlightId, body: Body) {
        let Some(flight) = self.flights.remove(id) else {
            self.push(Effect::DropBody(body.id));
            return;
        };
        let Flight { asked, fence, sent, waiting, answer, .. } = flight;
        let kept = body.id;
        let shared_at = answer.as_ref().map_or(sent, |answer| answer.lifetime.generated);
        let mut stored = false;
        if let Some(answer) = answer.filter(|answer| answer.store) {
            let life = answer.lifetime;
            let kept_for = asked.terms.gc_time.unwrap_or(super::options::DEFAULT_GC_TIME);
            let ends =
                life.fresh_until.max(life.stale_while_revalidate_until).max(now.saturating_add(kept_for));
            let entry = Entry {
                vary: answer.vary,
                fields: body.fields,
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
            };
            let persist = body.text
                && !asked.authorized
                && self.may_persist(body.size, asked.terms.persist, life.public);
            stored = self.publish(entry, persist);
        }
        for read in waiting {
            let age = u32::try_from(now.saturating_sub(shared_at) / 1000).unwrap_or(u32::MAX);
            self.push(Effect::Deliver { read, body: kept, age, status: String::from(SHARED) });
        }
        if !stored {
            self.push(Effect::DropBody(kept));
        }
        self.push(Effect::EndFlight(id));
    }

    pub(super) fn failed(&mut self, id: FlightId) {
        let Some(flight) = self.flights.remove(id) else {
            return;
        };
        for read in flight.waiting {
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

    fn appraise(&mut self, now: Millis, flight: &Flight, head: &ResponseHead) -> Answer {
        let url = &flight.asked.url;
        let terms = flight.asked.terms;
        let lifetime = lifetime(head, terms.stale_time, flight.sent, now);
        let useful = lifetime.fresh_until > now
            || lifetime.stale_while_revalidate_until > now
            || terms.mode == ReadMode::Swr;
        let vary = varied(head.get("vary").unwrap_or(""), &flight.asked.headers);
        let tags = self.answer_tags(flight, head);
        let mut answer = Answer {
            store: lifetime.storable && useful && !head.unreadable && head.url.is_none(),
            lifetime,
            tags: vec![],
            vary: vec![],
        };
        match (vary, tags) {
            (Some(vary), Ok(tags)) => {
                answer.vary = vary;
                answer.tags = tags;
            }
            (_, Err(problem)) => {
                answer.store = false;
                self.problem(problem.code(), url.as_str());
            }
            (None, _) => answer.store = false,
        }
        answer
    }

    /// The tags of the rule, the entity map and the answer's own headers, and their kinds.
    fn answer_tags(
        &self,
        flight: &Flight,
        head: &ResponseHead,
    ) -> Result<Vec<Rc<str>>, header::HeaderProblem> {
        let mut tags = self.policy.tags_for("GET", &flight.asked.url);
        if let Some(value) = head.get("x-cache-tags") {
            tags.extend(header::parse_tags(value)?);
        }
        if let Some(value) = head.get("cache-groups") {
            tags.extend(header::parse_groups(value)?);
        }
        // Whatever carries `story:42` can be named by its kind, `story`: a long header is cut short so.
        let kinds = tags.iter().filter_map(|tag| tag.split_once(':')).map(|(kind, _)| kind);
        let mut tags: Vec<Rc<str>> = tags.iter().map(String::as_str).chain(kinds).map(Rc::from).collect();
        tags.retain(|tag| !tag.is_empty());
        tags.sort_unstable();
        tags.dedup();
        Ok(tags)
    }

    /// Stores the entry unless its data may be older than an invalidation; says whether it did.
    fn publish(&mut self, entry: Entry, persist: bool) -> bool {
        let url: Rc<str> = Rc::from(entry.url.as_str());
        let subject = entry.subject();
        let late = self.ledger.verdict(subject, &|mark| mark.is_before(&entry.fence)).is_some()
            || self.suspects.cover(subject, entry.sent)
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

/// The request headers that the answer varies by; `None` where it can't be told by script when it
/// differs. `Origin` can't differ in a cache that belongs to one, and the browser sees to
/// `Accept-Encoding`.
fn varied(vary: &str, headers: &[(String, String)]) -> Option<Vec<Varied>> {
    let names = vary.split(',').map(|name| name.trim().to_ascii_lowercase());
    names
        .filter(|name| !matches!(name.as_str(), "" | "accept-encoding" | "origin"))
        .map(|name| match name.as_str() {
            "*" | "cookie" | "user-agent" => None,
            _ => {
                let value = key::header(headers, &name).map(String::from);
                Some((name, value))
            }
        })
        .collect()
}
