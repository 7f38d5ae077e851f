//! Invalidate: recorded first, then applied to every layer, then told (design section 6).

use alloc::{rc::Rc, string::String, vec::Vec};

use super::batch::{Batch, Batches};
use super::prefetches::End;
use super::{BodyId, Cause, Effect, Engine, Event, GIVEN_UP, Guard, ResponseHead, Storage, url_of};
use crate::header;
use crate::journal::{Kind, Record, name};
use crate::key;
use crate::target::{Member, Mode, Target};
use crate::text::{joined, shared};
use crate::time::Millis;
use crate::url::Url;

/// URLs that an event names at the most.
const NAMED: usize = 100;
/// Invalidating answers to safe requests that are remembered.
const HONOURED: usize = 64;

impl Engine {
    /// Invalidates; says whether there was anything to. `except` is the key of the answer that asks for
    /// it, if it is safe.
    pub(super) fn invalidate(&mut self, now: Millis, batches: &Batches, except: Option<&str>) -> bool {
        if batches.is_empty() {
            return false;
        }
        for batch in batches.iter() {
            let kind = match batch.cause {
                // A later document must know that the write may yet be done.
                Cause::Unknown => Kind::Doubt,
                _ => Kind::Invalidation,
            };
            self.record(Record::new(now, kind, batch.origin.clone(), Rc::clone(&batch.members)));
        }
        self.write_journal();
        for batch in batches.iter() {
            self.apply(now, batch, except);
        }
        true
    }

    /// Appends to this document's journal. To be followed by [`write_journal`](Self::write_journal).
    pub(super) fn record(&mut self, record: Record) {
        let kind = record.kind;
        let max_age = if self.guards(Guard::Pruning) { self.options.max_age } else { 0 };
        let dropped = self.journal.append(max_age, record);
        if let Some(record) = self.journal.records.last() {
            match kind {
                Kind::Invalidation | Kind::Doubt => self.ledger.apply(&self.journal.id, record),
                Kind::Intent => self.ledger.advance(&self.journal.id, record.number),
            }
        }
        if dropped {
            self.ledger.keep(&self.journal);
        }
        self.ledger.keep_bounded(&self.journal.id);
    }

    /// Writes this document's journal, then the head, then tells the others.
    pub(super) fn write_journal(&mut self) {
        let text = self.journal.encode();
        match self.storage {
            Storage::Open { refusals: GIVEN_UP.., .. } => self.blank_sentinel(),
            Storage::Open { .. } => {
                let item = joined(key::JOURNAL_PREFIX, &self.journal.id);
                self.push(Effect::Put { item, text: text.clone() });
                self.write_head();
            }
            Storage::Denied => {}
        }
        // Whoever hears of that head has not seen the edits that were written: these are to be looked for.
        let head = self.head.as_deref().filter(|_| !self.outbox.wrote);
        let mut message = String::from(head.unwrap_or_default());
        for part in ["\n", &*self.journal.id, "\n", &text] {
            message.push_str(part);
        }
        self.push(Effect::Broadcast(message));
    }

    /// Lets the others see that something was written.
    pub(super) fn write_head(&mut self) {
        self.written += 1;
        let head = name(&self.journal.id, self.written);
        self.push(Effect::Put { item: shared(key::HEAD), text: String::from(&*head) });
        self.head = Some(head);
    }

    /// What a peek was told of a body holds no longer.
    #[inline(never)]
    pub(super) fn note_change(&mut self, body: Option<BodyId>) {
        if body.is_some() {
            self.changed(body);
        }
    }

    /// The same, of any body where none is named.
    #[inline(never)]
    pub(super) fn changed(&mut self, body: Option<BodyId>) {
        if self.guards(Guard::Said) {
            self.push(Effect::Changed(body));
        }
    }

    pub(super) fn invalidate_by_call(
        &mut self,
        now: Millis,
        members: &mut Vec<Member>,
        origin: Option<&str>,
    ) {
        let batches = self.named_by_call(members, origin);
        self.invalidate(now, &batches, None);
    }

    /// What a server pushes is within its own origin (P8).
    pub(super) fn invalidate_by_push(&mut self, now: Millis, members: &mut Vec<Member>, origin: &str) {
        let mut batches = Batches::default();
        batches.add(Cause::Push, Some(shared(origin)), core::mem::take(members));
        self.invalidate(now, &batches, None);
    }

    /// What a page names. A path or a pattern without an origin is one of this page's.
    pub(super) fn named_by_call(&self, members: &mut Vec<Member>, origin: Option<&str>) -> Batches {
        let mut paths = Vec::new();
        let mut rest = Vec::new();
        for member in members.drain(..) {
            match member.target {
                Target::Path { .. } | Target::Pattern(_) => paths.push(member),
                _ => rest.push(member),
            }
        }
        let mut batches = Batches::default();
        let origin_of_paths = origin.unwrap_or(&self.environment.origin);
        batches.add(Cause::Call, Some(shared(origin_of_paths)), paths);
        batches.add(Cause::Call, origin.map(shared), rest);
        batches
    }

    pub(super) fn clear(&mut self, now: Millis) {
        let mut batches = Batches::default();
        batches.add(Cause::Call, None, Member::everything());
        self.invalidate(now, &batches, None);
        for item in self.unscanned.take() {
            self.remove_item(item);
        }
    }

    /// An answer that passed by: its headers count.
    pub(super) fn observed(&mut self, now: Millis, method: &str, url: &str, head: &ResponseHead) {
        let Some(url) = Url::parse(url) else { return };
        self.judge_other(&url, head.status);
        if self.policy.is_safe(method, &url) {
            self.honour_safe(now, &url, head, None);
            if method == "HEAD" {
                self.compare(now, &url, head);
            }
        } else {
            self.conclude_unseen(now, method, url, head);
        }
    }

    /// Honours the invalidations that an answer to a safe request carries, once.
    pub(super) fn honour_safe(&mut self, now: Millis, url: &Url, head: &ResponseHead, except: Option<&str>) {
        if head.status == 304 || !self.is_first_seen(url, head) {
            return;
        }
        let mut batches = Batches::default();
        self.named_by_headers(&mut batches, url, head);
        self.invalidate(now, &batches, except);
    }

    /// What an answer names by `X-Cache-Invalidate` and `Clear-Site-Data`, within its own origin (P8).
    pub(super) fn named_by_headers(&mut self, batches: &mut Batches, url: &Url, head: &ResponseHead) {
        let url = head.answered_by(url);
        let origin = Some(shared(url.origin()));
        if let Some(value) = head.get("x-cache-invalidate") {
            let parsed = header::parse_invalidate_for(value, url.origin());
            if let Some(problem) = parsed.problem {
                self.problem(problem.code(), url.as_str());
            }
            batches.add(Cause::Header, origin.clone(), parsed.members);
        }
        if head.get("clear-site-data").is_some_and(header::clears_cache) {
            batches.add(Cause::Cleared, origin, Member::everything());
        }
    }

    pub(super) fn apply(&mut self, now: Millis, batch: &Batch, except: Option<&str>) {
        let origin = batch.origin.as_deref();
        let mut matched = Vec::new();
        let mut stale = Vec::new();
        let mut count = 0;
        let mut watched = false;
        for member in batch.members.iter() {
            watched = watched || self.watches.see(member, origin);
            for id in self.store.matching(member, origin) {
                let Some(entry) = self.store.get(id) else {
                    continue;
                };
                if except.is_some_and(|key| entry.is_of(key)) {
                    continue;
                }
                // One whose data is made of several is found more than once.
                if member.mode == Mode::Stale && entry.stale_since == Some(now) {
                    continue;
                }
                count += 1;
                if batch.cause != Cause::Peer {
                    self.measures.invalidated(&self.policy, entry);
                }
                if matched.len() < NAMED {
                    matched.push(url_of(entry));
                }
                let body = entry.body;
                self.close_prefetched(id, End::Invalidated);
                match member.mode {
                    Mode::Drop => self.drop_entry(id),
                    Mode::Stale => {
                        self.store.mark_stale(id, now);
                        self.note_change(body);
                        stale.push(id);
                    }
                }
            }
        }
        if batch.cause == Cause::Peer && count == 0 && !watched {
            return;
        }
        let targets = header::format_invalidate(&batch.members);
        let (origin, cause) = (batch.origin.clone(), batch.cause);
        let step = self.emit(Event::Invalidate { targets, origin, cause, matched, count });
        for id in stale {
            self.store.set_because(id, &step);
        }
        let before = self.log.because.replace(step);
        for member in batch.members.iter() {
            self.outdate(now, member, batch.origin.as_deref(), except);
        }
        self.log.because = before;
    }

    /// A stored answer that the browser hands out again brings the same header with the same `Date`.
    fn is_first_seen(&mut self, url: &Url, head: &ResponseHead) -> bool {
        let named = head.get("x-cache-invalidate").or_else(|| head.get("clear-site-data"));
        let (Some(value), Some(date)) = (named, head.get("date")) else {
            return true;
        };
        let mut seen = String::from(url.as_str());
        for part in [date, value] {
            seen.push('\n');
            seen.push_str(part);
        }
        let seen = key::hash(self.environment.hash_key, &seen);
        if self.honoured.contains(&seen) {
            return false;
        }
        if self.honoured.len() == HONOURED {
            self.honoured.remove(0);
        }
        self.honoured.push(seen);
        true
    }
}
