//! Read: from memory, from storage, from a request that is under way, or from the network.

use alloc::{boxed::Box, rc::Rc, vec};

use super::asked::{Asked, Hint, Terms};
use super::flight::Flight;
use super::prefetches::End;
use super::shown::Shown;
use super::{
    BodyId, Effect, Engine, Event, FlightId, Guard, Kind, Load, PrefetchOutcome, QueryOptions, ReadId,
    Request, Source, Storage, add_tag, url_of,
};
use crate::demand::{Demand, Use};
use crate::entry::Entry;
use crate::header::format_cache_status;
use crate::key;
use crate::store::EntryId;
use crate::subject::Subject;
use crate::text::{push_number, shared};
use crate::time::Millis;
use crate::url::Url;

impl Engine {
    pub(super) fn read(&mut self, now: Millis, read: ReadId, request: &mut Request) {
        match self.ask(read, request, None) {
            Some(asked) => self.answer(now, asked),
            None => self.push(Effect::Pass(read)),
        }
    }

    /// Whether a `fetch` call with GET may be for us to answer; if not, tell of its answer alone, where that says anything
    /// (`Observed`).
    pub fn caches(&self, url: &str) -> bool {
        let rule = Url::parse(url).and_then(|url| self.policy.rule_for("GET", &url).map(|rule| rule.cache));
        rule == Some(true)
    }

    pub(super) fn answer(&mut self, now: Millis, asked: Box<Asked>) {
        let may_load = !asked.loaded
            && !asked.authorized
            && !asked.demand.reloads()
            && matches!(self.storage, Storage::Open { .. });
        let Some((id, entry)) = self.held(&asked) else {
            return if may_load { self.load(asked) } else { self.ask_network(now, asked) };
        };
        // Where nobody may be signed in any more, nothing stale is handed out.
        let refused = self.scope.refused && !asked.finds_fresh(entry, now);
        let how = if refused { Use::No } else { asked.allows(entry, now) };
        let kept = entry.body;
        if entry.stale_since.is_some() {
            self.log.because = entry.because.clone();
        }
        match (kept, how) {
            // A HEAD can't fetch it anew.
            (_, Use::WhileRefetched) if asked.head => self.ask_network(now, asked),
            (Some(body), Use::AsItIs) => self.serve(now, &asked, id, body),
            (Some(body), Use::WhileRefetched) => {
                self.revalidate(now, &asked);
                self.serve(now, &asked, id, body);
            }
            // Also a stale one may be of use: to ask whether it has changed, or where that fails.
            (None, _) if may_load => self.load(asked),
            (None, Use::AsItIs | Use::WhileRefetched) => {
                self.drop_entry(id);
                self.ask_network(now, asked);
            }
            (_, Use::No) => self.ask_network(now, asked),
        }
    }

    /// The entry that answers what was asked, if there is one.
    pub(super) fn held(&self, asked: &Asked) -> Option<(EntryId, &Entry)> {
        let id = self.store.select(&asked.key, &asked.headers)?;
        Some((id, self.store.get(id)?))
    }

    pub(super) fn abort(&mut self, read: ReadId) {
        if self.unwatch(read) || self.withdraw_prefetch(read) {
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
                self.land(0, id, PrefetchOutcome::Aborted, 0);
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
        let head = of_page && request.method == "HEAD";
        let ours = (head || request.method == "GET") && !request.opaque && !self.scope.displaced;
        let url = Url::parse(&request.url)?;
        let rule = self.policy.rule_for(if head { "HEAD" } else { "GET" }, &url).filter(|rule| rule.cache);
        let terms = match (rule, &query) {
            (Some(rule), None) => rule.into(),
            (rule, query) => Terms::of(rule, query.as_deref().unwrap_or(&self.options.query)),
        };
        let demand = Demand::new(&request.headers, request.cache, terms.mode);
        if of_page && (!ours || rule.is_none() || demand.bypasses()) {
            return None;
        }
        let authorization = key::header(&request.headers, "authorization")
            .map(|value| key::hash(self.environment.hash_key, value));
        let foreign = url.origin() != self.environment.origin;
        let credentials = foreign && request.variant == "include";
        if let Some(hash) = key::any_headers(&request.headers).filter(|_| foreign) {
            request.variant.push('.');
            push_number(&mut request.variant, hash);
        }
        Some(Box::new(Asked {
            read,
            kind: Kind::Fetch,
            hint: Hint::default(),
            key: key::key(&url, &request.variant, authorization),
            authorized: authorization.is_some(),
            head,
            doubtful: credentials && self.scope.id.is_empty() && terms.stale_time.is_none(),
            demand,
            headers: core::mem::take(&mut request.headers),
            // Of a page that was overruled nothing is there.
            loaded: self.scope.displaced,
            terms,
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
        let (url, groups) = (url_of(entry), entry.groups);
        let (sent, received) = (entry.sent, entry.received);
        let shown = Shown { sent, received, applied: entry.fence.applied };
        let expires = entry.expires;
        let holds_until = match (stale, asked.finds_fresh(entry, now)) {
            (true, _) => expires,
            (false, true) => asked.fresh_until(entry),
            (false, false) => asked.deduped_until(entry),
        };
        if asked.kind == Kind::Prefetch {
            return self.tell_prefetched(asked.read, PrefetchOutcome::Cached);
        }
        self.store.touch(id);
        if asked.kind == Kind::Peek {
            let holds_for = holds_until.min(expires).saturating_sub(now);
            return self.push(Effect::Peeked { read: asked.read, body, stale, holds_for });
        }
        self.close_prefetched(id, if stale { End::Expired } else { End::Used });
        self.measures.hit(&self.policy, groups, &url, source, stale);
        self.emit_unmeasured(Event::Hit { url, source, age, stale });
        match asked.kind {
            Kind::Watch => return self.show_to(now, asked.read, body, shown, stale),
            Kind::Query => return self.push(Effect::Answer { read: asked.read, body, stale }),
            Kind::Fetch | Kind::Peek | Kind::Prefetch => {}
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
        let item = self.item(&self.stored_key(&asked));
        self.loads.push((Rc::clone(&item), Load::Read(asked)));
        self.push(Effect::Load { item });
    }

    /// The key that storage may hold an answer under. The answers that are known, and the names of the items that were
    /// not looked at yet, tell which headers matter.
    fn stored_key(&self, asked: &Asked) -> Rc<str> {
        let varied = |names: &str| key::varied(&asked.key, names, &asked.headers);
        for id in self.store.variants(&asked.key) {
            if let Some(entry) = self.store.get(id) {
                return varied(key::names(&entry.key));
            }
        }
        for item in self.unscanned.variants_of(&self.item(&asked.key)) {
            let key = varied(key::names(item));
            if self.item(&key) == *item {
                return key;
            }
        }
        Rc::clone(&asked.key)
    }

    /// Joins a request that is under way, or starts one.
    fn ask_network(&mut self, now: Millis, asked: Box<Asked>) {
        if asked.is_idle() {
            return;
        }
        if asked.kind == Kind::Fetch && self.keep_off(now, &asked) {
            return;
        }
        let joined = self.joinable(now, &asked);
        if asked.kind == Kind::Prefetch {
            return match joined {
                Some(_) => self.tell_prefetched(asked.read, PrefetchOutcome::Joined),
                None => self.enqueue(asked),
            };
        }
        if let Some(id) = joined {
            self.promote(now, id, &asked);
        }
        self.emit(Event::Miss { url: shared(asked.url.as_str()), joined: joined.is_some() });
        let Some(flight) = joined.and_then(|id| self.flights.get_mut(id)) else {
            return self.send(now, asked, false);
        };
        match asked.kind {
            Kind::Fetch => flight.waiting.push(asked.read),
            Kind::Query => flight.queries.push(asked.read),
            Kind::Peek | Kind::Watch | Kind::Prefetch => self.tell(asked.read, None, None),
        }
    }

    /// Answers a `fetch` call that is not for the network, or not for us to make; says whether it is one.
    fn keep_off(&mut self, now: Millis, asked: &Asked) -> bool {
        let read = asked.read;
        if asked.demand.only_if_cached() {
            self.push(Effect::Refuse { read, status: 504 });
        } else if asked.demand.only_cached() && self.must_reload(now, asked) {
            // What the browser's own cache holds was invalidated.
            self.push(Effect::Refuse { read, status: 0 });
        } else if asked.head || asked.demand.only_cached() {
            self.push(Effect::Pass(read));
        } else {
            return false;
        }
        true
    }

    /// Fetches what is watched, unless that is under way.
    pub(super) fn fetch_anew(&mut self, now: Millis, asked: &Asked) {
        self.abort_outdated(now, asked);
        self.revalidate(now, asked);
    }

    /// Refreshes an entry that is handed out stale, unless that is under way.
    pub(super) fn revalidate(&mut self, now: Millis, asked: &Asked) {
        let background = asked.kind != Kind::Watch;
        let Some(id) = self.joinable(now, asked) else {
            return self.send(now, Box::new(asked.clone()), background);
        };
        self.promote(now, id, asked);
        if let Some(flight) = self.flights.get_mut(id) {
            // Were it given up as a prefetch, nobody would refresh it.
            flight.background |= flight.ahead && background;
        }
    }

    /// A request under way whose answer is as good as that of a request sent now (P1): nothing that may
    /// concern it was invalidated since it was sent.
    pub(super) fn joinable(&self, now: Millis, asked: &Asked) -> Option<FlightId> {
        let (id, flight) = self.flights.newest(&asked.key)?;
        let subject = Subject { url: &asked.url, tags: &[] };
        // Records older than that are forgotten.
        let good = now < flight.sent.saturating_add(self.options.max_age)
            && !asked.demand.validates()
            && flight.asked.headers == asked.headers
            && self.is_of_scope(id)
            && (!self.ledger.may_concern(subject, &|mark| mark.is_before(&flight.fence))
                || !self.guards(Guard::Join));
        good.then_some(id)
    }

    fn send(&mut self, now: Millis, asked: Box<Asked>, background: bool) {
        let (read, kind) = (asked.read, asked.kind);
        let mut flight = Flight::new(asked);
        flight.background = background;
        match kind {
            Kind::Query if !background => flight.queries.push(read),
            Kind::Fetch if !background => flight.waiting.push(read),
            _ => {}
        }
        self.launch(now, flight);
    }

    /// Starts a request.
    pub(super) fn launch(&mut self, now: Millis, mut flight: Box<Flight>) {
        let asked = &flight.asked;
        let (read, key) = (asked.read, Rc::clone(&asked.key));
        let condition = self.condition(asked);
        // To be validated, and nothing that is kept can be.
        let whole = condition.is_none() && asked.demand.validates();
        let reload = whole || self.must_reload(now, asked);
        flight.condition = condition.as_ref().map(|(body, _)| *body);
        let reason = match (self.log.reason, asked.kind) {
            _ if flight.attempt > 0 => "retry",
            ("", _) if flight.background => "stale",
            ("", Kind::Prefetch) => "prefetch",
            ("", Kind::Watch) => "watch",
            ("", _) => "read",
            (reason, _) => reason,
        };
        let url = shared(asked.url.as_str());
        flight.step = Some(self.log.note(Event::Request { url, reason }));
        flight.fence = self.ledger.fence();
        flight.sent = now;
        let flight = self.flights.add(flight);
        self.push(Effect::Fetch { flight, read, reload, condition });
        self.show_progress(&key);
    }

    /// Whether the browser's own HTTP cache may hold what was invalidated: then it must not even
    /// revalidate it, since dates in whole seconds make an old body look current. An entry that stands
    /// shows that the URL was fetched after every invalidation that concerns it.
    fn must_reload(&self, now: Millis, asked: &Asked) -> bool {
        if asked.demand.reloads() || !self.guards(Guard::HttpCacheBypass) {
            return asked.demand.reloads();
        }
        // What the page itself has said shows nothing.
        match self.held(asked).filter(|(_, entry)| !entry.local) {
            Some((_, entry)) => entry.stale_since.is_some() || self.may_be_anothers(now, entry.sent),
            None => {
                let mut tags = vec![];
                for tag in self.policy.tags_for("GET", &asked.url) {
                    add_tag(&mut tags, &tag);
                }
                self.may_be_anothers(now, 0)
                    || self.ledger.may_concern(Subject { url: &asked.url, tags: &tags }, &|_| false)
            }
        }
    }
}
