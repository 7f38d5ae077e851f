//! A document around the engine: it performs every effect, and sees to it that each read ends once and each body
//! is given up once.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use everfresh_core::engine::*;
use everfresh_core::json;
use everfresh_core::key::{EDIT_PREFIX, ENTRY_PREFIX, HEAD, JOURNAL_PREFIX, SENTINEL};
use everfresh_core::time::Millis;

use crate::mutating::Mutations;

/// More often than this nothing is tried again.
pub(crate) const RETRIES: u32 = 5;

pub(crate) const ORIGIN: &str = "https://a.test";

/// How long a payload is that was stored.
pub(crate) const EDIT_SIZE: u32 = 1_000;

/// A stored item: the core's line, and how long what follows is.
pub(crate) type Item = (String, u32);

pub(crate) struct Host {
    pub(crate) engine: Engine,
    pub(crate) now: Millis,
    /// localStorage.
    pub(crate) disk: BTreeMap<String, Item>,
    /// Items that localStorage has room for.
    pub(crate) room: usize,
    /// Requests that were not answered.
    pub(crate) flights: Vec<FlightId>,
    /// Answers whose bodies are to be read.
    pub(crate) to_read: Vec<FlightId>,
    /// Reads that were not answered.
    pub(crate) reads: BTreeSet<ReadId>,
    /// Those who watch.
    pub(crate) watches: BTreeSet<ReadId>,
    /// Writes that were not answered.
    pub(crate) writes: Vec<WriteId>,
    /// Bodies that are kept.
    pub(crate) bodies: BTreeSet<u32>,
    /// Documents whose end is to be told.
    pub(crate) watched: Vec<String>,
    pub(crate) mutations: Mutations,
    next: u32,
}

impl Host {
    pub(crate) fn new(options: &str, document: &str) -> Self {
        let environment = Environment { origin: ORIGIN.into(), document: document.into(), hash_key: [1, 2] };
        let options = json::parse(options).expect("options in JSON");
        Self {
            engine: Engine::new(&options, environment).expect("valid options"),
            now: 1_000_000,
            disk: BTreeMap::new(),
            room: usize::MAX,
            flights: vec![],
            to_read: vec![],
            reads: BTreeSet::new(),
            watches: BTreeSet::new(),
            writes: vec![],
            bodies: BTreeSet::new(),
            watched: vec![],
            mutations: Mutations::default(),
            next: 0,
        }
    }

    /// What storage holds.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let text = |name: &str| self.disk.get(name).map(|(text, _)| text.clone());
        let names = |prefix: &'static str| self.disk.keys().filter(move |name| name.starts_with(prefix));
        let texts = |prefix| names(prefix).map(|name| (name.clone(), text(name).unwrap_or_default()));
        Snapshot {
            sentinel: text(SENTINEL),
            head: text(HEAD),
            journals: texts(JOURNAL_PREFIX).collect(),
            items: names(ENTRY_PREFIX).map(|name| Rc::from(name.as_str())).collect(),
            early: vec![],
            edits: texts(EDIT_PREFIX).collect(),
        }
    }

    /// Tells the engine, once it has seen what storage holds, and does all that follows.
    pub(crate) fn tell(&mut self, input: Input) {
        self.catch_up();
        self.turn(input);
    }

    pub(crate) fn catch_up(&mut self) {
        let head = self.disk.get(HEAD).map(|(text, _)| text.as_str());
        if self.engine.is_outdated(head) {
            self.turn(Input::CatchUp(self.snapshot()));
        }
    }

    pub(crate) fn read(&mut self, url: &str, headers: Vec<(String, String)>, cache: CacheMode) {
        let read = ReadId(self.number());
        self.reads.insert(read);
        let (method, url) = ("GET".into(), url.into());
        let request = Request { method, url, headers, cache, ..Request::default() };
        self.tell(Input::Read { read, request });
    }

    pub(crate) fn query(&mut self, url: &str, kind: Kind, options: QueryOptions) {
        let read = ReadId(self.number());
        match kind {
            Kind::Watch => self.watches.insert(read),
            _ => self.reads.insert(read),
        };
        let request = Request { method: "GET".into(), url: url.into(), ..Request::default() };
        self.tell(Input::Query { read, request, kind, options });
        if kind == Kind::Peek {
            // It is answered at once or not at all.
            self.reads.remove(&read);
        }
    }

    pub(crate) fn prefetch(&mut self, url: &str, trigger: Trigger, priority: u8) {
        let read = ReadId(self.number());
        self.reads.insert(read);
        self.tell(Input::Prefetch { read, url: url.into(), trigger, priority });
    }

    pub(crate) fn set_data(&mut self, url: &str, size: u32, options: QueryOptions) {
        let body = self.keep();
        self.tell(Input::SetData { body, size, url: url.into(), options });
    }

    /// The page gives a read up, or watches no more: that is its end.
    pub(crate) fn abort(&mut self, read: ReadId) {
        self.catch_up();
        self.reads.remove(&read);
        self.watches.remove(&read);
        self.turn(Input::Abort(read));
    }

    pub(crate) fn write(&mut self, method: &str, url: &str) {
        self.request(method, url, None);
    }

    pub(crate) fn request(&mut self, method: &str, url: &str, mutation: Option<MutationId>) {
        let write = WriteId(self.number());
        let (method, url) = (method.into(), url.into());
        self.tell(Input::Write { write, method, url, fields: vec![], mutation });
    }

    /// Answers the newest request.
    pub(crate) fn respond(&mut self, head: ResponseHead) {
        if let Some(flight) = self.flights.pop() {
            self.tell(Input::Responded { flight, head });
        }
    }

    /// Has the newest body read.
    pub(crate) fn body(&mut self, size: u32) {
        if let Some(flight) = self.to_read.pop() {
            let body = self.keep();
            let fields = vec![("chapterId".into(), "3".into())];
            self.tell(Input::Body { flight, body, size, text: true, fields });
        }
    }

    /// Nobody watches any more, and everything that is under way fails; then no read may wait.
    pub(crate) fn end(&mut self) {
        while let Some(&watch) = self.watches.first() {
            self.abort(watch);
        }
        self.tell(Input::Signal(Signal::Online));
        while let Some(write) = self.writes.pop() {
            self.tell(Input::Unanswered(write));
        }
        self.end_mutations();
        // What is tried again fails again, until it is given up.
        for _ in 0..RETRIES {
            while let Some(flight) = self.flights.pop().or_else(|| self.to_read.pop()) {
                self.tell(Input::Failed(flight));
            }
            self.now += 60_000;
            self.tell(Input::Wake);
        }
        assert!(self.reads.is_empty(), "P7: no promise hangs, {:?} do", self.reads);
        let held = self.engine.entries().filter(|entry| entry.body.is_some()).count();
        assert_eq!(self.bodies.len(), held, "P10: bodies are kept for entries alone");
    }

    fn turn(&mut self, input: Input) {
        let mut inputs = vec![input];
        while !inputs.is_empty() {
            self.engine.handle(self.now, inputs.remove(0));
            while let Some(effect) = self.engine.poll() {
                inputs.extend(self.perform(effect));
            }
        }
        self.mutations.look(&self.bodies);
    }

    fn perform(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            // The end of one that was given up is told, too.
            Effect::Prefetched { read, outcome: PrefetchOutcome::Aborted } => {
                self.reads.remove(&read);
            }
            Effect::Pass(read)
            | Effect::Prefetched { read, .. }
            | Effect::DeliverNetwork { read, .. }
            | Effect::Refuse { read, .. }
            | Effect::Reject { read, .. } => {
                self.done(read);
            }
            Effect::Deliver { read, body, .. } => {
                assert!(self.bodies.contains(&body.0), "what is delivered is kept");
                self.done(read);
            }
            Effect::Answer { read, body, .. } | Effect::Peeked { read, body, .. } => {
                assert!(self.bodies.contains(&body.0), "what is answered is kept");
                self.done(read);
            }
            Effect::Notify { watch, body, .. } => {
                assert!(self.watches.contains(&watch), "who is told watches");
                assert!(body.is_none_or(|body| self.bodies.contains(&body.0)), "what is shown is kept");
            }
            Effect::NotifyFailed { watch, .. } | Effect::Due(watch) => {
                assert!(self.watches.contains(&watch), "who is told watches");
            }
            Effect::Fetch { flight, .. } => self.flights.push(flight),
            Effect::Freshen { body, .. } => assert!(self.bodies.contains(&body.0), "it is kept"),
            Effect::ReadBody { flight, .. } => self.to_read.push(flight),
            Effect::AbortFlight(flight) | Effect::EndFlight(flight) => {
                self.flights.retain(|open| *open != flight);
                self.to_read.retain(|open| *open != flight);
            }
            Effect::Load { item } => {
                let found = self.disk.get(&*item).cloned();
                let found =
                    found.map(|(header, rest_len)| StoredItem { header, rest_len, body: self.keep() });
                return Some(Input::Loaded { item: item.to_string(), found });
            }
            Effect::Persist { item, header, body } => {
                assert!(self.bodies.contains(&body.0), "what is stored is kept");
                let size = if item.starts_with(EDIT_PREFIX) { EDIT_SIZE } else { 1 << 20 };
                return self.put(&item, (header, size)).or(Some(Input::Stored { item, size: 700 }));
            }
            Effect::Put { item, text } => return self.put(&item, (text, 0)),
            Effect::Remove(item) => {
                self.disk.remove(&*item);
            }
            Effect::Send(write) => self.writes.push(write),
            Effect::Watch(document) => self.watched.push(document.to_string()),
            Effect::DropBody(body) => {
                assert!(self.bodies.remove(&body.0), "a body is given up once");
            }
            Effect::Changed(Some(body)) => assert!(self.bodies.contains(&body.0), "it is kept"),
            Effect::Changed(None) => {}
            Effect::Blank(watch) => assert!(self.watches.contains(&watch), "who is told watches"),
            Effect::Predicted(pages) => assert!(!pages.is_empty(), "of none nothing is said"),
            Effect::Broadcast(_) | Effect::FlushWhenIdle | Effect::WakeAt(_) | Effect::Emit(_) => {}
            effect => self.mutations.perform(effect, &self.bodies),
        }
        None
    }

    fn put(&mut self, name: &str, item: Item) -> Option<Input> {
        if !self.disk.contains_key(name) && self.disk.len() >= self.room {
            return Some(Input::PutFailed { item: name.into() });
        }
        self.disk.insert(name.into(), item);
        None
    }

    fn done(&mut self, read: ReadId) {
        assert!(self.reads.remove(&read), "a read ends once");
    }

    pub(crate) fn keep(&mut self) -> BodyId {
        let body = self.number();
        self.bodies.insert(body);
        BodyId(body)
    }

    fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }
}
