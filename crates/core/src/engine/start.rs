//! Start: what earlier documents left is taken up, their invalidations first.

use alloc::{string::String, vec, vec::Vec};

use super::{Cause, EarlyWrite, Effect, Engine, Event, Snapshot, Storage};
use crate::header;
use crate::journal::{Journal, Kind};
use crate::key;
use crate::text::{joined, shared};
use crate::time::Millis;
use crate::url::Url;

/// Journals that may lie in storage; with one more, everything is dropped (P10).
const MAX_JOURNALS: usize = 64;
/// How old an intent may be for its write to be still on its way.
const WRITE_LIFETIME: Millis = 60_000;

impl Engine {
    pub(super) fn start(&mut self, now: Millis, snapshot: Option<&Snapshot>) {
        let Some(snapshot) = snapshot else { return };
        for item in &snapshot.items {
            self.unscanned.push(shared(item));
        }
        match (&snapshot.sentinel, readable(&snapshot.journals)) {
            (Some(epoch), Some(journals)) if !epoch.is_empty() && journals.len() <= MAX_JOURNALS => {
                self.storage = Storage::Open { epoch: shared(epoch), failing: false };
                for journal in &journals {
                    self.take_up(now, journal);
                }
            }
            (sentinel, _) => {
                if sentinel.is_some() {
                    self.problem("journal-unreadable", key::JOURNAL_PREFIX);
                }
                self.drop_storage();
                let mut names = vec![];
                for (name, _) in &snapshot.journals {
                    names.push(shared(name));
                }
                self.remove_items(names);
                self.open_epoch(false);
            }
        }
        for write in &snapshot.early {
            self.early(now, write);
        }
        if !self.unscanned.is_empty() {
            self.push(Effect::FlushWhenIdle);
        }
    }

    fn take_up(&mut self, now: Millis, journal: &Journal) {
        if journal.is_expired(now, self.options.max_age) {
            self.remove_item(joined(key::JOURNAL_PREFIX, &journal.id));
            return;
        }
        for record in &journal.records {
            self.ledger.apply(&journal.id, record);
        }
        self.ledger.advance(&journal.id, journal.head);
        for intent in journal.unsettled() {
            self.orphan(now, intent);
        }
    }

    /// A write whose document is gone: its intent was applied as an invalidation; its effect may come yet.
    fn orphan(&mut self, now: Millis, intent: &crate::journal::Record) {
        debug_assert_ne!(intent.kind, Kind::Invalidation);
        if now < intent.time.saturating_add(WRITE_LIFETIME.max(self.options.settle)) {
            let until = now.saturating_add(self.options.settle);
            self.suspects.add(now, intent.origin.clone(), intent.members.clone(), until);
        }
        self.emit(Event::Invalidate {
            targets: header::format_invalidate(&intent.members),
            origin: intent.origin.clone(),
            cause: Cause::Orphan,
            matched: vec![],
            count: 0,
        });
    }

    /// A write that passed before the engine was ready.
    fn early(&mut self, now: Millis, write: &EarlyWrite) {
        let Some(url) = Url::parse(&write.url) else {
            return;
        };
        match &write.head {
            Some(head) => self.observed(now, &write.method, url.as_str(), head),
            None if self.policy.is_safe(&write.method, &url) => {}
            None => {
                let members = self.may_touch(&write.method, &url, &[]);
                self.suspect(now, &url, members.into());
            }
        }
    }
}

/// The journals; `None` where one can't be read, so that nobody knows what it said.
fn readable(texts: &[(String, String)]) -> Option<Vec<Journal>> {
    let mut journals = Vec::new();
    for (name, text) in texts {
        journals.push(Journal::decode(shared(name.strip_prefix(key::JOURNAL_PREFIX)?), text)?);
    }
    Some(journals)
}
