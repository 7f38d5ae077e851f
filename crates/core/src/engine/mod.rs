//! The engine: one [`Input`] in, with the time; then every [`Effect`] is drained and performed; then the next.
//!
//! Each flow has a file. Flows don't call each other's files: they share the state here and speak by
//! effects, and by the few steps that this file and `invalidate` offer to all.

mod asked;
mod batch;
#[cfg(feature = "sabotage")]
mod census;
mod conditional;
mod due;
mod effect;
mod event;
mod fallback;
mod flight;
mod guard;
mod input;
mod inspect;
mod invalidate;
mod layers;
mod loaded;
mod log;
mod measure;
mod metrics;
mod mutate;
mod mutation;
mod operation;
mod options;
mod outbox;
mod peer;
mod persist;
mod predict;
mod prefetch;
mod prefetch_options;
mod prefetches;
mod query;
mod query_options;
mod read;
mod respond;
mod retry;
mod room;
mod scope;
mod settle;
mod shown;
mod signal;
mod start;
mod suspect;
mod unscanned;
mod vary;
mod watch;
mod write;

use alloc::{boxed::Box, rc::Rc, string::String, vec::Vec};

pub use effect::{Effect, Ending, PrefetchOutcome, Progress};
pub use event::{Cause, Event, Source};
pub use guard::Guard;
pub use input::{
    BodyId, CacheMode, EarlyWrite, Fields, FlightId, Input, MutationId, NewMutation, RESPONSE_HEADERS,
    RESTORED, ReadId, Request, ResponseHead, Snapshot, StoredItem, WriteId,
};
pub use inspect::{DryRun, Hit, State};
pub use log::Step;
pub use metrics::Metrics;
pub use prefetches::{Account, End, Trigger};
pub use query_options::{Kind, QueryOptions};
pub use signal::Signal;

use self::asked::{Asked, Hint};
use self::flight::{Body, Flights};
use self::log::Log;
use self::measure::Measures;
use self::mutation::{Mutations, Outbox};
use self::options::Options;
use self::peer::Peer;
use self::predict::Ways;
use self::prefetches::Prefetches;
use self::retry::Parked;
use self::scope::Scope;
use self::suspect::Suspects;
use self::unscanned::Unscanned;
use self::watch::Watches;
use self::write::Write;
use crate::entry::{Entry, Stored};
use crate::journal::{Journal, Ledger};
use crate::policy::{Policy, PolicyError};
use crate::store::{EntryId, Store};
use crate::text::{joined, shared};
use crate::time::Millis;
use crate::value::Value;

/// What the engine must be given of the world, once.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The page's origin, such as `https://example.org`.
    pub origin: String,
    /// A random name for this document's journal: letters and digits, at least 8.
    pub document: String,
    /// Random key of the hash that stands for an `Authorization` header.
    pub hash_key: [u64; 2],
}

/// The cache of one document.
#[derive(Debug)]
pub struct Engine {
    policy: Policy,
    options: Options,
    environment: Environment,
    storage: Storage,
    scope: Scope,
    journal: Journal,
    ledger: Ledger,
    /// The head of storage as it was last seen, or written.
    head: Option<Rc<str>>,
    /// How often the journal was written.
    written: u32,
    /// Other documents with writes under way.
    peers: Vec<Peer>,
    store: Store,
    flights: Flights,
    writes: Vec<(WriteId, Write)>,
    mutations: Mutations,
    outbox: Outbox,
    suspects: Suspects,
    watches: Watches,
    prefetches: Prefetches,
    ways: Ways,
    metrics: Metrics,
    measures: Measures,
    log: Log,
    parked: Vec<Parked>,
    randomness: u64,
    online: bool,
    hidden: bool,
    /// Why each item is being loaded.
    loads: Vec<(Rc<str>, Load)>,
    unscanned: Unscanned,
    /// Keys of entries that wait to be written.
    unwritten: Vec<Rc<str>>,
    /// Invalidating answers to safe requests that were honoured, newest last.
    honoured: Vec<u64>,
    deadline: Option<Millis>,
    #[cfg(feature = "sabotage")]
    without: Option<Guard>,
    effects: Vec<Effect>,
    /// Those that are being drained, the next one last.
    draining: Vec<Effect>,
}

const SECOND: Millis = 1000;
/// Refusals in a row after which storage is given up.
const GIVEN_UP: u8 = 2;

/// Where the engine stands with localStorage.
#[derive(Debug)]
enum Storage {
    /// It is not there, or blocked.
    Denied,
    /// The sentinel holds this epoch.
    Open {
        epoch: Rc<str>,
        /// How often in a row it refused what is small. The second time it is given up: it is read, and all that
        /// can't be recorded blanks the sentinel.
        refusals: u8,
    },
}

/// Why an item is being loaded.
#[derive(Debug)]
enum Load {
    /// A read asked for it.
    Read(Box<Asked>),
    /// To learn what is stored.
    Scan,
    /// It is a durable mutation.
    Edit,
    /// It is what was learnt of a user's ways.
    Ways,
}

impl Engine {
    /// An engine with these options (the object that `createCache` takes, rules document included).
    ///
    /// # Errors
    /// [`PolicyError`] names the path in the document and what is wrong there.
    pub fn new(options: &Value, environment: Environment) -> Result<Self, Box<PolicyError>> {
        let policy = Policy::from_value(options, Some(&environment.origin))?;
        let mut options = Options::from_value(options)?;
        Ok(Self {
            policy,
            storage: Storage::Denied,
            scope: Scope::new(core::mem::take(&mut options.scope)),
            journal: Journal::new(shared(&environment.document)),
            ledger: Ledger::default(),
            head: None,
            written: 0,
            peers: Vec::new(),
            store: Store::new(options.limits),
            flights: Flights::default(),
            writes: Vec::new(),
            mutations: Vec::new(),
            outbox: Outbox::default(),
            suspects: Suspects::default(),
            watches: Watches::default(),
            prefetches: Prefetches::default(),
            metrics: Metrics::default(),
            measures: Measures::new(options.metrics),
            log: Log::default(),
            ways: Ways::default(),
            parked: Vec::new(),
            randomness: environment.hash_key[0] ^ environment.hash_key[1],
            online: true,
            hidden: false,
            loads: Vec::new(),
            unscanned: Unscanned::default(),
            unwritten: Vec::new(),
            honoured: Vec::new(),
            deadline: None,
            #[cfg(feature = "sabotage")]
            without: None,
            effects: Vec::new(),
            draining: Vec::new(),
            options,
            environment,
        })
    }

    /// Takes one input. Drain [`poll`](Self::poll) before the next.
    pub fn handle(&mut self, now: Millis, mut input: Input) {
        self.measures.tick(now);
        self.log.begin(now);
        if !matches!(input, Input::PutFailed { .. } | Input::Loaded { .. } | Input::Stored { .. }) {
            self.outbox.newest = None;
        }
        if let Input::Responded { flight, .. } | Input::Body { flight, .. } | Input::Failed(flight) = &input {
            self.log.because = self.flights.step(*flight);
        }
        match &mut input {
            Input::Start(snapshot) => self.start(now, snapshot.as_ref()),
            Input::Read { read, request } => self.read(now, *read, request),
            Input::Query { read, request, kind, options } => {
                self.query(now, *read, request, *kind, options);
            }
            Input::Abort(read) => self.abort(*read),
            Input::Prefetch { read, url, trigger, priority } => {
                self.prefetch(now, *read, url, Hint { trigger: *trigger, priority: *priority });
            }
            Input::Navigate(url) => self.navigate(now, url),
            Input::Connection { connection, saves } => self.connect(*connection, *saves),
            Input::Responded { flight, head } => self.responded(now, *flight, head),
            Input::Body { flight, body, size, text, fields } => {
                let (id, status) = (*body, respond::SHARED);
                let body = Body { id, size: *size, text: *text, fields, status };
                self.body(now, *flight, body);
            }
            Input::Failed(flight) => self.failed(now, *flight),
            Input::Loaded { item, found } => self.loaded(now, item, found.as_ref()),
            Input::Write { write, method, url, fields, mutation } => {
                self.write(now, *write, method, url, fields, *mutation);
            }
            Input::Answered { write, head, fields } => self.answered(now, *write, head, fields),
            Input::Unanswered(write) => self.unanswered(now, *write),
            Input::Observed { method, url, head } => self.observed(now, method, url, head),
            Input::Invalidate { members, origin } => {
                self.invalidate_by_call(now, members, origin.as_deref());
            }
            Input::Pushed(members, origin) => self.invalidate_by_push(now, members, origin),
            Input::CatchUp(snapshot) => self.catch_up(now, snapshot),
            Input::Heard(message) => self.hear(now, message),
            Input::Gone(id) => self.gone(now, id),
            Input::Mutate { mutation, new } => self.mutate(now, *mutation, core::mem::take(new)),
            Input::Settled { mutation, done, head } => self.settled(now, *mutation, *done, head),
            Input::Withdraw(mutation) => self.withdraw(now, *mutation),
            Input::RetryDead(mutation) => self.retry_dead(now, *mutation),
            Input::Leading(leads) => self.leading(*leads),
            Input::Adopt { mutation, body, size, url } => self.add_answer(*mutation, *body, *size, url),
            Input::Rename { mutation, id } => self.rename(*mutation, id),
            Input::SetData { body, size, url, options } => self.set_data(now, *body, *size, url, options),
            Input::Remove(url) => self.remove(url),
            Input::Refetch(watch) => self.refetch(now, *watch),
            Input::Signal(signal) => self.signal(now, *signal),
            Input::Clear => self.clear(now),
            Input::Forget(layer) => self.forget_layer(*layer),
            Input::Scope { id, snapshot } => self.set_scope(now, id, snapshot),
            Input::Flush { all } => self.flush(*all),
            Input::Wake => self.wake(now),
            Input::Stored { item, size } => self.stored(item, *size),
            Input::PutFailed { item } => self.put_failed(now, item),
        }
        self.refetch_due(now);
        if !self.mutations.is_empty() || self.outbox.asked {
            self.drop_unseen_layers();
            self.submit_due(now);
        } else {
            self.outbox.next = None;
        }
        self.prefetch_due(now);
        self.schedule();
    }

    /// The next effect to perform.
    pub fn poll(&mut self) -> Option<Effect> {
        if self.draining.is_empty() {
            core::mem::swap(&mut self.draining, &mut self.effects);
            self.draining.reverse();
        }
        self.draining.pop()
    }

    #[inline(never)]
    fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    #[inline(never)]
    fn drop_body(&mut self, body: BodyId) {
        self.push(Effect::DropBody(body));
    }

    #[inline(never)]
    fn remove_item(&mut self, item: Rc<str>) {
        self.push(Effect::Remove(item));
    }

    /// Drops an entry from every layer.
    fn drop_entry(&mut self, id: EntryId) {
        if let Some(mut entry) = self.store.remove(id) {
            self.forget(&mut entry);
        }
    }

    /// Gives up the body and the stored item of an entry that is no longer in the store.
    fn forget(&mut self, entry: &mut Entry) {
        self.waste(entry, End::Evicted);
        if let Some(body) = entry.body {
            self.drop_body(body);
        }
        if entry.stored != Stored::No {
            self.remove_item(self.item(&entry.key));
        }
    }

    /// The name of the stored item of a key.
    fn item(&self, key: &str) -> Rc<str> {
        joined(&self.scope.prefix, key)
    }

    fn wake(&mut self, now: Millis) {
        for mut entry in self.store.take_expired(now) {
            self.waste(&mut entry, End::Expired);
            let in_memory = entry.body.is_some();
            self.forget(&mut entry);
            let url = url_of(&entry);
            if in_memory {
                self.emit(Event::Evict { url, source: Source::Memory });
            } else {
                // Every document that knows it sees its end.
                self.emit_unmeasured(Event::Evict { url, source: Source::Storage });
            }
        }
        self.deadline = None;
    }

    /// Keeps the one timer at the next time at which something is to be done. Entries end at whole seconds, so
    /// that what ends at about the same time does so at once.
    fn schedule(&mut self) {
        let mut next = self.store.next_expiry().map(|time| time.div_ceil(SECOND) * SECOND);
        for other in [self.watches.next_due(), self.next_retry(), self.outbox.next].into_iter().flatten() {
            next = Some(next.map_or(other, |next| next.min(other)));
        }
        if next != self.deadline {
            self.deadline = next;
            self.push(Effect::WakeAt(next));
        }
    }
}

fn url_of(entry: &Entry) -> Rc<str> {
    shared(entry.url.as_str())
}

/// Adds a tag, unless it is none or there; the tags stay in order.
fn add_tag(tags: &mut Vec<Rc<str>>, tag: &str) {
    if tag.is_empty() {
        return;
    }
    if let Err(at) = tags.binary_search_by(|has| (**has).cmp(tag)) {
        tags.insert(at, shared(tag));
    }
}

#[cfg(test)]
mod tests;
