//! Writes of pages, and what becomes of them.

use everfresh_core::engine::{Input, MutationId, ResponseHead, WriteId};

use super::answers::Verdict;
use super::edits::url;
use super::{Invalidation, World};
use crate::server::{self, LISTS, PATHS, WRITABLE};
use crate::values::{EditId, Operation};

/// A write that nobody waits for any more is done within this time, or never.
pub(super) const STRAGGLE: u64 = 8_000;
/// No write takes longer.
pub(super) const SLOWEST: u64 = 50_000;

/// The numbers of plain writes in what they change begin here.
const PLAIN: EditId = 1_000_000;

/// The request of a mutation.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) edit: EditId,
    /// Its number in its tab.
    pub(super) mutation: MutationId,
    pub(super) key: String,
    /// The session of its cookie.
    pub(super) session: usize,
    pub(super) sent: u64,
    /// Its document is the one that sends, and has been since.
    pub(super) leads: bool,
    pub(super) verdict: Option<Verdict>,
}

/// A write of a page, plain or for a mutation.
#[derive(Debug)]
pub(super) struct Mutation {
    pub(super) document: String,
    pub(super) id: WriteId,
    /// What it touches, itself first.
    pub(super) touched: Vec<usize>,
    pub(super) time: u64,
    pub(super) committed: Option<u64>,
    /// Nobody waits for it: it is done until then, or never.
    pub(super) until: Option<u64>,
    /// Its answer has come, or its document is gone.
    pub(super) over: bool,
    /// A document has spoken for it.
    pub(super) spoken_for: bool,
    /// Its document is gone, and its intent could not be recorded.
    pub(super) unknown: bool,
    /// The answer names what was touched; otherwise the map must tell.
    pub(super) named: bool,
    pub(super) request: Option<Request>,
}

impl World {
    pub(super) fn write(&mut self, a: usize, b: usize) {
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
            touched: server::touched(resource),
            time: self.now,
            committed: None,
            until: None,
            over: false,
            spoken_for: false,
            unknown: false,
            named,
            request: None,
        });
        let (method, url) = ("PATCH".into(), url(resource));
        let input = Input::Write { write: id, method, url, fields: vec![], mutation: None };
        self.handle(tab, input);
    }

    /// A write is done, or its answer comes, or is lost.
    pub(super) fn advance_mutation(&mut self, a: usize, b: usize) {
        let open: Vec<usize> = (0..self.mutations.len())
            .filter(|&at| self.may_be_done(at) || !self.mutations[at].over)
            .collect();
        if open.is_empty() {
            return;
        }
        let at = open[a % open.len()];
        let now_or_never = self.may_be_done(at) && (self.mutations[at].over || b % 8 > 1);
        match (&self.mutations[at].request, now_or_never) {
            (Some(_), true) => self.decide(at, b),
            (Some(_), false) => self.answer_edit(at, b),
            (None, true) => self.do_write(at),
            (None, false) => self.answer_write(at, b),
        }
    }

    pub(super) fn do_write(&mut self, at: usize) {
        let (now, event) = (self.now, self.event);
        let mutation = &mut self.mutations[at];
        let (resource, id) = (mutation.touched[0], mutation.id);
        mutation.committed = Some(event);
        if LISTS.contains(&resource) {
            self.server.change(resource, Operation::Increment, PLAIN + at, event, now);
        } else {
            self.server.commit(resource, event, now);
        }
        self.note(|_| format!("the server does #{} to {}", id.0, PATHS[resource]));
        // What is read from now on is read later.
        self.event += 1;
    }

    pub(super) fn answer_write(&mut self, at: usize, b: usize) {
        let (now, event) = (self.now, self.event);
        let mutation = &mut self.mutations[at];
        let id = mutation.id;
        let document = mutation.document.clone();
        let Some(tab) = self.tabs.iter().position(|tab| tab.document == document && !tab.frozen) else {
            return;
        };
        mutation.over = true;
        let lost = mutation.committed.is_none() || b.is_multiple_of(4);
        let is_named = mutation.named;
        let touched = mutation.touched.clone();
        let told =
            touched.iter().map(|&resource| Invalidation { resource, event, write: lost.then_some(at) });
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
        self.note(|_| format!("{document} gets the answer to #{}, named: {is_named}", id.0));
        let mut head = ResponseHead { status: 200, ..ResponseHead::default() };
        if is_named {
            head.headers.push(named(&touched, b));
        }
        self.handle(tab, Input::Answered { write: id, head, fields: vec![] });
    }

    pub(super) fn break_off(&mut self, document: &str, tab: usize) {
        for at in 0..self.mutations.len() {
            if self.mutations[at].document == document && !self.mutations[at].over {
                let (id, touched) = (self.mutations[at].id, self.mutations[at].touched.clone());
                self.mutations[at].over = true;
                self.mutations[at].spoken_for = true;
                self.mutations[at].until = Some(self.now + STRAGGLE);
                let event = self.event;
                let told = |resources: &[usize], write: Option<usize>| {
                    resources.iter().map(|&resource| Invalidation { resource, event, write }).collect()
                };
                let request = self.mutations[at].request.as_ref();
                let function = request.filter(|request| self.edits[request.edit].function);
                let function = function.map(|request| request.mutation);
                let all = function.is_none();
                self.know(tab, if all { told(&touched, Some(at)) } else { told(&touched[..1], None) });
                self.handle(tab, Input::Unanswered(id));
                if let Some(mutation) = function {
                    self.know(tab, told(&touched, Some(at)));
                    self.handle(tab, Input::Settled { mutation, done: false, head: ResponseHead::default() });
                }
            }
        }
    }
}

/// The header that names what was touched.
pub(super) fn named(touched: &[usize], b: usize) -> (String, String) {
    let mode = if b.is_multiple_of(3) { ";mode=stale" } else { "" };
    let targets: Vec<String> =
        touched.iter().map(|resource| format!("{}{mode}", server::tag(*resource))).collect();
    ("x-cache-invalidate".into(), targets.join(", "))
}
