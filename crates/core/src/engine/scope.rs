//! Scope: whose data it is. Nothing that was asked for under one scope is given to who asks under another, in this
//! document and, once they can know of the change, in all others (P8).
//!
//! A change is a *claim* in the journal of the document that made it, and every document hands on the newest claim that
//! it knows. Names of stored entries begin with the claim, so that those of any other are dead by their names alone.

use alloc::{rc::Rc, string::String};

use super::asked::Asked;
use super::{Effect, Engine, Event, FlightId, Guard, Load, Snapshot};
use crate::journal::{Claim, Journal, WRITE_LIFETIME};
use crate::key;
use crate::target::Member;
use crate::text::{joined, shared};
use crate::time::Millis;
use crate::url::Url;

/// Where a document stands with who is signed in. The newest claim is in its journal.
#[derive(Debug)]
pub(super) struct Scope {
    /// Who is signed in, as the page says; empty where it does not, or says that nobody is.
    pub(super) id: String,
    /// Another document has said since that it is somebody else: until the page says so too, everything passes.
    pub(super) displaced: bool,
    /// A server has said that nobody is, and has answered nothing since.
    pub(super) refused: bool,
    /// Names of stored entries begin so.
    pub(super) prefix: Rc<str>,
    /// Requests up to this one were sent under another claim.
    before: FlightId,
}

impl Scope {
    pub(super) fn new(id: String) -> Self {
        let prefix = key::item_prefix(&Claim::default());
        Self { id, displaced: false, refused: false, prefix, before: FlightId(0) }
    }
}

impl Engine {
    /// The document begins: what its page says is newer than what any other has said.
    pub(super) fn begin_scope(&mut self, now: Millis, snapshot: Option<&Snapshot>) {
        if !self.scope.id.is_empty() && self.journal.claim.scope() != self.scope.id {
            // The first of all takes nobody's place.
            let is_new = |snapshot: &Snapshot| snapshot.sentinel.is_none() && snapshot.journals.is_empty();
            let first = snapshot.is_none_or(is_new);
            self.claim(now, if first { 0 } else { now });
        }
        self.enter();
        let items = self.unscanned.take();
        self.sweep(&items);
    }

    /// The page says who is signed in; empty for nobody.
    pub(super) fn set_scope(&mut self, now: Millis, id: &mut String, snapshot: &Snapshot) {
        let known = self.journal.claim.scope() == *id;
        if known && self.scope.id == *id {
            return self.resume_paused(now);
        }
        self.scope.id = core::mem::take(id);
        if !known {
            self.claim(now, now.max(1));
        }
        self.leave(now);
        self.sweep(&snapshot.items);
        self.learn_edits(now, &snapshot.edits, false);
    }

    /// Takes up what another document has said, if that is news.
    pub(super) fn follow(&mut self, now: Millis, claim: &Claim) {
        if claim.is_newer_than(&self.journal.claim) && self.guards(Guard::Follow) {
            self.journal.claim = claim.clone();
            self.leave(now);
        }
    }

    /// Takes up what journals say of it that count for nothing else.
    pub(super) fn follow_all(&mut self, now: Millis, snapshot: &Snapshot) {
        for (name, text) in &snapshot.journals {
            if let Some(journal) = Journal::decode(shared(name), text) {
                self.follow(now, &journal.claim);
            }
        }
    }

    /// Whether a request was sent under the claim that counts now, by a page that agrees with it.
    pub(super) fn is_of_scope(&self, flight: FlightId) -> bool {
        (flight > self.scope.before && !self.scope.displaced) || !self.guards(Guard::ScopeFence)
    }

    /// Whether the browser's own cache may hold what belongs to somebody else, whose requests may have been under way for
    /// a while. What was `fetched` after that has taken its place.
    pub(super) fn may_be_anothers(&self, now: Millis, fetched: Millis) -> bool {
        let claimed = self.journal.claim.time();
        let ended = claimed.saturating_add(WRITE_LIFETIME);
        claimed > 0 && fetched < ended && now < ended.saturating_add(self.options.max_age)
    }

    /// A read was answered. If the answer is that nobody is signed in (401), what was stored of it goes, and nothing
    /// stale is handed out until a read is answered again, or the page says who is signed in.
    pub(super) fn judge_read(&mut self, flight: FlightId, asked: &Asked, status: u16) {
        if status == 401 && self.is_of_scope(flight) {
            if let Some((id, _)) = self.held(asked) {
                self.drop_entry(id);
            }
            self.unauthorized(&asked.url);
        } else if status < 400 {
            self.refuse_stale(false);
        }
    }

    /// As [`judge_read`](Self::judge_read), of an answer to a write, or to what passed by.
    pub(super) fn judge_other(&mut self, url: &Url, status: u16) {
        if status == 401 && url.origin() == self.environment.origin {
            self.unauthorized(url);
        }
    }

    fn unauthorized(&mut self, url: &Url) {
        self.refuse_stale(true);
        self.problem("unauthorized", url.as_str());
    }

    /// Nothing stale is handed out any more, or it is again.
    fn refuse_stale(&mut self, refused: bool) {
        if self.scope.refused != refused {
            self.scope.refused = refused;
            self.changed(None);
        }
    }

    /// Says in the journal who is signed in since `time`.
    fn claim(&mut self, now: Millis, time: Millis) {
        self.journal.grown = now;
        self.journal.claim = self.journal.claim.followed_by(time, &self.journal.id, &self.scope.id);
        self.write_journal();
    }

    /// Another claim counts: of what was stored or asked for before, nothing is left.
    fn leave(&mut self, now: Millis) {
        for member in Member::everything() {
            for id in self.store.matching(&member, None) {
                self.drop_entry(id);
            }
        }
        self.unwritten.clear();
        self.leave_edits(now);
        self.forget_ways();
        self.scope.before = self.flights.last();
        self.scope.refused = false;
        self.enter();
        let (id, ours) = (shared(&self.journal.claim.scope()), !self.scope.displaced);
        self.emit(Event::Scope { id, ours });
        self.blank_all(now);
        for (_, load) in core::mem::take(&mut self.loads) {
            if let Load::Read(mut asked) = load {
                asked.loaded = true;
                self.answer(now, asked);
            }
        }
    }

    fn enter(&mut self) {
        let (said, nobody) = (!self.scope.id.is_empty(), Claim::default());
        self.scope.displaced = said && self.journal.claim.scope() != self.scope.id;
        let claims = said && !self.scope.displaced && self.guards(Guard::ScopeName);
        self.scope.prefix = key::item_prefix(if claims { &self.journal.claim } else { &nobody });
    }

    /// Removes what another claim has stored. What is nobody's stays, and where the page does not say who is signed
    /// in, so does what the others may have stored.
    fn sweep(&mut self, items: &[Rc<str>]) {
        let nobodys = joined(key::ENTRY_PREFIX, "|");
        let current = key::item_prefix(&self.journal.claim);
        for item in items {
            if item.starts_with(&*self.scope.prefix) {
                self.unscanned.push(Rc::clone(item));
            } else if !item.starts_with(&*nobodys) && !item.starts_with(&*current) {
                self.remove_item(Rc::clone(item));
            }
        }
        if !self.unscanned.is_empty() {
            self.push(Effect::FlushWhenIdle);
        }
    }
}
