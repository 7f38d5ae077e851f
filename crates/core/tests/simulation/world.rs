//! The world of a run: tabs, storage, the server, a clock; and what must hold after every step.

mod answers;
mod counts;
mod delivery;
mod edits;
mod finish;
mod lock;
mod network;
mod pages;
mod scopes;
mod shown;
mod stored;
mod writes;

use std::collections::BTreeMap;

pub(crate) use counts::Counts;
pub(crate) use scopes::name;

use everfresh_core::engine::{Guard, Input};
use everfresh_core::key;

use crate::disk::{Copy, Write};
use crate::server::{Body, LISTS, PATHS, Server};
use crate::tab::{Deed, Read, Tab};

/// One step: what is done, and two numbers that choose to what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    op: u8,
    a: usize,
    b: usize,
}

impl Step {
    /// `edits`: one of those that have to do with mutations may come, too.
    pub(crate) fn random(random: &mut fastrand::Rng, edits: bool) -> Self {
        Self {
            op: random.u8(0..if edits { 150 } else { 100 }),
            a: random.usize(0..1_000),
            b: random.usize(0..1_000),
        }
    }
}

/// What was asked for before these events may not be handed out.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Barrier {
    last: u64,
    /// The one before it.
    earlier: u64,
}

impl Barrier {
    fn raise(&mut self, event: u64) {
        if event > self.last {
            *self = Self { last: event, earlier: self.last };
        } else if event < self.last {
            self.earlier = self.earlier.max(event);
        }
    }

    /// Whether a body is too old. One that came with the answer that invalidates is not.
    fn bars(self, body: Body) -> bool {
        let own = body.adopted > 0 && body.adopted == self.last;
        body.sent < if own { self.earlier } else { self.last }
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
    session: usize,
}

impl News {
    fn session(&self) -> usize {
        self.session
    }
}

/// Longer than an edit is tried again.
const WEEK: u64 = 8 * 24 * 60 * 60 * 1000;

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
    mutations: Vec<writes::Mutation>,
    edits: Vec<edits::Edit>,
    /// The document that has the lock of the one that sends.
    lock: Option<String>,
    online: bool,
    sessions: scopes::Sessions,
    /// Which document stored an entry, and what session it knew of.
    stored: BTreeMap<String, (String, usize)>,
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
            edits: vec![],
            lock: None,
            online: true,
            sessions: scopes::Sessions::new(),
            stored: BTreeMap::new(),
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
            0..20 => self.read(a, b),
            20..26 => self.peek(a, b),
            26..28 => self.watch(a, b),
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
            94 => self.sign(a, b),
            95 => self.follow(a),
            96 => _ = self.tell_gone(a),
            97..=98 => self.prefetch(a, b),
            100..109 => self.mutate(a, b),
            109..130 => self.advance_mutation(a, b),
            130..138 => self.give_lock(a),
            138..141 => self.withdraw_or_retry(a, b),
            141 => self.connect(b.is_multiple_of(2)),
            142..145 => self.send_late(a),
            145..148 => self.watch_list(a, b),
            148 if b.is_multiple_of(20) => self.grow_old(),
            _ => self.deliver_all_storage(a),
        }
    }

    /// A document invalidates.
    fn know(&mut self, tab: usize, invalidations: Vec<Invalidation>) {
        let news = News { invalidations, ..News::default() };
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

    fn handle(&mut self, tab: usize, input: Input) {
        let (full, refused) = (self.full, &mut self.counts.refused);
        let mut refuses = |copy: &Copy, name: &str| {
            let refuses = full && copy.get(name).is_none_or(|_| name.starts_with(key::JOURNAL_PREFIX));
            *refused += usize::from(refuses);
            refuses
        };
        self.tabs[tab].cookie = self.sessions.current();
        let deeds = self.tabs[tab].handle(self.now, self.event, input, &mut self.order, &mut refuses);
        let document = self.tabs[tab].document.clone();
        let knows = self.tabs[tab].session;
        let mut told = self.told.get(&document).cloned().unwrap_or_default();
        // Whether the journal on the disk says all that the document has to say.
        let mut recorded = true;
        for deed in deeds {
            match deed {
                Deed::Put(mut write) => {
                    if write.name.starts_with(key::JOURNAL_PREFIX) {
                        recorded = true;
                        let text = write.item.as_ref().map_or("", |item| &item.text);
                        told.session = self.sessions.told_by(text, knows);
                    }
                    self.check_stored(tab, &write);
                    self.note_stored_edit(&write);
                    let blank = write.name == key::SENTINEL
                        && write.item.as_ref().is_some_and(|item| key::is_blank(&item.text));
                    let tells = write.name == key::HEAD || write.name.starts_with(key::JOURNAL_PREFIX);
                    if blank || (recorded && tells && write.item.is_some()) {
                        write.tells.clone_from(&told);
                        if !write.name.starts_with(key::JOURNAL_PREFIX) {
                            // Only a journal says who is signed in.
                            write.tells.session = 0;
                        }
                        self.disk_tells.insert(document.clone(), told.clone());
                    }
                    self.spread(Some(tab), write);
                }
                Deed::Refused => recorded = false,
                Deed::Say(message) => {
                    let journal = message.splitn(3, '\n').nth(2).unwrap_or_default();
                    let told = News { session: self.sessions.told_by(journal, knows), ..told.clone() };
                    for (at, other) in self.tabs.iter_mut().enumerate() {
                        if at != tab {
                            other.messages.push_back((message.clone(), told.clone()));
                        }
                    }
                }
                Deed::Answered(read, body, status) => self.check(tab, read, body, &status),
                Deed::Submitted(edit) => self.submitted(tab, edit),
                Deed::Ended(edit, ending) => self.ended(tab, edit, ending),
                Deed::Progress(edit, progress) => self.progressed(tab, edit, progress),
                Deed::Broken(what) => drop(self.violation.get_or_insert(format!("{document}: {what}"))),
                Deed::GivesUp => self.free_lock(&document),
            }
        }
        self.check_stored_edits();
        self.note_tried(tab);
        self.check_layers(tab);
        self.told.entry(document.clone()).or_default().session = told.session;
        self.check_scope(tab);
        let at = tab;
        let tab = &mut self.tabs[tab];
        self.counts.late_fills += core::mem::take(&mut tab.late_fills);
        self.counts.evictions += core::mem::take(&mut tab.evictions);
        self.counts.prefetched += core::mem::take(&mut tab.prefetching.fetched);
        self.counts.first_uses += core::mem::take(&mut tab.prefetching.first_uses);
        if !tab.is_bounded() {
            self.violation.get_or_insert_with(|| format!("P10: {document} holds more than it may"));
        }
        let broken = tab.views.values().filter(|view| !view.stale).find_map(|view| {
            let body = view.body?;
            self.counts.views += 1;
            let late = tab.barriers[view.resource].bars(body).then(|| {
                format!("asked for at {}, invalidated at {}", body.sent, tab.barriers[view.resource].last)
            });
            let foreign = (body.language > 0).then(|| format!("language {} for 0", body.language));
            let what = late.or(foreign).or_else(|| read_too_early(&self.mutations, tab, body))?;
            Some(format!("{document} shows {} as good: {what}", PATHS[view.resource]))
        });
        if let Some(what) = broken {
            self.violation.get_or_insert(what);
        }
        self.send_submitted(at, false);
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
        self.counts.languages += usize::from(hit && read.language > 0);
        if body.language != read.language {
            broken.push(format!("language {} for {}", body.language, read.language));
        }
        if body.resource != read.resource {
            broken.push(format!("{} for {}", PATHS[body.resource], PATHS[read.resource]));
        }
        // Who peeks is told what is out of date.
        if status != "stale" && read.barrier.bars(body) {
            broken.push(format!(
                "{} was asked for at {}, and invalidated at {}",
                PATHS[body.resource], body.sent, read.barrier.last
            ));
        }
        if status == "data" && LISTS.contains(&body.resource) {
            self.counts.queried += 1;
            let wrong = self.check_shown(tab, body);
            broken.extend(wrong.map(|what| format!("P5: {} is given {what}", PATHS[body.resource])));
        }
        if hit {
            broken.extend(read_too_early(&self.mutations, &self.tabs[tab], body));
        }
        if self.sessions.forbid(body, read.session, read.unsaid) {
            let whose = self.sessions.user(body.session);
            broken.push(format!("P8: {} of session {}, user {whose}", PATHS[body.resource], body.session));
        }
        if hit && self.sessions.overrule(&self.tabs[tab]) {
            broken.push(String::from("P8: a hit, although another has signed in"));
        }
        if let Some(what) = broken.first() {
            let document = &self.tabs[tab].document;
            self.violation.get_or_insert_with(|| format!("{document}: {what} ({status})"));
        }
    }
}

/// What a tab may not hand out, since a write of unknown outcome that it knows of was done after it was read.
fn read_too_early(mutations: &[writes::Mutation], tab: &Tab, body: Body) -> Option<String> {
    tab.doubts.iter().map(|&at| &mutations[at]).find_map(|mutation| {
        let early = mutation.committed.is_some_and(|done| body.read < done)
            && mutation.touched.contains(&body.resource);
        early.then(|| {
            let path = PATHS[body.resource];
            format!("{path} was read at {}, before #{} was done", body.read, mutation.id.0)
        })
    })
}

fn learn(tab: &mut Tab, news: &News) {
    tab.intents.extend(&news.intents);
    tab.session = tab.session.max(news.session);
    for told in &news.invalidations {
        tab.barriers[told.resource].raise(told.event);
        if let Some(write) = told.write
            && !tab.doubts.contains(&write)
        {
            tab.doubts.push(write);
        }
    }
}
