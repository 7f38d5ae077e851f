//! Prefetch: what somebody may want soon is asked for when the page has nothing else to do, and kept for its first use,
//! under the rules of any read (P1, P2, P8).

use alloc::{boxed::Box, rc::Rc, string::String};

use super::asked::{Asked, Hint};
use super::flight::Flight;
use super::prefetches::{Account, End, Trigger, UnderWay};
use super::{Effect, Engine, Event, FlightId, Kind, PrefetchOutcome, ReadId, Request, url_of};
use crate::entry::Entry;
use crate::predict::Connection;
use crate::store::EntryId;
use crate::text::shared;
use crate::time::Millis;
use crate::url::Url;

/// So many may wait.
const MAX_WAITING: usize = 100;

impl Engine {
    /// Something wants this URL to be there when it is asked for.
    pub(super) fn prefetch(&mut self, now: Millis, read: ReadId, url: &str, hint: Hint) {
        let mut request = Request { method: String::from("GET"), url: url.into(), ..Request::default() };
        let options = Rc::new(self.options.query.clone());
        let Some(mut asked) = self.ask(read, &mut request, Some(options)) else {
            return self.tell_prefetched(read, PrefetchOutcome::Off);
        };
        if let Some(outcome) = self.forbids(&asked.url) {
            return self.tell_prefetched(read, outcome);
        }
        (asked.kind, asked.hint) = (Kind::Prefetch, hint);
        self.answer(now, asked);
    }

    /// What is there will do, or is on its way.
    pub(super) fn tell_prefetched(&mut self, read: ReadId, outcome: PrefetchOutcome) {
        self.push(Effect::Prefetched { read, outcome });
    }

    /// Why a URL is never prefetched, if it is not.
    pub(super) fn forbids(&self, url: &Url) -> Option<PrefetchOutcome> {
        let options = &self.options.prefetch;
        let origin = url.origin();
        if origin != self.environment.origin && !options.origins.iter().any(|allowed| allowed == origin) {
            return Some(PrefetchOutcome::Origin);
        }
        for word in &options.avoid {
            let mut parts = url.path_and_query().as_bytes().windows(word.len());
            if parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes())) {
                return Some(PrefetchOutcome::Path);
            }
        }
        self.prefetches.spared.then_some(PrefetchOutcome::DataSaver)
    }

    /// It waits for its turn.
    pub(super) fn enqueue(&mut self, asked: Box<Asked>) {
        let waiting = &mut self.prefetches.waiting;
        waiting.push(asked);
        if waiting.len() > MAX_WAITING {
            // The one that matters least, and of those the one that came last.
            let mut least = 0;
            for (at, asked) in waiting.iter().enumerate() {
                if asked.hint.priority <= waiting[least].hint.priority {
                    least = at;
                }
            }
            let read = waiting.remove(least).read;
            self.tell_prefetched(read, PrefetchOutcome::Full);
        }
    }

    /// What network there is.
    pub(super) fn connect(&mut self, connection: Connection, saves: bool) {
        self.prefetches.connection = connection;
        self.prefetches.spared = saves || matches!(connection, Connection::Slow2g | Connection::TwoG);
    }

    /// Sends what may be sent; what may not be any more is given up.
    pub(super) fn prefetch_due(&mut self, now: Millis) {
        while let Some(at) = self.next_prefetch() {
            let asked = &self.prefetches.waiting[at];
            let denied = [
                (self.scope.displaced || self.scope.refused, PrefetchOutcome::Off),
                (self.prefetches.spared, PrefetchOutcome::DataSaver),
                (self.hidden, PrefetchOutcome::Hidden),
                (!self.online, PrefetchOutcome::Offline),
                (
                    self.held(asked).is_some_and(|(_, entry)| asked.is_content_with(entry, now)),
                    PrefetchOutcome::Cached,
                ),
                // Who watches sees to it, and is told where it fails.
                (self.watches.has(&asked.key), PrefetchOutcome::Cached),
                (self.joinable(now, asked).is_some(), PrefetchOutcome::Joined),
            ];
            let outcome = match denied.iter().find(|(denied, _)| *denied) {
                Some((_, outcome)) => *outcome,
                None if self.is_busy() => return,
                None if self.prefetches.cost(now) >= self.options.prefetch.bytes_per_minute => {
                    PrefetchOutcome::Budget
                }
                None => {
                    let asked = self.prefetches.waiting.remove(at);
                    self.send_prefetch(now, asked);
                    continue;
                }
            };
            let read = self.prefetches.waiting.remove(at).read;
            self.tell_prefetched(read, outcome);
        }
    }

    /// The one that matters most, and of those the one that has waited longest.
    fn next_prefetch(&self) -> Option<usize> {
        let waiting = &self.prefetches.waiting;
        let mut next = None;
        for (at, asked) in waiting.iter().enumerate() {
            if next.is_none_or(|next: usize| asked.hint.priority > waiting[next].hint.priority) {
                next = Some(at);
            }
        }
        next
    }

    /// Whether the page has requests of its own under way, or enough is prefetched at a time.
    fn is_busy(&self) -> bool {
        let count = self.prefetches.count();
        self.flights.len() > count || !self.writes.is_empty() || count >= self.options.prefetch.concurrency
    }

    fn send_prefetch(&mut self, now: Millis, asked: Box<Asked>) {
        let (read, trigger, url) = (asked.read, asked.hint.trigger, shared(asked.url.as_str()));
        let mut flight = Flight::new(asked);
        flight.ahead = true;
        self.launch(now, flight);
        let flight = self.flights.last();
        self.emit(Event::Prefetch { url: Rc::clone(&url), trigger, end: None, bytes: 0, saved: 0 });
        self.prefetches.accounts[trigger as usize].sent += 1;
        self.prefetches.under_way.push(UnderWay { flight, read: Some(read), trigger, url, promoted: false });
    }

    /// Nobody wants a prefetch any more; says whether it was one.
    pub(super) fn withdraw_prefetch(&mut self, read: ReadId) -> bool {
        if let Some(at) = self.prefetches.waiting.iter().position(|asked| asked.read == read) {
            self.prefetches.waiting.remove(at);
            self.tell_prefetched(read, PrefetchOutcome::Aborted);
            return true;
        }
        let Some(mine) = self.prefetches.under_way.iter_mut().find(|mine| mine.read == Some(read)) else {
            return false;
        };
        mine.read = None;
        let id = mine.flight;
        self.tell_prefetched(read, PrefetchOutcome::Aborted);
        if let Some(flight) = self.flights.get_mut(id) {
            flight.ahead = false;
            let key = Rc::clone(&flight.asked.key);
            self.abort_unwanted(&key);
        }
        true
    }

    /// Somebody wants the answer to a request that is under way: if it is a prefetch, it has saved the time since it was
    /// sent, and goes on as if they had sent it, whatever comes of it.
    pub(super) fn promote(&mut self, now: Millis, id: FlightId, asked: &Asked) {
        let Some(flight) = self.flights.get_mut(id) else { return };
        let sent = flight.sent;
        if flight.asked.kind == Kind::Prefetch {
            *flight.asked = asked.clone();
        }
        let mut under_way = self.prefetches.under_way.iter_mut();
        if let Some(mine) = under_way.find(|mine| mine.flight == id && !mine.promoted) {
            mine.promoted = true;
            let (url, trigger) = (Rc::clone(&mine.url), mine.trigger);
            self.end_prefetch(url, trigger, End::Used, 0, now.saturating_sub(sent));
        }
    }

    /// The flight of a prefetch, if it is one, is over. Where it was answered, its answer has a size, and came `now`.
    pub(super) fn land(&mut self, now: Millis, id: FlightId, outcome: PrefetchOutcome, size: u32) {
        let Some(at) = self.prefetches.under_way.iter().position(|mine| mine.flight == id) else {
            return;
        };
        let UnderWay { read, trigger, url, promoted, .. } = self.prefetches.under_way.remove(at);
        if size > 0 {
            self.prefetches.note(now, size);
            self.learn_size(now, &url, size);
        }
        let end = match outcome {
            PrefetchOutcome::Late => End::Invalidated,
            PrefetchOutcome::Aborted => End::Aborted,
            _ => End::Failed,
        };
        if promoted {
            self.prefetches.accounts[trigger as usize].used_bytes += u64::from(size);
        } else if outcome != PrefetchOutcome::Fetched {
            self.end_prefetch(url, trigger, end, size, 0);
        }
        if let Some(read) = read {
            self.tell_prefetched(read, outcome);
        }
    }

    /// Where an entry is one that was prefetched and that nobody has used, that ends so.
    pub(super) fn close_prefetched(&mut self, id: EntryId, end: End) {
        let trigger = self.store.take_prefetched(id);
        if let (Some(trigger), Some(entry)) = (trigger, self.store.get(id)) {
            let saved = if end == End::Used { entry.received.saturating_sub(entry.sent) } else { 0 };
            let (url, size, body) = (url_of(entry), entry.size, entry.body);
            self.note_change(body);
            self.end_prefetch(url, trigger, end, size, saved);
        }
    }

    /// The same, of one that is no longer in the store.
    pub(super) fn waste(&mut self, entry: &mut Entry, end: End) {
        if let Some(prefetched) = entry.prefetched.take() {
            self.end_prefetch(url_of(entry), prefetched.trigger, end, entry.size, 0);
        }
    }

    fn end_prefetch(&mut self, url: Rc<str>, trigger: Trigger, end: End, bytes: u32, saved: Millis) {
        self.prefetches.accounts[trigger as usize].end(end, bytes, saved);
        self.emit(Event::Prefetch { url, trigger, end: Some(end), bytes, saved });
    }

    /// What became of the prefetches of each trigger, in the order of [`Trigger::ALL`].
    pub fn prefetches(&self, now: Millis) -> [Account; 6] {
        let mut accounts = self.prefetches.accounts;
        for entry in self.store.iter() {
            if let Some(prefetched) = entry.prefetched
                && !entry.is_fresh(now)
            {
                accounts[prefetched.trigger as usize].end(End::Expired, entry.size, 0);
            }
        }
        accounts
    }
}
