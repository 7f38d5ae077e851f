//! Read: from memory, from storage, from a request that is under way, or from the network.

use alloc::{boxed::Box, rc::Rc, vec, vec::Vec};

use super::asked::{Asked, Terms};
use super::flight::Flight;
use super::{
    BodyId, CacheMode, Effect, Engine, Event, FlightId, Guard, Kind, Load, QueryOptions, ReadId, Request,
    Source, Storage, add_tag, url_of,
};
use crate::freshness::CacheControl;
use crate::header::format_cache_status;
use crate::key;
use crate::store::EntryId;
use crate::subject::Subject;
use crate::text::shared;
use crate::time::Millis;
use crate::url::Url;

impl Engine {
    pub(super) fn read(&mut self, now: Millis, read: ReadId, request: &mut Request) {
        match self.ask(read, request, None) {
            Some(asked) => self.answer(now, asked),
            None => self.push(Effect::Pass(read)),
        }
    }

    pub(super) fn answer(&mut self, now: Millis, asked: Box<Asked>) {
        let held = self.store.find(&asked.key);
        let entry = held.and_then(|id| self.store.get(id)).filter(|entry| entry.matches(&asked.headers));
        let may_load = !asked.loaded && !asked.authorized && !asked.refetch;
        match (held, entry) {
            (Some(id), Some(entry))
                if !asked.refetch
                    && asked.accepts(entry, now)
                    && (!self.scope.refused || asked.finds_fresh(entry, now)) =>
            {
                match entry.body {
                    Some(body) => self.serve(now, &asked, id, body),
                    None if may_load => self.load(asked),
                    None => {
                        self.drop_entry(id);
                        self.ask_network(now, asked);
                    }
                }
            }
            (_, None) if may_load && matches!(self.storage, Storage::Open { .. }) => self.load(asked),
            _ => self.ask_network(now, asked),
        }
    }

    pub(super) fn abort(&mut self, read: ReadId) {
        if self.unwatch(read) {
            return;
        }
        for parked in &mut self.parked {
            parked.queries.retain(|waiting| *waiting != read);
        }
        let Some(flight) = self.flights.of_read(read).and_then(|id| self.flights.get_mut(id)) else {
            return;
        };
        flight.waiting.retain(|waiting| *waiting != read);
        flight.queries.retain(|waiting| *waiting != read);
        flight.reading = flight.reading.filter(|reading| *reading != read);
        let key = Rc::clone(&flight.asked.key);
        self.abort_unwanted(&key);
    }

    /// Aborts the requests for a key that nobody wants any more.
    pub(super) fn abort_unwanted(&mut self, key: &str) {
        if !self.watches.has(key) {
            self.abort_idle(key, None);
        }
    }

    /// Aborts the requests for a key whose answers could not be stored any more, and that nobody waits for.
    pub(super) fn abort_outdated(&mut self, now: Millis, asked: &Asked) {
        let good = self.joinable(now, asked);
        self.abort_idle(&asked.key, good);
    }

    fn abort_idle(&mut self, key: &str, except: Option<FlightId>) {
        for id in self.flights.of_key(key) {
            if Some(id) != except && self.flights.get_mut(id).is_some_and(|flight| flight.is_idle()) {
                self.flights.remove(id);
                self.push(Effect::AbortFlight(id));
                self.push(Effect::EndFlight(id));
            }
        }
    }

    /// What is asked, where it is for us to answer: always if it is a query, which has options.
    pub(super) fn ask(
        &self,
        read: ReadId,
        request: &mut Request,
        query: Option<Rc<QueryOptions>>,
    ) -> Option<Box<Asked>> {
        let of_page = query.is_none();
        let bypasses = self.scope.displaced || request.opaque || request.cache == CacheMode::Bypass;
        if of_page && (request.method != "GET" || bypasses) {
            return None;
        }
        let url = Url::parse(&request.url)?;
        let rule = self.policy.rule_for("GET", &url).filter(|rule| rule.cache);
        let control = key::header(&request.headers, "cache-control").map(CacheControl::parse);
        if of_page && (rule.is_none() || control.as_ref().is_some_and(|control| control.no_store)) {
            return None;
        }
        let authorization = key::header(&request.headers, "authorization")
            .map(|value| key::hash(self.environment.hash_key, value));
        Some(Box::new(Asked {
            read,
            kind: Kind::Fetch,
            key: key::key(&url, &request.variant, authorization),
            authorized: authorization.is_some(),
            refetch: request.cache == CacheMode::Refetch || control.is_some_and(|control| control.no_cache),
            headers: core::mem::take(&mut request.headers),
            loaded: false,
            terms: match (rule, &query) {
                (Some(rule), None) => rule.into(),
                (rule, query) => Terms::of(rule, query.as_deref().unwrap_or(&self.options.query)),
            },
            options: query.unwrap_or_default(),
            url,
        }))
    }

    fn serve(&mut self, now: Millis, asked: &Asked, id: EntryId, body: BodyId) {
        let Some(entry) = self.store.get(id) else {
            return;
        };
        let stale = !asked.is_content_with(entry, now);
        let source = if asked.loaded { Source::Storage } else { Source::Memory };
        let age = entry.age(now);
        let ends = entry.stale_since.unwrap_or(entry.fresh_until) as i64;
        // In whole seconds, and never 0 for what is stale.
        let left = (ends - now as i64).div_euclid(1000);
        let ttl = if stale { left.min(-1) } else { left };
        let (url, sent) = (url_of(entry), entry.sent);
        self.store.touch(id);
        if stale && asked.kind != Kind::Peek {
            self.revalidate(now, asked);
        }
        self.emit(Event::Hit { url, source, age, stale });
        match asked.kind {
            Kind::Fetch => {}
            Kind::Watch => return self.show_to(now, asked.read, body, sent, stale),
            Kind::Query | Kind::Peek => return self.push(Effect::Answer { read: asked.read, body, stale }),
        }
        let detail = if source == Source::Storage { "storage" } else { "memory" };
        self.push(Effect::Deliver {
            read: asked.read,
            body,
            age: u32::try_from(age / 1000).unwrap_or(u32::MAX),
            status: format_cache_status(ttl, detail),
        });
    }

    fn load(&mut self, asked: Box<Asked>) {
        let item = self.item(&asked.key);
        self.loads.push((Rc::clone(&item), Load::Read(asked)));
        self.push(Effect::Load { item });
    }

    /// Joins a request that is under way, or starts one.
    fn ask_network(&mut self, now: Millis, asked: Box<Asked>) {
        if asked.kind == Kind::Peek {
            return;
        }
        let joined = self.joinable(now, &asked);
        self.emit(Event::Miss { url: shared(asked.url.as_str()), joined: joined.is_some() });
        let Some(flight) = joined.and_then(|id| self.flights.get_mut(id)) else {
            return self.send(now, asked, false);
        };
        match asked.kind {
            Kind::Fetch => flight.waiting.push(asked.read),
            Kind::Query => flight.queries.push(asked.read),
            Kind::Peek | Kind::Watch => self.tell(asked.read, None, None),
        }
    }

    /// Refreshes an entry that is handed out stale, unless that is under way.
    pub(super) fn revalidate(&mut self, now: Millis, asked: &Asked) {
        if self.joinable(now, asked).is_none() {
            self.send(now, Box::new(asked.clone()), asked.kind != Kind::Watch);
        }
    }

    /// A request under way whose answer is as good as that of a request sent now (P1): nothing that may
    /// concern it was invalidated since it was sent.
    fn joinable(&self, now: Millis, asked: &Asked) -> Option<FlightId> {
        let (id, flight) = self.flights.newest(&asked.key)?;
        let subject = Subject { url: &asked.url, tags: &[] };
        // Records older than that are forgotten.
        let good = now < flight.sent.saturating_add(self.options.max_age)
            && !asked.refetch
            && flight.asked.headers == asked.headers
            && self.is_of_scope(id)
            && (!self.ledger.may_concern(subject, &|mark| mark.is_before(&flight.fence))
                || !self.guards(Guard::Join));
        good.then_some(id)
    }

    fn send(&mut self, now: Millis, asked: Box<Asked>, background: bool) {
        let read = asked.read;
        match asked.kind {
            Kind::Query if !background => self.launch(now, asked, vec![read], 0),
            Kind::Fetch if !background => {
                self.start_flight(now, asked, vec![read], vec![], 0, false);
            }
            _ => self.start_flight(now, asked, vec![], vec![], 0, background),
        }
    }

    /// Starts a request for those who wait for data.
    pub(super) fn launch(&mut self, now: Millis, asked: Box<Asked>, queries: Vec<ReadId>, attempt: u32) {
        self.start_flight(now, asked, vec![], queries, attempt, false);
    }

    fn start_flight(
        &mut self,
        now: Millis,
        asked: Box<Asked>,
        waiting: Vec<ReadId>,
        queries: Vec<ReadId>,
        attempt: u32,
        background: bool,
    ) {
        let read = asked.read;
        let key = Rc::clone(&asked.key);
        let reload = self.must_reload(now, &asked);
        let flight = self.flights.add(Box::new(Flight {
            fence: self.ledger.fence(),
            sent: now,
            waiting,
            queries,
            attempt,
            reading: None,
            background,
            joinable: true,
            answer: None,
            asked,
        }));
        self.push(Effect::Fetch { flight, read, reload });
        self.show_progress(&key);
    }

    /// Whether the browser's own HTTP cache may hold what was invalidated: then it must not even
    /// revalidate it, since dates in whole seconds make an old body look current. An entry that stands
    /// shows that the URL was fetched after every invalidation that concerns it.
    fn must_reload(&self, now: Millis, asked: &Asked) -> bool {
        if asked.refetch || !self.guards(Guard::HttpCacheBypass) {
            return asked.refetch;
        }
        match self.store.find(&asked.key).and_then(|id| self.store.get(id)) {
            Some(entry) => entry.stale_since.is_some(),
            None => {
                let mut tags = vec![];
                for tag in self.policy.tags_for("GET", &asked.url) {
                    add_tag(&mut tags, &tag);
                }
                self.may_be_anothers(now)
                    || self.ledger.may_concern(Subject { url: &asked.url, tags: &tags }, &|_| false)
            }
        }
    }
}
