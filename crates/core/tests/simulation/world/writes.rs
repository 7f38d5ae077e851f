//! Writes of pages, and what becomes of them.

use everfresh_core::engine::{Input, ResponseHead, WriteId};

use super::{Invalidation, World};
use crate::server::{self, PATHS, WRITABLE};
use crate::tab::ORIGIN;

/// A write that nobody waits for any more is done within this time, or never.
pub(super) const STRAGGLE: u64 = 8_000;
/// No write takes longer.
const SLOWEST: u64 = 50_000;

/// A write of a page.
#[derive(Debug)]
pub(super) struct Mutation {
    pub(super) document: String,
    pub(super) id: WriteId,
    pub(super) resource: usize,
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

    /// A write is done, or its answer comes, or is lost.
    pub(super) fn advance_mutation(&mut self, a: usize, b: usize) {
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
            let mode = if b.is_multiple_of(3) { ";mode=stale" } else { "" };
            let touched = server::touched(resource).into_iter();
            let targets: Vec<String> =
                touched.map(|resource| format!("{}{mode}", server::tag(resource))).collect();
            head.headers.push(("x-cache-invalidate".into(), targets.join(", ")));
        }
        self.handle(tab, Input::Answered { write: id, head, fields: vec![] });
    }

    pub(super) fn break_off(&mut self, document: &str, tab: usize) {
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
}
