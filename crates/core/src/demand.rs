//! What a request asks of a stored answer (RFC 9111, sections 4.2.4 and 5.2.1; RFC 5861).

use alloc::string::String;

use crate::engine::CacheMode;
use crate::entry::Entry;
use crate::freshness::CacheControl;
use crate::key::header;
use crate::policy::ReadMode;
use crate::time::Millis;

/// What a request asks of a stored answer.
#[derive(Debug, Clone, Copy)]
pub struct Demand {
    control: CacheControl,
    cache: CacheMode,
    /// Its rule hands out what is stale while it is fetched anew.
    swr: bool,
}

/// How a stored answer may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Not before the network was asked.
    No,
    /// As it is.
    AsItIs,
    /// Stale, while it is fetched anew.
    WhileRefetched,
}

impl Demand {
    /// What a request with these headers and this `cache` mode asks, under a rule of this `mode`.
    pub fn new(headers: &[(String, String)], cache: CacheMode, mode: ReadMode) -> Self {
        let control = match (header(headers, "cache-control"), header(headers, "pragma")) {
            (Some(value), _) => CacheControl::parse(value),
            (None, Some(value)) => {
                CacheControl { no_cache: CacheControl::parse(value).no_cache, ..CacheControl::default() }
            }
            (None, None) => CacheControl::default(),
        };
        Self { control, cache, swr: mode == ReadMode::Swr }
    }

    /// It leaves the cache alone.
    pub fn bypasses(&self) -> bool {
        self.cache == CacheMode::Bypass || self.control.no_store
    }

    /// The network must be asked, for a whole answer.
    pub fn reloads(&self) -> bool {
        self.cache == CacheMode::Reload
    }

    /// The network must be asked.
    pub fn validates(&self) -> bool {
        self.reloads() || self.cache == CacheMode::Validate || self.control.no_cache
    }

    /// The network must not be asked: by the `cache` mode.
    pub fn only_cached(&self) -> bool {
        self.cache == CacheMode::OnlyIfCached
    }

    /// The network must not be asked: by `Cache-Control`.
    pub fn only_if_cached(&self) -> bool {
        self.control.only_if_cached
    }

    /// How this entry may be used. One that was invalidated is handed out by a rule that says `swr` alone, while its
    /// refetch runs (P1), whatever the request would put up with.
    pub fn allows(&self, entry: &Entry, now: Millis) -> Use {
        // An entry from the future tells that the clock was set back.
        if self.validates() || entry.sent > now || now >= entry.expires {
            return Use::No;
        }
        let invalidated = entry.stale_since.is_some();
        if matches!(self.cache, CacheMode::ForceCache | CacheMode::OnlyIfCached) && !invalidated {
            return Use::AsItIs;
        }
        let too_old = self.control.max_age.is_some_and(|limit| entry.age(now) > limit);
        if entry.is_fresh(now) {
            let left = entry.fresh_until - now;
            return if too_old || left < self.control.min_fresh { Use::No } else { Use::AsItIs };
        }
        if entry.must_revalidate || too_old {
            return Use::No;
        }
        let stale_for = now.saturating_sub(entry.fresh_until);
        if !invalidated && self.control.max_stale.is_some_and(|limit| stale_for <= limit) {
            return Use::AsItIs;
        }
        let granted = !invalidated && now < entry.stale_while_revalidate_until;
        if self.takes_stale() && (granted || self.swr) { Use::WhileRefetched } else { Use::No }
    }

    /// Whether this entry may be handed out in place of a failed answer. Never across an invalidation, nor where that
    /// only marked it stale: what was written would seem to be undone, with no refetch on its way (P1).
    pub fn allows_after_error(&self, entry: &Entry, now: Millis) -> bool {
        let limit = entry.fresh_until.saturating_add(self.control.stale_if_error.unwrap_or(0));
        !self.validates()
            && !entry.must_revalidate
            && entry.stale_since.is_none()
            && entry.sent <= now
            && now < limit.max(entry.stale_if_error_until).min(entry.expires)
            && self.takes_stale()
    }

    /// A request that says how fresh an answer must be takes no stale one.
    fn takes_stale(&self) -> bool {
        self.control.max_age.is_none() && self.control.min_fresh == 0
    }
}

#[cfg(test)]
mod tests;
