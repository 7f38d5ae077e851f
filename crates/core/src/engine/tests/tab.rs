//! A tab with a network that is answered by hand and a storage that outlives it.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    rc::Rc,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::cell::RefCell;
use core::sync::atomic::{AtomicU32, Ordering};

use super::mutating::Mutating;
use super::queries::View;
use crate::engine::*;
use crate::key::{EDIT_PREFIX, ENTRY_PREFIX, HEAD, JOURNAL_PREFIX, SENTINEL};
use crate::time::Millis;
use crate::value::Value;

pub(super) const ORIGIN: &str = "https://a.test";

pub(super) const CONFIG: &str = r#"{
  "scope": { "id": "me" },
  "rules": [
    { "match": "/api/swr/*", "staleTime": 1000, "mode": "swr" },
    { "match": "/api/search", "methods": ["POST"], "safe": true },
    { "match": "/api/headers/*" },
    { "match": "/api/live/*", "cache": false },
    { "match": "/api/*", "staleTime": 30000, "gcTime": 60000 },
    { "match": "https://b.test/*", "staleTime": 30000 }
  ],
  "entities": {
    "scene": { "path": "/api/scenes/:id", "parents": { "chapter": "chapterId" } },
    "chapter": { "path": "/api/chapters/:id", "lists": ["chapters"] }
  }
}"#;

/// How many documents there were: each has a name of its own.
static DOCUMENTS: AtomicU32 = AtomicU32::new(0);

/// A stored item: the core's header and the body behind it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) header: String,
    pub(super) body: String,
}

/// localStorage, shared by the documents of a test.
#[derive(Debug, Default)]
pub(super) struct Disk {
    pub(super) items: BTreeMap<String, Item>,
    /// Items beyond this are refused.
    pub(super) room: Option<usize>,
}

impl Disk {
    /// What a document sees of it.
    pub(super) fn snapshot(&self) -> Snapshot {
        let text = |name: &str| self.items.get(name).map(|item| item.header.clone());
        let starting =
            |prefix: &'static str| self.items.iter().filter(move |(name, _)| name.starts_with(prefix));
        Snapshot {
            sentinel: text(SENTINEL),
            head: text(HEAD),
            journals: starting(JOURNAL_PREFIX)
                .map(|(name, item)| (name.clone(), item.header.clone()))
                .collect(),
            items: starting(ENTRY_PREFIX).map(|(name, _)| Rc::from(name.as_str())).collect(),
            early: vec![],
            edits: starting(EDIT_PREFIX).map(|(name, item)| (name.clone(), item.header.clone())).collect(),
        }
    }

    fn put(&mut self, name: &str, item: Item) -> bool {
        let grows = !self.items.contains_key(name);
        if grows && self.room.is_some_and(|room| self.items.len() >= room) {
            return false;
        }
        self.items.insert(name.to_string(), item);
        true
    }
}

/// What became of a read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    Passed,
    Network,
    Cached { body: String, status: String, age: u32 },
    Data { body: String, stale: bool },
    Refused(u32),
    Rejected,
    Prefetched(PrefetchOutcome),
}

#[derive(Debug)]
pub(super) struct Tab {
    pub(super) engine: Engine,
    pub(super) now: Millis,
    pub(super) disk: Rc<RefCell<Disk>>,
    pub(super) events: Vec<Event>,
    pub(super) outcomes: BTreeMap<u32, Outcome>,
    pub(super) views: BTreeMap<u32, View>,
    pub(super) mutating: Mutating,
    pub(super) flights: Vec<(FlightId, bool)>,
    /// What each of the flights was conditional on: the header, as lines.
    pub(super) conditions: Vec<Option<String>>,
    pub(super) aborted: Vec<FlightId>,
    pub(super) to_read: BTreeSet<FlightId>,
    pub(super) bodies: BTreeMap<u32, String>,
    pub(super) sent: Vec<WriteId>,
    pub(super) messages: Vec<String>,
    /// Bodies of which what peeks were told holds no longer; `None`: all.
    pub(super) changed: Vec<Option<BodyId>>,
    pub(super) watched: Vec<String>,
    pub(super) predicted: Vec<String>,
    pub(super) deadline: Option<Millis>,
    idle: bool,
    pub(super) next: u32,
}

pub(super) fn value(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

pub(super) fn head(status: u16, headers: &[(&str, &str)]) -> ResponseHead {
    let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    ResponseHead { status, headers, ..ResponseHead::default() }
}

pub(super) fn ok() -> ResponseHead {
    head(200, &[])
}

impl Tab {
    pub(super) fn new() -> Self {
        Self::open(Rc::default(), 1_000_000, CONFIG)
    }

    pub(super) fn open(disk: Rc<RefCell<Disk>>, now: Millis, config: &str) -> Self {
        let tab = Self::closed(Rc::clone(&disk), now, config);
        let snapshot = disk.borrow().snapshot();
        tab.start(Some(snapshot))
    }

    pub(super) fn closed(disk: Rc<RefCell<Disk>>, now: Millis, config: &str) -> Self {
        let environment = Environment {
            origin: ORIGIN.to_string(),
            document: format!("document{}", DOCUMENTS.fetch_add(1, Ordering::Relaxed)),
            hash_key: [1, 2],
        };
        Self {
            engine: Engine::new(&value(config), environment).unwrap(),
            now,
            disk,
            events: vec![],
            outcomes: BTreeMap::new(),
            views: BTreeMap::new(),
            mutating: Mutating::default(),
            flights: vec![],
            conditions: vec![],
            aborted: vec![],
            to_read: BTreeSet::new(),
            bodies: BTreeMap::new(),
            sent: vec![],
            messages: vec![],
            changed: vec![],
            watched: vec![],
            predicted: vec![],
            deadline: None,
            idle: false,
            next: 0,
        }
    }

    /// Gives it a copy of storage of its own, which from now on lags.
    pub(super) fn lag(&mut self) {
        let items = self.disk.borrow().items.clone();
        self.disk = Rc::new(RefCell::new(Disk { items, room: None }));
    }

    pub(super) fn start(mut self, snapshot: Option<Snapshot>) -> Self {
        self.input(Input::Start(snapshot));
        self
    }

    /// The page is reloaded: this document is gone without a word, another one starts.
    pub(super) fn reload(self) -> Self {
        let mut tab = Self::open(self.disk, self.now + 1, CONFIG);
        for document in core::mem::take(&mut tab.watched) {
            tab.input(Input::Gone(document));
        }
        tab
    }

    /// As `reload`, with time for everything to be written and looked at.
    pub(super) fn reload_idle(mut self) -> Self {
        self.idle();
        let mut tab = self.reload();
        tab.idle();
        tab
    }

    pub(super) fn input(&mut self, input: Input) {
        let mut inputs = vec![input];
        let head = self.disk.borrow().items.get(HEAD).map(|item| item.header.clone());
        if self.engine.is_outdated(head.as_deref()) {
            inputs.insert(0, Input::CatchUp(self.disk.borrow().snapshot()));
        }
        while !inputs.is_empty() {
            let input = inputs.remove(0);
            self.engine.handle(self.now, input);
            while let Some(effect) = self.engine.poll() {
                inputs.extend(self.perform(effect));
            }
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Pass(read) => self.outcome(read, Outcome::Passed),
            Effect::Deliver { read, body, age, status } => {
                self.outcome(read, Outcome::Cached { body: self.body(body), status, age });
            }
            Effect::Answer { read, body, stale } | Effect::Peeked { read, body, stale, .. } => {
                self.outcome(read, Outcome::Data { body: self.body(body), stale });
            }
            Effect::Notify { watch, body, stale, fetching } => {
                let body = body.map(|body| self.body(body));
                let view = self.views.entry(watch.0).or_default();
                view.body = body.or(view.body.take());
                (view.stale, view.fetching, view.told) = (stale, fetching, view.told + 1);
            }
            Effect::Blank(watch) => self.views.entry(watch.0).or_default().body = None,
            Effect::Due(watch) => self.views.entry(watch.0).or_default().due += 1,
            Effect::NotifyFailed { watch, .. } => self.views.entry(watch.0).or_default().failures += 1,
            Effect::DeliverNetwork { read, .. } => self.outcome(read, Outcome::Network),
            Effect::Reject { read, .. } => self.outcome(read, Outcome::Rejected),
            Effect::Refuse { read, status } => self.outcome(read, Outcome::Refused(status)),
            Effect::Fetch { flight, reload, condition, .. } => {
                self.flights.push((flight, reload));
                self.conditions.push(condition.map(|(_, header)| header));
            }
            Effect::Freshen { body, .. } => drop(self.body(body)),
            Effect::AbortFlight(flight) => self.aborted.push(flight),
            Effect::ReadBody { flight, .. } => drop(self.to_read.insert(flight)),
            Effect::EndFlight(flight) => drop(self.to_read.remove(&flight)),
            Effect::Load { item } => {
                let found = self.disk.borrow().items.get(&*item).cloned();
                let found = found.map(|found| {
                    let body = self.keep(&found.body);
                    let rest_len = found.body.len() as u32 + 20;
                    StoredItem { header: found.header, rest_len, body }
                });
                return Some(Input::Loaded { item: item.to_string(), found });
            }
            Effect::Persist { item, header, body } => {
                let body = self.bodies[&body.0].clone();
                let size = (item.len() + header.len() + 20 + body.len()) as u32;
                if self.disk.borrow_mut().put(&item, Item { header, body }) {
                    return Some(Input::Stored { item, size });
                }
                return Some(Input::PutFailed { item: item.to_string() });
            }
            Effect::Put { item, text } => {
                let put = self.disk.borrow_mut().put(&item, Item { header: text, body: String::new() });
                return (!put).then(|| Input::PutFailed { item: item.to_string() });
            }
            Effect::Remove(item) => drop(self.disk.borrow_mut().items.remove(&*item)),
            Effect::Send(write) => self.sent.push(write),
            Effect::Broadcast(message) => self.messages.push(message),
            Effect::Watch(document) => self.watched.push(document.to_string()),
            Effect::DropBody(body) => assert!(self.bodies.remove(&body.0).is_some(), "given up once"),
            Effect::Changed(body) => self.changed.push(body),
            Effect::FlushWhenIdle => self.idle = true,
            Effect::WakeAt(at) => self.deadline = at,
            Effect::Emit(step) => self.events.push(step.event.clone()),
            Effect::Predicted(pages) => self.predicted.push(pages),
            Effect::Prefetched { read, outcome } => self.outcome(read, Outcome::Prefetched(outcome)),
            effect => self.mutating.perform(effect),
        }
        None
    }

    fn outcome(&mut self, read: ReadId, outcome: Outcome) {
        assert_eq!(self.outcomes.insert(read.0, outcome), None, "a read ends once");
    }

    fn body(&self, id: BodyId) -> String {
        self.bodies[&id.0].clone()
    }

    pub(super) fn keep(&mut self, body: &str) -> BodyId {
        self.next += 1;
        self.bodies.insert(self.next, body.to_string());
        BodyId(self.next)
    }

    /// Asks for a path; `None` while it waits for the network.
    pub(super) fn get(&mut self, path: &str) -> Option<Outcome> {
        let read = self.ask(path, |_| {});
        self.outcomes.get(&read.0).cloned()
    }

    pub(super) fn ask(&mut self, path: &str, change: impl FnOnce(&mut Request)) -> ReadId {
        self.next += 1;
        let read = ReadId(self.next);
        let mut request = Request { method: "GET".into(), url: url(path), ..Request::default() };
        change(&mut request);
        self.input(Input::Read { read, request });
        read
    }

    pub(super) fn flight(&self) -> FlightId {
        self.flights.last().unwrap().0
    }

    /// Answers a flight, body and all.
    pub(super) fn respond(&mut self, flight: FlightId, head: ResponseHead, body: &str) {
        self.respond_with(flight, head, body, vec![]);
    }

    pub(super) fn respond_with(&mut self, flight: FlightId, head: ResponseHead, body: &str, fields: Fields) {
        self.input(Input::Responded { flight, head });
        self.finish(flight, body, fields);
    }

    pub(super) fn finish(&mut self, flight: FlightId, body: &str, fields: Fields) {
        if self.to_read.contains(&flight) {
            let id = self.keep(body);
            self.input(Input::Body { flight, body: id, size: body.len() as u32, text: true, fields });
        }
    }

    /// Fetches a path that is not cached, and has it answered.
    pub(super) fn fill(&mut self, path: &str, body: &str) {
        self.fill_with(path, ok(), body);
    }

    pub(super) fn fill_with(&mut self, path: &str, head: ResponseHead, body: &str) {
        assert_eq!(self.get(path), None, "{path} is cached already");
        let flight = self.flight();
        self.respond(flight, head, body);
    }

    pub(super) fn write(&mut self, method: &str, path: &str, fields: Fields) -> WriteId {
        self.next += 1;
        let write = WriteId(self.next);
        self.input(Input::Write { write, method: method.into(), url: url(path), fields, mutation: None });
        assert_eq!(self.sent.last(), Some(&write), "a write is sent in its own turn");
        write
    }

    pub(super) fn answer(&mut self, write: WriteId, head: ResponseHead) {
        self.input(Input::Answered { write, head, fields: vec![] });
    }

    /// Lets the idle time come until nothing is left to do in it.
    pub(super) fn idle(&mut self) {
        while core::mem::take(&mut self.idle) {
            self.input(Input::Flush { all: false });
        }
    }

    /// The deadline comes.
    pub(super) fn wake(&mut self) {
        assert!(self.deadline.take().is_some_and(|deadline| deadline <= self.now));
        self.input(Input::Wake);
    }

    pub(super) fn wait(&mut self, time: Millis) {
        self.now += time;
    }

    /// The body that a path is answered with from the cache; a request for it is not waited for.
    pub(super) fn cached(&mut self, path: &str) -> Option<String> {
        let read = self.ask(path, |_| {});
        match self.outcomes.get(&read.0) {
            Some(Outcome::Cached { body, .. }) => Some(body.clone()),
            Some(_) => None,
            None => {
                self.input(Input::Abort(read));
                None
            }
        }
    }

    /// The paths with an entry in storage, sorted.
    pub(super) fn stored(&self) -> Vec<String> {
        let behind = format!("|{ORIGIN}");
        let disk = self.disk.borrow();
        let names = disk.items.keys().filter(|name| name.starts_with(ENTRY_PREFIX));
        names.filter_map(|name| Some(String::from(name.split_once(&behind)?.1))).collect()
    }
}

pub(super) fn url(path: &str) -> String {
    if path.starts_with('/') { format!("{ORIGIN}{path}") } else { path.to_string() }
}
