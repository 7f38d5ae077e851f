//! The world of a run: tabs, storage, the server, a clock; and what must hold after every step.

use std::collections::BTreeMap;

use everfresh_core::engine::{FlightId, Guard, Input, ResponseHead, WriteId};
use everfresh_core::{header, key};

use crate::disk::{Copy, Item, Write};
use crate::server::{self, Body, PATHS, Server, WRITABLE};
use crate::tab::{Deed, ORIGIN, Read, Tab};

const MAX_TABS: usize = 4;
/// A write that nobody waits for any more is done within this time, or never.
const STRAGGLE: u64 = 8_000;
/// A write to storage is seen by every process that runs within this time.
const LAG: u64 = 20_000;
/// No write takes longer.
const SLOWEST: u64 = 50_000;

/// One step: what is done, and two numbers that choose to what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    op: u8,
    a: usize,
    b: usize,
}

impl Step {
    pub(crate) fn random(random: &mut fastrand::Rng) -> Self {
        Self { op: random.u8(0..100), a: random.usize(0..1_000), b: random.usize(0..1_000) }
    }
}

/// What a document that sees a record must know from then on: nothing of the resource that was asked for before
/// the event may be handed out; nor, where it is about a write of unknown outcome, what was read before that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Invalidation {
    resource: usize,
    event: u64,
    write: Option<usize>,
}

/// What a record or a message lets a document know: what was invalidated, and which writes were under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct News {
    invalidations: Vec<Invalidation>,
    intents: Vec<usize>,
}

/// A write of a page.
#[derive(Debug)]
struct Mutation {
    document: String,
    id: WriteId,
    resource: usize,
    time: u64,
    committed: Option<u64>,
    /// Nobody waits for it: it is done until then, or never.
    until: Option<u64>,
    /// Its answer has come, or its document is gone.
    over: bool,
    /// A document has spoken for it.
    spoken_for: bool,
    /// Its document is gone, and its intent could not be recorded.
    unknown: bool,
    /// The answer names what was touched; otherwise the map must tell.
    named: bool,
}

/// How often each thing happened.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    hits: usize,
    storage_hits: usize,
    late_fills: usize,
    joins: usize,
    invalidations: usize,
    unknown_outcomes: usize,
    orphans: usize,
    crashes: usize,
    torn: usize,
    refused: usize,
    heard: usize,
    storage_events: usize,
    evictions: usize,
}

impl Counts {
    pub(crate) fn all(&self) -> [(&'static str, usize); 13] {
        [
            ("a hit", self.hits),
            ("a hit in storage", self.storage_hits),
            ("a late fill", self.late_fills),
            ("a join", self.joins),
            ("an invalidation", self.invalidations),
            ("an unknown outcome", self.unknown_outcomes),
            ("an orphan", self.orphans),
            ("a crash", self.crashes),
            ("a torn record", self.torn),
            ("a refused write", self.refused),
            ("a message", self.heard),
            ("a storage event", self.storage_events),
            ("an eviction", self.evictions),
        ]
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.storage_hits += other.storage_hits;
        self.late_fills += other.late_fills;
        self.joins += other.joins;
        self.invalidations += other.invalidations;
        self.unknown_outcomes += other.unknown_outcomes;
        self.orphans += other.orphans;
        self.crashes += other.crashes;
        self.torn += other.torn;
        self.refused += other.refused;
        self.heard += other.heard;
        self.storage_events += other.storage_events;
        self.evictions += other.evictions;
    }
}

pub(crate) struct World {
    without: Option<Guard>,
    now: u64,
    event: u64,
    order: u64,
    documents: usize,
    server: Server,
    /// Storage as the browser has it: what a document that starts sees.
    disk: Copy,
    /// What the heads on the disk tell, by document.
    disk_tells: BTreeMap<String, News>,
    /// What each document has invalidated and begun.
    told: BTreeMap<String, News>,
    tabs: Vec<Tab>,
    mutations: Vec<Mutation>,
    /// Storage takes nothing that it does not hold already.
    full: bool,
    pub(crate) violation: Option<String>,
    pub(crate) log: Vec<String>,
    pub(crate) counts: Counts,
}

impl World {
    pub(crate) fn new(without: Option<Guard>) -> Self {
        let mut world = Self {
            without,
            now: 1_000_000_000,
            event: 0,
            order: 0,
            documents: 0,
            server: Server::default(),
            disk: Copy::default(),
            disk_tells: BTreeMap::new(),
            told: BTreeMap::new(),
            tabs: vec![],
            mutations: vec![],
            full: false,
            violation: None,
            log: vec![],
            counts: Counts::default(),
        };
        world.open();
        world.open();
        world
    }

    pub(crate) fn take(&mut self, Step { op, a, b }: Step) {
        self.event += 1;
        for tab in 0..self.tabs.len() {
            while !self.tabs[tab].frozen && self.is_late(tab) {
                self.deliver_to(tab);
            }
        }
        match op {
            0..28 => self.read(a, b),
            28..31 => self.write(a, b),
            31..38 => self.serve(a),
            38..47 => self.answer_flight(a, b),
            47..54 => self.advance_mutation(a, b),
            54..62 => self.deliver_storage(a),
            62..68 => self.deliver_message(a, b),
            68..81 => self.rest(a),
            81..84 => self.idle(a),
            84..87 => self.wait(a),
            87 => self.timer(a),
            88 => self.freeze_or_thaw(a),
            89 => self.leave(a, b, true),
            90 => self.leave(a, b, b % 2 == 0),
            91 => self.open_another(),
            92 => self.fill_or_empty(b),
            93 => self.invalidate(a, b),
            94..97 => self.tell_gone(a),
            _ => self.deliver_all_storage(a),
        }
    }

    /// Lets everything come to its end: no read may be left without an answer.
    pub(crate) fn finish(&mut self) {
        self.full = false;
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].frozen {
                self.freeze_or_thaw(tab);
            }
        }
        while let Some((tab, flight)) = self.flights().first().copied() {
            self.event += 1;
            if self.tabs[tab].flights[&flight].answer.is_none() {
                self.serve(0);
            } else {
                self.answer_flight(0, 1);
            }
        }
        for tab in &self.tabs {
            if !tab.reads.is_empty() {
                self.violation.get_or_insert_with(|| format!("P7: reads without an answer: {:?}", tab.reads));
            }
        }
    }

    /// A document invalidates.
    fn know(&mut self, tab: usize, invalidations: Vec<Invalidation>) {
        let news = News { invalidations, intents: vec![] };
        learn(&mut self.tabs[tab], &news);
        let told = self.told.entry(self.tabs[tab].document.clone()).or_default();
        told.invalidations.extend(news.invalidations);
    }

    fn note(&mut self, line: impl FnOnce(&Self) -> String) {
        let line = format!("{:>4} {:>6} {}", self.event, self.now % 1_000_000, line(self));
        self.log.push(line);
    }

    /// One of the tabs that can do something.
    fn tab(&self, a: usize) -> Option<usize> {
        let awake: Vec<usize> = (0..self.tabs.len()).filter(|&tab| !self.tabs[tab].frozen).collect();
        (!awake.is_empty()).then(|| awake[a % awake.len()])
    }

    fn open(&mut self) {
        self.documents += 1;
        let document = format!("doc{}", self.documents);
        self.note(|_| format!("{document} opens"));
        let mut tab = Tab::open(document, self.disk.clone(), self.without);
        for told in self.disk_tells.values() {
            learn(&mut tab, told);
        }
        let snapshot = tab.copy.snapshot();
        let mut spoken_for = vec![];
        for (at, mutation) in self.mutations.iter_mut().enumerate() {
            if mutation.over && mutation.until.is_some() && !mutation.unknown {
                tab.doubts.push(at);
                tab.intents.insert(at);
                if !mutation.spoken_for {
                    self.counts.orphans += 1;
                    spoken_for.extend(
                        server::touched(mutation.resource).into_iter().map(|resource| Invalidation {
                            resource,
                            event: 0,
                            write: Some(at),
                        }),
                    );
                }
            }
        }
        let news = News { invalidations: spoken_for, intents: vec![] };
        self.told.insert(tab.document.clone(), news);
        self.tabs.push(tab);
        self.handle(self.tabs.len() - 1, Input::Start(Some(snapshot)));
    }

    fn open_another(&mut self) {
        if self.tabs.len() < MAX_TABS {
            self.open();
        }
    }

    fn read(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let resource = b % PATHS.len();
        let barrier = self.tabs[tab].barriers[resource];
        self.note(|world| format!("{} reads {}", world.tabs[tab].document, PATHS[resource]));
        let input = self.tabs[tab].read(Read { resource, barrier });
        self.handle(tab, input);
    }

    fn write(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let resource = WRITABLE[b % WRITABLE.len()];
        let id = WriteId(self.tabs[tab].next_id());
        let document = self.tabs[tab].document.clone();
        let named = !b.is_multiple_of(4) || resource == 6;
        self.note(|_| format!("{document} writes {} (#{})", PATHS[resource], id.0));
        self.told.entry(document.clone()).or_default().intents.push(self.mutations.len());
        self.mutations.push(Mutation {
            document,
            id,
            resource,
            time: self.now,
            committed: None,
            until: None,
            over: false,
            spoken_for: false,
            unknown: false,
            named,
        });
        let url = format!("{ORIGIN}{}", PATHS[resource]);
        self.handle(tab, Input::Write { write: id, method: "PATCH".into(), url, fields: vec![] });
    }

    /// The flights of all tabs, in order.
    fn flights(&self) -> Vec<(usize, FlightId)> {
        let of = |(at, tab): (usize, &Tab)| tab.flights.keys().map(move |id| (at, *id)).collect::<Vec<_>>();
        self.tabs.iter().enumerate().flat_map(of).collect()
    }

    /// The server reads what a flight asks for.
    fn serve(&mut self, a: usize) {
        let waiting: Vec<_> = self
            .flights()
            .into_iter()
            .filter(|(tab, flight)| self.tabs[*tab].flights[flight].answer.is_none())
            .collect();
        if waiting.is_empty() {
            return;
        }
        let (tab, id) = waiting[a % waiting.len()];
        let mut flight = self.tabs[tab].flights[&id];
        let body = self.server.read(flight.resource, flight.sent, self.event, self.now, flight.reload);
        flight.answer = Some(body);
        self.tabs[tab].flights.insert(id, flight);
        self.note(|world| {
            let how = if flight.reload { "anew" } else { "if changed" };
            format!("{} is served {} of {}, {how}", world.tabs[tab].document, PATHS[body.resource], body.sent)
        });
    }

    /// The flights that the server has answered.
    fn ready(&self) -> Vec<(usize, FlightId)> {
        let is_ready = |&(tab, id): &(usize, FlightId)| {
            !self.tabs[tab].frozen && self.tabs[tab].flights[&id].answer.is_some()
        };
        self.flights().into_iter().filter(is_ready).collect()
    }

    fn answer_flight(&mut self, a: usize, b: usize) {
        let ready = self.ready();
        if ready.is_empty() {
            return;
        }
        let (tab, id) = ready[a % ready.len()];
        let flight = self.tabs[tab].flights[&id];
        let Some(body) = flight.answer else { return };
        self.note(|world| {
            let what = if flight.reading { "body" } else { "head" };
            format!("{} gets the {what} of {}", world.tabs[tab].document, PATHS[body.resource])
        });
        if b.is_multiple_of(16) {
            self.tabs[tab].flights.get_mut(&id).unwrap().answer = None;
            self.handle(tab, Input::Failed(id));
        } else if flight.reading {
            let kept = self.tabs[tab].keep(body);
            let size = body.encode().len() as u32;
            let fields = server::fields(body.resource);
            self.handle(tab, Input::Body { flight: id, body: kept, size, text: true, fields });
        } else {
            let mut head = ResponseHead { status: 200, ..ResponseHead::default() };
            if body.resource == 6 {
                head.headers.push(("x-cache-tags".into(), server::tag(6).into()));
            }
            self.handle(tab, Input::Responded { flight: id, head });
        }
    }

    /// A write is done, or its answer comes, or is lost.
    fn advance_mutation(&mut self, a: usize, b: usize) {
        let (now, event) = (self.now, self.event);
        let open: Vec<usize> = (0..self.mutations.len())
            .filter(|&at| {
                let mutation = &self.mutations[at];
                let may_be_done = mutation.committed.is_none()
                    && now <= mutation.time + SLOWEST
                    && mutation.until.is_none_or(|until| now <= until);
                may_be_done || !mutation.over
            })
            .collect();
        if open.is_empty() {
            return;
        }
        let at = open[a % open.len()];
        let mutation = &mut self.mutations[at];
        let (resource, id) = (mutation.resource, mutation.id);
        if mutation.committed.is_none() && now <= mutation.time + SLOWEST && (mutation.over || b % 8 > 1) {
            mutation.committed = Some(event);
            self.server.commit(resource, event, now);
            self.note(|_| format!("the server does #{} to {}", id.0, PATHS[resource]));
            return;
        }
        let document = mutation.document.clone();
        let Some(tab) = self.tabs.iter().position(|tab| tab.document == document && !tab.frozen) else {
            return;
        };
        mutation.over = true;
        let lost = mutation.committed.is_none() || b.is_multiple_of(4);
        let named = mutation.named;
        let told = server::touched(resource).into_iter().map(|resource| Invalidation {
            resource,
            event,
            write: lost.then_some(at),
        });
        let invalidations = told.collect();
        mutation.until = lost.then_some(now + STRAGGLE);
        // Its own document has.
        mutation.spoken_for = lost;
        self.know(tab, invalidations);
        if lost {
            self.counts.unknown_outcomes += 1;
            self.note(|_| format!("{document} gets no answer to #{}", id.0));
            self.handle(tab, Input::Unanswered(id));
            return;
        }
        self.counts.invalidations += 1;
        self.note(|_| format!("{document} gets the answer to #{}, named: {named}", id.0));
        let mut head = ResponseHead { status: 200, ..ResponseHead::default() };
        if named {
            let tags: Vec<&str> = server::touched(resource).into_iter().map(server::tag).collect();
            head.headers.push(("x-cache-invalidate".into(), tags.join(", ")));
        }
        self.handle(tab, Input::Answered { write: id, head, fields: vec![] });
    }

    fn invalidate(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let resource = b % PATHS.len();
        self.note(|world| format!("{} invalidates {}", world.tabs[tab].document, server::tag(resource)));
        self.know(tab, vec![Invalidation { resource, event: self.event, write: None }]);
        let members = header::parse_invalidate(server::tag(resource)).members;
        self.handle(tab, Input::Invalidate { members, origin: None });
    }

    fn deliver_storage(&mut self, a: usize) {
        let behind: Vec<usize> =
            (0..self.tabs.len()).filter(|&tab| !self.tabs[tab].copy.behind.is_empty()).collect();
        if behind.is_empty() {
            return;
        }
        self.deliver_to(behind[a % behind.len()]);
    }

    /// Whether the next write that a tab has to see has waited for it as long as may be.
    fn is_late(&self, tab: usize) -> bool {
        self.tabs[tab].copy.behind.front().is_some_and(|write| write.time + LAG < self.now)
    }

    fn deliver_to(&mut self, tab: usize) {
        let Some(write) = self.tabs[tab].copy.behind.pop_front() else { return };
        self.note(|world| format!("{} sees {} written", world.tabs[tab].document, write.name));
        let before = self.tabs[tab].copy.get(&write.name).cloned();
        self.tabs[tab].copy.apply(&write);
        let changed = self.tabs[tab].copy.get(&write.name) != before.as_ref();
        let told_by_event = write.name.starts_with(key::JOURNAL_PREFIX) || write.name == key::SENTINEL;
        let event = told_by_event && !self.tabs[tab].frozen;
        if changed && (event || write.name == key::HEAD) {
            learn(&mut self.tabs[tab], &write.tells);
        }
        if changed && event {
            self.counts.storage_events += 1;
            let snapshot = self.tabs[tab].copy.snapshot();
            self.handle(tab, Input::CatchUp(snapshot));
        }
    }

    fn deliver_all_storage(&mut self, a: usize) {
        let Some(tab) = self.tab(a) else { return };
        while !self.tabs[tab].copy.behind.is_empty() {
            self.deliver_to(tab);
        }
    }

    fn deliver_message(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let messages = &mut self.tabs[tab].messages;
        let taken = if b % 8 == 1 { messages.pop_back() } else { messages.pop_front() };
        let Some((message, tells)) = taken else { return };
        if b.is_multiple_of(8) {
            self.note(|world| format!("{} loses a message", world.tabs[tab].document));
            return;
        }
        self.counts.heard += 1;
        self.note(|world| {
            let from = message.split(':').next().unwrap_or_default();
            format!("{} hears {from}", world.tabs[tab].document)
        });
        learn(&mut self.tabs[tab], &tells);
        self.handle(tab, Input::Heard(message));
    }

    /// The network is quick for a while, and the tab has nothing else to do.
    fn rest(&mut self, a: usize) {
        let Some(tab) = self.tab(a) else { return };
        while let Some((&id, flight)) = self.tabs[tab].flights.iter().next() {
            let is_this = |&(at, flight): &(usize, _)| (at, flight) == (tab, id);
            let unanswered = flight.answer.is_none();
            let all = self.flights().into_iter();
            let place = match unanswered {
                true => all
                    .filter(|(at, flight)| self.tabs[*at].flights[flight].answer.is_none())
                    .position(|it| is_this(&it)),
                false => self.ready().iter().position(is_this),
            };
            match (unanswered, place) {
                (true, Some(place)) => self.serve(place),
                (false, Some(place)) => self.answer_flight(place, 1),
                _ => return,
            }
        }
        self.idle(tab);
    }

    fn idle(&mut self, a: usize) {
        let Some(tab) = self.tab(a) else { return };
        if core::mem::take(&mut self.tabs[tab].idle) {
            self.note(|world| format!("{} is idle", world.tabs[tab].document));
            self.handle(tab, Input::Flush { all: false });
        }
    }

    fn wait(&mut self, a: usize) {
        self.now += [1, 1, 50, 50, 700, 700, 3_000, 11_000, 11_000, 31_000][a % 10];
    }

    /// Storage runs full, or there is room again.
    fn fill_or_empty(&mut self, b: usize) {
        self.full = !self.full && b.is_multiple_of(4);
        self.note(|world| format!("storage is {}", if world.full { "full" } else { "not full" }));
    }

    fn timer(&mut self, a: usize) {
        let Some(tab) = self.tab(a) else { return };
        if self.tabs[tab].deadline.is_some_and(|deadline| deadline <= self.now) {
            self.tabs[tab].deadline = None;
            self.handle(tab, Input::Wake);
        }
    }

    /// A frozen tab, or one in the back-forward cache, does nothing, and what is said meanwhile may be lost.
    fn freeze_or_thaw(&mut self, a: usize) {
        let tab = a % self.tabs.len();
        while self.tabs[tab].frozen && self.is_late(tab) {
            self.deliver_to(tab);
        }
        let frozen = !self.tabs[tab].frozen;
        self.tabs[tab].frozen = frozen;
        let does = if frozen { "freezes" } else { "wakes" };
        self.note(|world| format!("{} {does}", world.tabs[tab].document));
        if !frozen {
            self.tabs[tab].messages.clear();
            let news: Vec<News> = self.tabs[tab].copy.news().cloned().collect();
            news.iter().for_each(|news| learn(&mut self.tabs[tab], news));
            let snapshot = self.tabs[tab].copy.snapshot();
            self.handle(tab, Input::CatchUp(snapshot));
        }
    }

    /// A document ends: in good order, or by a crash that may tear what it wrote last. Another one may take its place.
    fn leave(&mut self, a: usize, b: usize, reopen: bool) {
        if self.tabs.len() < 2 && !reopen {
            return;
        }
        let tab = a % self.tabs.len();
        let document = self.tabs[tab].document.clone();
        let crash = b.is_multiple_of(3) || self.tabs[tab].frozen;
        self.note(|_| format!("{document} {}", if crash { "crashes" } else { "is left" }));
        if crash {
            self.counts.crashes += 1;
        } else {
            // What it still had under way ends without an answer before it goes, in some browsers.
            if b % 3 == 1 {
                self.break_off(&document, tab);
            }
            self.handle(tab, Input::Flush { all: true });
        }
        self.tabs.remove(tab);
        let open = |mutation: &&mut Mutation| mutation.document == document && !mutation.over;
        let count = self.mutations.iter_mut().filter(open).count();
        // Where storage refused to record them, nobody can know of them now.
        let recorded = self.disk.intents(&document) == count;
        for mutation in self.mutations.iter_mut().filter(open) {
            mutation.over = true;
            mutation.until = Some(self.now + STRAGGLE);
            mutation.spoken_for = !recorded;
            mutation.unknown = !recorded;
        }
        if crash && b.is_multiple_of(2) {
            self.tear(b);
        }
        if reopen {
            self.open();
        }
    }

    fn break_off(&mut self, document: &str, tab: usize) {
        for at in 0..self.mutations.len() {
            if self.mutations[at].document == document && !self.mutations[at].over {
                let (id, resource) = (self.mutations[at].id, self.mutations[at].resource);
                self.mutations[at].over = true;
                self.mutations[at].spoken_for = true;
                self.mutations[at].until = Some(self.now + STRAGGLE);
                let event = self.event;
                let told = server::touched(resource).into_iter();
                let told = told.map(|resource| Invalidation { resource, event, write: Some(at) });
                self.know(tab, told.collect());
                self.handle(tab, Input::Unanswered(id));
            }
        }
    }

    /// The record that was being written is cut short.
    fn tear(&mut self, b: usize) {
        let entries: Vec<(String, Item)> = self
            .disk
            .items()
            .filter(|(name, item)| name.starts_with(key::ENTRY_PREFIX) && !item.body.is_empty())
            .map(|(name, item)| (name.to_owned(), item.clone()))
            .collect();
        if entries.is_empty() {
            return;
        }
        let (name, mut item) = entries[b % entries.len()].clone();
        item.body.truncate(b % item.body.len());
        self.counts.torn += 1;
        self.order += 1;
        self.spread(
            None,
            Write { order: self.order, time: 0, name, item: Some(item), tells: News::default() },
        );
    }

    fn tell_gone(&mut self, a: usize) {
        let Some(tab) = self.tab(a) else { return };
        let living: Vec<String> = self.tabs.iter().map(|tab| tab.document.clone()).collect();
        let Some(at) = self.tabs[tab].watched.iter().position(|document| !living.contains(document)) else {
            return;
        };
        let document = self.tabs[tab].watched.remove(at);
        self.note(|world| format!("{} is told that {document} is gone", world.tabs[tab].document));
        for (at, mutation) in self.mutations.iter_mut().enumerate() {
            // Of others it will be told once it has seen them.
            if mutation.document == document
                && mutation.until.is_some()
                && !mutation.spoken_for
                && self.tabs[tab].intents.contains(&at)
            {
                mutation.spoken_for = true;
                self.tabs[tab].doubts.push(at);
            }
        }
        self.handle(tab, Input::Gone(document));
    }

    fn handle(&mut self, tab: usize, input: Input) {
        let (full, refused) = (self.full, &mut self.counts.refused);
        let mut refuses = |copy: &Copy, name: &str| {
            let refuses = full && copy.get(name).is_none_or(|_| name.starts_with(key::JOURNAL_PREFIX));
            *refused += usize::from(refuses);
            refuses
        };
        let deeds = self.tabs[tab].handle(self.now, self.event, input, &mut self.order, &mut refuses);
        let document = self.tabs[tab].document.clone();
        let told = self.told.get(&document).cloned().unwrap_or_default();
        // Whether the journal on the disk says all that the document has to say.
        let mut recorded = true;
        for deed in deeds {
            match deed {
                Deed::Put(mut write) => {
                    recorded |= write.name.starts_with(key::JOURNAL_PREFIX);
                    let blank = write.name == key::SENTINEL
                        && write.item.as_ref().is_some_and(|item| key::is_blank(&item.text));
                    let tells = write.name == key::HEAD || write.name.starts_with(key::JOURNAL_PREFIX);
                    if blank || (recorded && tells && write.item.is_some()) {
                        write.tells.clone_from(&told);
                        self.disk_tells.insert(document.clone(), told.clone());
                    }
                    self.spread(Some(tab), write);
                }
                Deed::Refused => recorded = false,
                Deed::Say(message) => {
                    for (at, other) in self.tabs.iter_mut().enumerate() {
                        if at != tab {
                            other.messages.push_back((message.clone(), told.clone()));
                        }
                    }
                }
                Deed::Answered(read, body, status) => self.check(tab, read, body, &status),
            }
        }
        let tab = &mut self.tabs[tab];
        self.counts.late_fills += core::mem::take(&mut tab.late_fills);
        self.counts.evictions += core::mem::take(&mut tab.evictions);
        if !tab.is_bounded() {
            self.violation.get_or_insert_with(|| format!("P10: {document} holds more than it may"));
        }
    }

    /// A write reaches the disk at once, and other tabs when it pleases.
    fn spread(&mut self, from: Option<usize>, mut write: Write) {
        write.time = self.now;
        self.disk.apply(&write);
        for (at, other) in self.tabs.iter_mut().enumerate() {
            if Some(at) != from {
                other.copy.behind.push_back(write.clone());
            }
        }
    }

    fn check(&mut self, tab: usize, read: Read, body: Option<Body>, status: &str) {
        let Some(body) = body else { return };
        let hit = status.contains("hit");
        self.counts.hits += usize::from(hit);
        self.counts.storage_hits += usize::from(status.contains("detail=storage"));
        self.counts.joins += usize::from(status.contains("collapsed"));
        self.note(|world| {
            let document = &world.tabs[tab].document;
            format!("{document} is given {} of {} ({status})", PATHS[body.resource], body.sent)
        });
        let mut broken = vec![];
        if body.resource != read.resource {
            broken.push(format!("{} for {}", PATHS[body.resource], PATHS[read.resource]));
        }
        if body.sent < read.barrier {
            broken.push(format!(
                "{} was asked for at {}, and invalidated at {}",
                PATHS[body.resource], body.sent, read.barrier
            ));
        }
        for &at in self.tabs[tab].doubts.iter().filter(|_| hit) {
            let mutation = &self.mutations[at];
            if mutation.committed.is_some_and(|done| body.read < done)
                && server::touched(mutation.resource).contains(&body.resource)
            {
                broken.push(format!(
                    "{} was read at {}, before #{} was done",
                    PATHS[body.resource], body.read, mutation.id.0
                ));
            }
        }
        if let Some(what) = broken.first() {
            let document = &self.tabs[tab].document;
            self.violation.get_or_insert_with(|| format!("{document}: {what} ({status})"));
        }
    }
}

fn learn(tab: &mut Tab, news: &News) {
    tab.intents.extend(&news.intents);
    for told in &news.invalidations {
        let barrier = &mut tab.barriers[told.resource];
        *barrier = told.event.max(*barrier);
        if let Some(write) = told.write
            && !tab.doubts.contains(&write)
        {
            tab.doubts.push(write);
        }
    }
}
