//! A tab: an engine, and the effects that it asked for and that have not been performed yet.

mod flights;
mod hearing;
mod mutating;
mod peeking;
mod prefetching;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use everfresh_core::engine::{
    BodyId, Effect, Ending, Engine, Environment, FlightId, Guard, Input, Kind, Progress, QueryOptions,
    ReadId, Request, StoredItem,
};
use everfresh_core::json;
use everfresh_core::key;

use crate::disk::{Copy, Item, Write};
use crate::server::Body;
use crate::values::EditId;
use crate::world::{Barrier, News, name};

pub(crate) use flights::Flight;
pub(crate) use mutating::{Held, Mutating};
use peeking::Peeking;
use prefetching::Prefetching;

pub(crate) const ORIGIN: &str = "https://a.test";

/// Short ages and tight limits, so that a run comes to their ends.
const OPTIONS: &str = r#"{
    "scope": SCOPE, "maxAge": 60000, "maxEntries": 4, "maxStorage": 5200,
    "rules": [
        { "match": "/api/chapters/*", "staleTime": 2000, "gcTime": 60000 },
        { "match": "/api/scenes/2", "staleTime": 40, "gcTime": 60000 },
        { "match": "/api/lists/2", "staleTime": 2000, "gcTime": 60000 },
        { "match": "/api/misc", "staleTime": 2000, "gcTime": 60000 },
        { "match": "/api/*", "staleTime": 60000, "gcTime": 60000 }
    ],
    "entities": {
        "scene": { "path": "/api/scenes/:id", "parents": { "chapter": "chapterId" } },
        "chapter": { "path": "/api/chapters/:id", "collection": "/api/chapters", "lists": ["chapters"] },
        "list": { "path": "/api/lists/:id" }
    }
}"#;

pub(crate) const MAX_ENTRIES: usize = 4;

/// A read that the page waits for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Read {
    pub(crate) resource: usize,
    pub(crate) language: usize,
    /// What was asked for before this event is not good enough.
    pub(crate) barrier: Barrier,
    /// What its page could know of who was signed in.
    pub(crate) session: usize,
    /// Its page did not say.
    pub(crate) unsaid: bool,
}

/// What somebody who watches is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) resource: usize,
    pub(crate) body: Option<Body>,
    pub(crate) stale: bool,
}

/// What is kept under a number.
#[derive(Debug, Clone, Copy)]
enum Kept {
    Body(Body),
    /// The payload of a durable mutation.
    Payload(EditId),
}

impl Kept {
    fn encode(self) -> String {
        match self {
            Self::Body(body) => body.encode(),
            Self::Payload(edit) => edit.to_string(),
        }
    }
}

/// What a tab does outside of itself.
#[derive(Debug)]
pub(crate) enum Deed {
    Put(Write),
    /// Storage refused the journal.
    Refused,
    Say(String),
    Answered(Read, Option<Body>, String),
    /// A mutation is to be sent.
    Submitted(EditId),
    Ended(EditId, Ending),
    Progress(EditId, Progress),
    /// It wants to be the one that sends no more.
    GivesUp,
    /// It says what it must not.
    Broken(String),
}

#[derive(Debug)]
pub(crate) struct Tab {
    pub(crate) engine: Engine,
    pub(crate) document: String,
    pub(crate) copy: Copy,
    pub(crate) frozen: bool,
    /// Who is signed in, as its page says; 0 where it does not, or says that nobody is.
    pub(crate) user: usize,
    /// The newest session that it has been told of.
    pub(crate) session: usize,
    /// The session of the cookie.
    pub(crate) cookie: usize,
    now: u64,
    pub(crate) reads: BTreeMap<ReadId, Read>,
    pub(crate) views: BTreeMap<ReadId, View>,
    pub(crate) prefetching: Prefetching,
    peeking: Peeking,
    pub(crate) flights: BTreeMap<FlightId, Flight>,
    bodies: BTreeMap<u32, Kept>,
    pub(crate) mutating: Mutating,
    /// What storage held was read in the last turn.
    pub(crate) caught_up: bool,
    pub(crate) idle: bool,
    pub(crate) deadline: Option<u64>,
    pub(crate) watched: Vec<String>,
    pub(crate) messages: VecDeque<(String, News)>,
    /// For each resource, the event before which nothing that was asked for may be handed out.
    pub(crate) barriers: [Barrier; crate::server::PATHS.len()],
    /// Writes of unknown outcome that it has been told of: their places in the world's list.
    pub(crate) doubts: Vec<usize>,
    /// Writes that it has seen begin.
    pub(crate) intents: BTreeSet<usize>,
    /// Storage has refused its journal.
    pub(crate) refused: bool,
    pub(crate) late_fills: usize,
    pub(crate) evictions: usize,
    next: u32,
}

impl Tab {
    pub(crate) fn open(document: String, copy: Copy, user: usize, without: Option<Guard>) -> Self {
        let environment = Environment { origin: ORIGIN.into(), document: document.clone(), hash_key: [1, 2] };
        let scope = if user == 0 { String::from("null") } else { format!(r#"{{"id":"{}"}}"#, name(user)) };
        let options = json::parse(&OPTIONS.replace("SCOPE", &scope)).unwrap();
        let mut engine = Engine::new(&options, environment).unwrap();
        engine.without(without);
        Self {
            engine,
            document,
            copy,
            frozen: false,
            user,
            session: 0,
            cookie: 0,
            now: 0,
            reads: BTreeMap::new(),
            views: BTreeMap::new(),
            prefetching: Prefetching::default(),
            peeking: Peeking::default(),
            flights: BTreeMap::new(),
            bodies: BTreeMap::new(),
            mutating: Mutating::default(),
            caught_up: false,
            idle: false,
            deadline: None,
            watched: vec![],
            messages: VecDeque::new(),
            barriers: Default::default(),
            doubts: vec![],
            intents: BTreeSet::new(),
            refused: false,
            late_fills: 0,
            evictions: 0,
            next: 0,
        }
    }

    pub(crate) fn next_id(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    pub(crate) fn kept(&self, body: BodyId) -> Option<Body> {
        match self.bodies.get(&body.0)? {
            Kept::Body(body) => Some(*body),
            Kept::Payload(_) => panic!("a payload is no body"),
        }
    }

    fn body(&self, body: BodyId) -> Body {
        self.kept(body).expect("it is kept")
    }

    pub(crate) fn keep(&mut self, body: Body) -> BodyId {
        let id = self.next_id();
        self.bodies.insert(id, Kept::Body(body));
        BodyId(id)
    }

    /// A read by `fetch`, or a query.
    pub(crate) fn read(&mut self, read: Read, kind: Kind) -> Input {
        let id = ReadId(self.next_id());
        let url = format!("{ORIGIN}{}", crate::server::PATHS[read.resource]);
        let mut request = Request { method: "GET".into(), url, ..Request::default() };
        if read.language > 0 {
            request.headers.push(("accept-language".into(), read.language.to_string()));
        }
        let options = QueryOptions { retry: Some(2), ..QueryOptions::default() };
        match kind {
            Kind::Watch => {
                self.views.insert(id, View { resource: read.resource, body: None, stale: false });
            }
            _ => {
                self.reads.insert(id, read);
            }
        }
        match kind {
            Kind::Fetch => Input::Read { read: id, request },
            kind => Input::Query { read: id, request, kind, options },
        }
    }

    /// Hands inputs to the engine, after what storage holds and it has not seen; gives what is to be done outside.
    /// `refuses` says whether storage refuses to take an item.
    pub(crate) fn handle(
        &mut self,
        now: u64,
        event: u64,
        input: Input,
        order: &mut u64,
        refuses: &mut dyn FnMut(&Copy, &str) -> bool,
    ) -> Vec<Deed> {
        self.now = now;
        self.caught_up = matches!(input, Input::Start(_) | Input::CatchUp(_) | Input::Scope { .. });
        let mut inputs = VecDeque::from([input]);
        if self.engine.is_outdated(self.copy.head()) {
            self.caught_up = true;
            inputs.push_front(Input::CatchUp(self.copy.snapshot()));
        }
        let mut deeds = vec![];
        while let Some(input) = inputs.pop_front() {
            if let Input::Abort(watch) = &input {
                self.views.remove(watch);
            }
            self.engine.handle(now, input);
            while let Some(effect) = self.engine.poll() {
                self.perform(event, effect, order, refuses, &mut inputs, &mut deeds);
            }
        }
        self.forget_ended();
        deeds
    }

    fn perform(
        &mut self,
        event: u64,
        effect: Effect,
        order: &mut u64,
        refuses: &mut dyn FnMut(&Copy, &str) -> bool,
        inputs: &mut VecDeque<Input>,
        deeds: &mut Vec<Deed>,
    ) {
        // A document sees its own writes at once.
        let mut write = |tab: &mut Self, deeds: &mut Vec<Deed>, name: &str, item: Option<Item>| {
            *order += 1;
            let write = Write { order: *order, time: 0, name: name.to_owned(), item, tells: News::default() };
            tab.copy.apply(&write);
            deeds.push(Deed::Put(write));
        };
        let mut put = |tab: &mut Self, deeds: &mut Vec<Deed>, name: &str, text: String, body: String| {
            if refuses(&tab.copy, name) {
                if name.starts_with(key::JOURNAL_PREFIX) {
                    deeds.push(Deed::Refused);
                    tab.refused = true;
                }
                inputs.push_back(Input::PutFailed { item: name.to_owned() });
            } else {
                write(tab, deeds, name, Some(Item { text, body }));
                inputs.push_back(Input::Stored { item: name.into(), size: 700 });
            }
        };
        match effect {
            Effect::Put { item, text } => put(self, deeds, &item, text, String::new()),
            Effect::Persist { item, header, body } => {
                let body = self.bodies[&body.0].encode();
                put(self, deeds, &item, header, body);
            }
            Effect::Remove(item) => write(self, deeds, &item, None),
            Effect::Load { item } => {
                let found = self.copy.get(&item).cloned().map(|found| self.load(&item, &found));
                inputs.push_back(Input::Loaded { item: item.to_string(), found });
            }
            Effect::Fetch { flight, read, reload, condition } => {
                self.send(event, flight, read, reload, condition);
            }
            Effect::Prefetched { read, outcome } => self.prefetching.end(read, outcome),
            Effect::Freshen { flight, body } => {
                let answer = self.flights[&flight].answer.expect("it was answered");
                self.bodies.insert(body.0, Kept::Body(answer.body)).expect("it is kept");
                self.peeking.drop(Some(body));
            }
            Effect::Refuse { read, .. } => self.answer(read, None, String::from("refused"), deeds),
            Effect::Deliver { read, body, status, .. } => {
                let body = self.body(body);
                self.answer(read, Some(body), status, deeds);
            }
            Effect::Answer { read, body, .. } => {
                let body = self.body(body);
                self.answer(read, Some(body), String::from("data"), deeds);
            }
            Effect::Peeked { read, body, stale, holds_for } => {
                self.peeked(read, body, stale, holds_for, deeds)
            }
            Effect::Changed(body) => self.peeking.drop(body),
            Effect::Notify { watch, body, stale, .. } => {
                let body = body.map(|body| self.body(body));
                let view = self.views.get_mut(&watch).expect("it watches");
                *view = View { body: body.or(view.body), stale, ..*view };
            }
            Effect::Blank(watch) => {
                let view = self.views.get_mut(&watch).expect("it watches");
                *view = View { body: None, stale: false, ..*view };
            }
            Effect::DeliverNetwork { read, flight } => {
                let body = self.flights[&flight].answer.map(|answer| answer.body);
                self.answer(read, body, String::from("network"), deeds);
            }
            Effect::Reject { read, .. } => self.answer(read, None, String::from("error"), deeds),
            Effect::Pass(read) => self.answer(read, None, String::from("passed"), deeds),
            Effect::ReadBody { flight, .. } => {
                if let Some(flight) = self.flights.get_mut(&flight) {
                    flight.reading = true;
                }
            }
            Effect::AbortFlight(flight) | Effect::EndFlight(flight) => {
                self.flights.remove(&flight);
            }
            Effect::Broadcast(message) => deeds.push(Deed::Say(message)),
            Effect::Watch(document) => self.watched.push(document.to_string()),
            Effect::DropBody(body) => {
                assert!(self.bodies.remove(&body.0).is_some(), "given up once");
                self.peeking.drop(Some(body));
            }
            Effect::FlushWhenIdle => self.idle = true,
            Effect::WakeAt(deadline) => self.deadline = deadline,
            Effect::Emit(step) => self.heard(&step.event),
            Effect::NotifyFailed { .. } | Effect::Send(_) => {}
            effect => self.perform_mutating(effect, deeds),
        }
    }

    fn load(&mut self, name: &str, found: &Item) -> StoredItem {
        if name.starts_with(key::EDIT_PREFIX) {
            let (body, rest_len) = self.keep_payload(found.body.parse().expect("which one it is"));
            return StoredItem { header: found.text.clone(), rest_len, body };
        }
        let body = Body::decode(&found.body);
        // A torn one has a rest of no length.
        let rest_len = if body.is_some() { found.body.len() as u32 + 20 } else { 0 };
        let body =
            body.unwrap_or(Body { resource: 0, sent: 0, read: 0, language: 0, session: 0, adopted: 0 });
        StoredItem { header: found.text.clone(), rest_len, body: self.keep(body) }
    }

    fn answer(&mut self, read: ReadId, body: Option<Body>, status: String, deeds: &mut Vec<Deed>) {
        let waited = self.reads.remove(&read).expect("a read is answered once");
        deeds.push(Deed::Answered(waited, body, status));
    }

    /// Entries in memory and journal, which have limits.
    pub(crate) fn is_bounded(&self) -> bool {
        let in_memory = self.engine.entries().filter(|entry| entry.body.is_some()).count();
        let journal = self.copy.get(&[key::JOURNAL_PREFIX, &self.document].concat());
        in_memory <= MAX_ENTRIES && journal.is_none_or(|journal| journal.text.lines().count() <= 257)
    }
}
