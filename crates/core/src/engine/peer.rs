//! Peer: what other documents invalidated, by message or by storage, whichever comes first (P3).

use alloc::{rc::Rc, vec::Vec};

use super::batch::Batch;
use super::{Cause, Effect, Engine, GIVEN_UP, Guard, Snapshot, Storage};
use crate::journal::{Journal, Kind, Record, WRITE_LIFETIME, name};
use crate::key;
use crate::target::Member;
use crate::text::{cut, joined, shared};
use crate::time::Millis;

/// Journals that may lie in storage; with one more, everything is dropped (P10).
const MAX_JOURNALS: usize = 64;

/// A document that is watched, since it matters when it goes.
#[derive(Debug)]
pub(super) struct Peer {
    id: Rc<str>,
    /// Its writes that were under way when it was last heard of.
    intents: Vec<Record>,
    /// All that its journal said is over.
    expired: bool,
}

impl Engine {
    /// Whether storage holds what the engine has not seen: some document has written its journal, or storage
    /// was cleared. `head` is the text of [`key::HEAD`]; with `true`, read all of it and say `CatchUp` before
    /// anything else.
    pub fn is_outdated(&self, head: Option<&str>) -> bool {
        self.guards(Guard::CatchUp)
            && matches!(self.storage, Storage::Open { .. })
            && head != self.head.as_deref()
    }

    /// Takes up what storage holds by now.
    pub(super) fn catch_up(&mut self, now: Millis, snapshot: &Snapshot) {
        let Storage::Open { epoch, refusals } = &self.storage else {
            return;
        };
        if !self.guards(Guard::CatchUp) {
            return;
        }
        let sentinel = snapshot.sentinel.as_deref().unwrap_or_default();
        let known = *sentinel == **epoch || !self.guards(Guard::Sentinel);
        let refusals = *refusals;
        self.head = snapshot.head.as_deref().map(shared);
        match journals(snapshot) {
            Some(journals) if known => {
                self.learn(now, &journals);
                return self.learn_edits(now, &snapshot.edits, false);
            }
            _ => {}
        }
        // Storage was cleared, or given up by a document that could not write.
        self.follow_all(now, snapshot);
        self.doubt_everything(now);
        // A blank one was not cleared.
        let cleared = !sentinel.starts_with('!');
        if refusals >= GIVEN_UP && key::is_blank(sentinel) {
            // Nor could this one. Two of them must not try in turn for ever.
            self.storage = Storage::Open { epoch: shared(sentinel), refusals };
        } else {
            self.take_storage(now, snapshot);
            self.write_journal();
        }
        self.learn_edits(now, &snapshot.edits, cleared);
    }

    /// Nobody knows what was invalidated, nor what is being written: it may be anything, and the browser's own
    /// cache may hold it.
    fn doubt_everything(&mut self, now: Millis) {
        let everything = Record::new(now, Kind::Doubt, None, Member::everything());
        self.apply(now, &batch(Cause::Cleared, &everything), None);
        self.doubt(now, &everything);
        self.record(everything);
    }

    /// Takes up what another document says of itself: the head that it wrote, unless there is more to look at, its name,
    /// and its journal.
    pub(super) fn hear(&mut self, now: Millis, message: &str) {
        if self.guards(Guard::Messages)
            && let Some((head, rest)) = cut(message, '\n')
            && let Some((id, text)) = cut(rest, '\n')
            && let Some(journal) = Journal::decode(shared(id), text)
        {
            if !head.is_empty() {
                self.head = Some(shared(head));
            }
            self.learn(now, &[journal]);
        }
    }

    /// Another document is gone: its writes may be done or not.
    pub(super) fn gone(&mut self, now: Millis, id: &str) {
        if let Some(at) = self.peers.iter().position(|peer| *peer.id == *id) {
            let peer = self.peers.remove(at);
            if peer.expired {
                // Ours then says who is signed in.
                self.write_journal();
                // Only now: while it is there, it may be writing it anew.
                self.remove_item(joined(key::JOURNAL_PREFIX, id));
                self.ledger.keep(&Journal::new(shared(id)));
            }
            self.speak_for(now, &[peer], true);
        }
    }

    /// Opens storage as it is found: what earlier documents left is taken up, their invalidations first.
    pub(super) fn take_storage(&mut self, now: Millis, snapshot: &Snapshot) {
        self.head = snapshot.head.as_deref().map(shared);
        match (&snapshot.sentinel, journals(snapshot)) {
            (Some(epoch), Some(journals)) if !key::is_blank(epoch) => {
                self.storage = Storage::Open { epoch: shared(epoch), refusals: 0 };
                self.learn(now, &journals);
                // Whoever began these writes may be gone, or go yet: of that it will be told.
                let peers = core::mem::take(&mut self.peers);
                self.speak_for(now, &peers, false);
                self.peers = peers;
            }
            (sentinel, _) => {
                self.follow_all(now, snapshot);
                self.drop_storage();
                for (name, _) in &snapshot.journals {
                    self.remove_item(shared(name));
                }
                self.open_epoch(0);
                if sentinel.is_some() {
                    self.problem("journal-unreadable", key::JOURNAL_PREFIX);
                    self.doubt_everything(now);
                    self.write_journal();
                }
            }
        }
    }

    /// Applies what these journals say that is new.
    fn learn(&mut self, now: Millis, journals: &[Journal]) {
        for journal in journals {
            if journal.id == self.journal.id {
                continue;
            }
            self.follow(now, &journal.claim);
            let known = self.ledger.position(&journal.id);
            if journal.head < known {
                continue;
            }
            // What we see of storage may lag behind; but not by as much as that.
            let expired = journal.is_expired(now.saturating_sub(WRITE_LIFETIME), self.options.max_age);
            for record in &journal.records {
                if record.number > known && record.kind != Kind::Intent {
                    self.ledger.apply(&journal.id, record);
                    self.apply(now, &batch(Cause::Peer, record), None);
                    self.doubt(now, record);
                }
            }
            if journal.head > known {
                self.ledger.advance(&journal.id, journal.head);
                self.ledger.keep(journal);
                self.ledger.keep_bounded(&self.journal.id);
            }
            self.watch(journal, expired);
        }
        // A write that somebody has spoken for is nobody's orphan.
        for record in journals.iter().flat_map(|journal| &journal.records) {
            if let Some(of) = &record.of {
                for peer in &mut self.peers {
                    let id = Rc::clone(&peer.id);
                    peer.intents.retain(|intent| name(&id, intent.number) != *of);
                }
            }
        }
    }

    /// Remembers which writes of a document are under way, and asks to be told when it is gone.
    fn watch(&mut self, journal: &Journal, expired: bool) {
        let mut intents = Vec::new();
        for record in &journal.records {
            if record.kind == Kind::Intent && !expired {
                intents.push(record.clone());
            }
        }
        let peer = Peer { id: Rc::clone(&journal.id), intents, expired };
        match self.peers.iter_mut().find(|peer| peer.id == journal.id) {
            Some(known) => *known = peer,
            None if peer.intents.is_empty() && !expired => {}
            None => {
                self.peers.push(peer);
                self.push(Effect::Watch(Rc::clone(&journal.id)));
            }
        }
    }

    /// Speaks for writes whose document is gone, or may be: what they may have touched is dropped, here and by a
    /// record of ours everywhere. Of a document that is gone nobody needs to speak again.
    fn speak_for(&mut self, now: Millis, peers: &[Peer], gone: bool) {
        let mut found = false;
        for peer in peers {
            for intent in &peer.intents {
                let of = gone.then(|| name(&peer.id, intent.number));
                let doubt = Record::new(now, Kind::Doubt, intent.origin.clone(), Rc::clone(&intent.members));
                self.record(Record { of, ..doubt });
                found = true;
            }
        }
        if found {
            self.write_journal();
        }
        for intent in peers.iter().flat_map(|peer| &peer.intents) {
            self.apply(now, &batch(Cause::Orphan, intent), None);
            self.doubt(now, intent);
        }
    }

    /// Where a write may still be on its way, nothing is stored for a while of what it may change.
    fn doubt(&mut self, now: Millis, record: &Record) {
        let lifetime = WRITE_LIFETIME.max(self.options.settle);
        if record.kind != Kind::Invalidation && now < record.time.saturating_add(lifetime) {
            let until = now.saturating_add(self.options.settle);
            self.suspects.add(
                self.flights.oldest(now),
                record.origin.clone(),
                Rc::clone(&record.members),
                until,
            );
        }
    }
}

fn batch(cause: Cause, record: &Record) -> Batch {
    let members: Rc<Vec<Member>> = Rc::clone(&record.members);
    Batch { cause, origin: record.origin.clone(), members }
}

/// The journals; `None` where one can't be read, so that nobody knows what it said, or where there are too many.
fn journals(snapshot: &Snapshot) -> Option<Vec<Journal>> {
    let mut journals = Vec::new();
    for (name, text) in &snapshot.journals {
        journals.push(Journal::decode(shared(name.strip_prefix(key::JOURNAL_PREFIX)?), text)?);
    }
    (journals.len() <= MAX_JOURNALS).then_some(journals)
}
