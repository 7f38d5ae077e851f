//! Invalidate: recorded first, then applied to every layer, then told (design section 6).

use alloc::{rc::Rc, string::String, vec, vec::Vec};

use super::{Cause, Effect, Engine, Event, ResponseHead, Storage};
use crate::header;
use crate::journal::Kind;
use crate::key;
use crate::target::{Member, Mode, Target};
use crate::time::Millis;
use crate::url::Url;

/// URLs that an event names at the most.
const NAMED: usize = 100;
/// Invalidating answers to safe requests that are remembered.
const HONOURED: usize = 64;

/// Targets that are invalidated for one reason.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) cause: Cause,
    pub(super) origin: Option<Rc<str>>,
    pub(super) members: Vec<Member>,
}

impl Engine {
    /// Invalidates; says whether there was anything to. `except` is the key of the answer that asks for
    /// it, if it is safe.
    pub(super) fn invalidate(&mut self, now: Millis, batches: Vec<Batch>, except: Option<&str>) -> bool {
        let batches: Vec<Batch> = batches.into_iter().filter(|batch| !batch.members.is_empty()).collect();
        for batch in &batches {
            let kind = match batch.cause {
                // A later document must know that the write may yet be done.
                Cause::Unknown => Kind::Doubt,
                _ => Kind::Invalidation,
            };
            self.record(now, kind, batch.origin.clone(), batch.members.clone());
        }
        if batches.is_empty() {
            return false;
        }
        self.write_journal();
        for batch in batches {
            self.apply(now, batch, except);
        }
        true
    }

    /// Appends to this document's journal. To be followed by [`write_journal`](Self::write_journal).
    pub(super) fn record(&mut self, now: Millis, kind: Kind, origin: Option<Rc<str>>, members: Vec<Member>) {
        let dropped = self.journal.append(now, self.options.max_age, kind, origin, members);
        if let Some(record) = self.journal.records.last() {
            match kind {
                Kind::Invalidation | Kind::Doubt => self.ledger.apply(&self.journal.id, record),
                Kind::Intent => self.ledger.advance(&self.journal.id, record.number),
            }
        }
        if dropped {
            self.ledger.keep(&self.journal);
        }
    }

    pub(super) fn write_journal(&mut self) {
        if matches!(self.storage, Storage::Open { .. }) {
            let mut item = String::from(key::JOURNAL_PREFIX);
            item.push_str(&self.journal.id);
            let text = self.journal.encode();
            self.push(Effect::Put { item: Rc::from(item.as_str()), text });
        }
    }

    pub(super) fn invalidate_by_call(&mut self, now: Millis, members: Vec<Member>, origin: Option<String>) {
        // A path or a pattern without an origin is one of this page's origin.
        let here = self.environment.origin.clone();
        let local = |member: &Member| matches!(member.target, Target::Path { .. } | Target::Pattern(_));
        let (paths, rest): (Vec<Member>, Vec<Member>) = members.into_iter().partition(local);
        let batch = |members: Vec<Member>, origin: Option<String>| Batch {
            cause: Cause::Call,
            origin: origin.map(Rc::from),
            members,
        };
        let paths = batch(paths, origin.clone().or(Some(here)));
        self.invalidate(now, vec![paths, batch(rest, origin)], None);
    }

    pub(super) fn clear(&mut self, now: Millis) {
        let all = vec![Member::drop(Target::All)];
        self.invalidate(now, vec![Batch { cause: Cause::Call, origin: None, members: all }], None);
        let unscanned = core::mem::take(&mut self.unscanned);
        if !unscanned.is_empty() {
            self.push(Effect::Remove(unscanned));
        }
    }

    /// An answer that passed by: its headers count.
    pub(super) fn observed(&mut self, now: Millis, method: &str, url: &str, head: &ResponseHead) {
        let Some(url) = Url::parse(url) else { return };
        if self.policy.is_safe(method, &url) {
            self.honour_safe(now, &url, head, None);
        } else {
            self.conclude(now, method, &url, head, &[], &[]);
        }
    }

    /// Honours the invalidations that an answer to a safe request carries, once.
    pub(super) fn honour_safe(&mut self, now: Millis, url: &Url, head: &ResponseHead, except: Option<&str>) {
        if head.status == 304 || !self.is_first_seen(url, head) {
            return;
        }
        let batches = self.named_by_headers(url, head);
        self.invalidate(now, batches, except);
    }

    /// What an answer names by `X-Cache-Invalidate` and `Clear-Site-Data`, within its own origin (P8).
    pub(super) fn named_by_headers(&mut self, url: &Url, head: &ResponseHead) -> Vec<Batch> {
        let mut batches = Vec::new();
        let url = answered_by(url, head);
        let origin: Rc<str> = Rc::from(url.origin());
        if let Some(value) = head.get("x-cache-invalidate") {
            let parsed = header::parse_invalidate_for(value, url.origin());
            if let Some(problem) = parsed.problem {
                self.problem(problem.code(), url.as_str());
            }
            batches.push(Batch {
                cause: Cause::Header,
                origin: Some(Rc::clone(&origin)),
                members: parsed.members,
            });
        }
        if head.get("clear-site-data").is_some_and(header::clears_cache) {
            let members = vec![Member::drop(Target::All)];
            batches.push(Batch { cause: Cause::Cleared, origin: Some(origin), members });
        }
        batches
    }

    fn apply(&mut self, now: Millis, batch: Batch, except: Option<&str>) {
        let Batch { cause, origin, members } = batch;
        let mut matched = Vec::new();
        let mut count = 0;
        for member in &members {
            for id in self.store.matching(member, origin.as_deref()) {
                let Some(entry) = self.store.get(id) else {
                    continue;
                };
                if except == Some(&*entry.key) {
                    continue;
                }
                count += 1;
                if matched.len() < NAMED {
                    matched.push(Rc::from(entry.url.as_str()));
                }
                match member.mode {
                    Mode::Drop => self.drop_entry(id),
                    Mode::Stale => self.store.mark_stale(id, now),
                }
            }
        }
        let targets = header::format_invalidate(&members);
        self.emit(Event::Invalidate { targets, origin, cause, matched, count });
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
            self.honoured.pop_front();
        }
        self.honoured.push_back(seen);
        true
    }
}

/// The URL that answered, after redirects.
pub(super) fn answered_by(url: &Url, head: &ResponseHead) -> Url {
    head.url.as_deref().and_then(Url::parse).unwrap_or_else(|| url.clone())
}
