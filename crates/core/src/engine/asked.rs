//! What is asked for, on which terms, and which entries will do.

use alloc::{rc::Rc, string::String, vec::Vec};

use super::{Kind, QueryOptions, ReadId, Trigger};
use crate::demand::{Demand, Use};
use crate::entry::Entry;
use crate::policy::{ReadMode, Rule};
use crate::time::Millis;
use crate::url::Url;

/// As in SWR.
const DEDUPING_INTERVAL: Millis = 2_000;

/// What a rule says of storing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) stale_time: Option<Millis>,
    pub(super) gc_time: Option<Millis>,
    pub(super) persist: Option<bool>,
    pub(super) mode: ReadMode,
}

impl Terms {
    /// What a rule says to a query, and where the query chooses itself, that.
    pub(super) fn of(rule: Option<&Rule>, options: &QueryOptions) -> Self {
        let mut terms = match rule {
            Some(rule) => Self::from(rule),
            None => Self { stale_time: Some(0), gc_time: None, persist: Some(false), mode: ReadMode::Swr },
        };
        terms.stale_time = options.stale_time.or(terms.stale_time);
        terms.gc_time = options.gc_time.or(terms.gc_time);
        terms.persist = options.persist.or(terms.persist);
        terms.mode = if options.wait_for_fresh == Some(true) { ReadMode::Fresh } else { ReadMode::Swr };
        terms
    }
}

impl From<&Rule> for Terms {
    fn from(rule: &Rule) -> Self {
        Self { stale_time: rule.stale_time, gc_time: rule.gc_time, persist: rule.persist, mode: rule.mode }
    }
}

/// What is said of a prefetch.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hint {
    pub(super) trigger: Trigger,
    /// The highest goes first.
    pub(super) priority: u8,
}

/// What the page asked for, by a GET that a rule caches, or a HEAD.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) read: ReadId,
    pub(super) kind: Kind,
    /// Of a prefetch alone.
    pub(super) hint: Hint,
    pub(super) options: Rc<QueryOptions>,
    pub(super) key: Rc<str>,
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    /// The request carries credentials of its own: memory only (P8).
    pub(super) authorized: bool,
    /// A HEAD: there will be no flight.
    pub(super) head: bool,
    /// Whose data the answer is can't be told, unless it shows a `Vary`.
    pub(super) doubtful: bool,
    pub(super) demand: Demand,
    /// Storage has been looked at.
    pub(super) loaded: bool,
    pub(super) terms: Terms,
}

impl Asked {
    /// Whether it is content with what is there.
    pub(super) fn is_idle(&self) -> bool {
        self.kind == Kind::Peek || (self.kind == Kind::Watch && self.options.enabled == Some(false))
    }

    /// Whether an entry is fresh for who asks.
    pub(super) fn finds_fresh(&self, entry: &Entry, now: Millis) -> bool {
        entry.stale_since.is_none() && entry.sent <= now && now < self.fresh_until(entry)
    }

    /// Until when an entry is fresh for who asks, unless it is invalidated.
    pub(super) fn fresh_until(&self, entry: &Entry) -> Millis {
        match self.options.stale_time {
            Some(stale_time) if self.kind != Kind::Fetch => entry.sent.saturating_add(stale_time),
            _ => entry.fresh_until,
        }
    }

    /// How an entry may answer, fresh or stale.
    pub(super) fn allows(&self, entry: &Entry, now: Millis) -> Use {
        if self.kind == Kind::Fetch {
            return if entry.local { Use::No } else { self.demand.allows(entry, now) };
        }
        if self.kind == Kind::Prefetch && !self.is_content_with(entry, now) {
            return Use::No;
        }
        // Data alone can't be marked stale, so what was invalidated is waited for (P1).
        let may_be_stale = self.kind != Kind::Query
            || (entry.stale_since.is_none() && !entry.must_revalidate && self.terms.mode == ReadMode::Swr);
        let alive = entry.sent <= now && now < entry.expires;
        if self.demand.validates() || !alive || !(may_be_stale || self.finds_fresh(entry, now)) {
            Use::No
        } else if self.is_content_with(entry, now) || self.is_idle() {
            Use::AsItIs
        } else {
            Use::WhileRefetched
        }
    }

    /// Whether an entry needs no request now.
    pub(super) fn is_content_with(&self, entry: &Entry, now: Millis) -> bool {
        // Where nobody has used what was prefetched, it is as good as fresh.
        let first = entry.prefetched.is_some() && entry.is_fresh(now);
        first || self.finds_fresh(entry, now) || self.is_deduped(entry, now)
    }

    /// Whether it was asked for so short a time ago that it is not asked for again.
    fn is_deduped(&self, entry: &Entry, now: Millis) -> bool {
        self.kind != Kind::Fetch
            && entry.stale_since.is_none()
            && entry.sent <= now
            && now < self.deduped_until(entry)
    }

    /// Until when it is not asked for again.
    pub(super) fn deduped_until(&self, entry: &Entry) -> Millis {
        entry.sent.saturating_add(self.options.deduping_interval.unwrap_or(DEDUPING_INTERVAL))
    }
}
