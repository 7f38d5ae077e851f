//! Peeks, and what the page keeps of them so as not to ask again.

use std::collections::BTreeMap;

use everfresh_core::engine::{BodyId, Input, Kind, ReadId};

use super::{Deed, Read, Tab};
use crate::server::Body;

/// As long as `src/host/hot.js` keeps it at most.
const LONGEST: u64 = 10_000;

/// What the engine said to a peek.
#[derive(Debug, Clone, Copy)]
struct Said {
    body: BodyId,
    stale: bool,
    since: u64,
    time: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Peeking {
    /// By resource.
    said: BTreeMap<usize, Said>,
    asked: Option<ReadId>,
}

impl Peeking {
    /// What was said of a body, or of all, holds no longer.
    pub(super) fn drop(&mut self, body: Option<BodyId>) {
        self.said.retain(|_, said| body.is_some_and(|body| body != said.body));
    }
}

impl Tab {
    /// What the page is given without the engine being asked, and with which status.
    pub(crate) fn said(&self, now: u64, resource: usize) -> Option<(Body, &'static str)> {
        let said = self.peeking.said.get(&resource)?;
        let holds = now - said.since < said.time.min(LONGEST);
        let layered = self.layers(resource).is_none_or(|layers| !layers.is_empty());
        (holds && !layered)
            .then(|| (self.body(said.body), if said.stale { "stale" } else { "hit, as before" }))
    }

    pub(crate) fn peek(&mut self, read: Read) -> Input {
        let input = self.read(read, Kind::Peek);
        self.peeking.asked = self.reads.last_key_value().map(|(id, _)| *id);
        input
    }

    /// Nobody waits for what a peek did not find.
    pub(crate) fn end_peek(&mut self) {
        if let Some(read) = self.peeking.asked.take() {
            self.reads.remove(&read);
        }
    }

    pub(super) fn peeked(
        &mut self,
        read: ReadId,
        body: BodyId,
        stale: bool,
        time: u64,
        deeds: &mut Vec<Deed>,
    ) {
        let resource = self.reads[&read].resource;
        self.peeking.said.insert(resource, Said { body, stale, since: self.now, time });
        let status = String::from(if stale { "stale" } else { "hit, a peek" });
        self.answer(read, Some(self.body(body)), status, deeds);
    }
}
