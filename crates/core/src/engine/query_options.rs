//! What a query may choose.

use alloc::{boxed::Box, string::String, vec, vec::Vec};

use crate::policy::PolicyError;
use crate::policy::document::{Node, Shape, Type};
use crate::time::Millis;
use crate::value::Value;

const SHAPE: Shape<12> = [
    ("staleTime", Type::Millis),
    ("gcTime", Type::Millis),
    ("dedupingInterval", Type::Millis),
    ("refetchInterval", Type::Millis),
    ("retry", Type::Count),
    ("refetchOnWindowFocus", Type::Flag),
    ("refetchOnReconnect", Type::Flag),
    ("waitForFresh", Type::Flag),
    ("enabled", Type::Flag),
    ("persist", Type::Flag),
    ("stale", Type::Flag),
    ("tags", Type::List),
];

/// Who asks, and so what comes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The page's `fetch`, which waits for a response.
    Fetch,
    /// Somebody who waits for data.
    Query,
    /// Somebody who wants data that is there, or nothing.
    Peek,
    /// Somebody who watches, until `Abort`: told of all that becomes of the data.
    Watch,
    /// Nobody yet.
    Prefetch,
}

/// What a query chooses; what is left out, the cache's own `query` options choose.
#[derive(Debug, Clone, Default)]
pub struct QueryOptions {
    /// How long data is fresh for this query.
    pub stale_time: Option<Millis>,
    /// How long data that is not used is kept.
    pub gc_time: Option<Millis>,
    /// For how long after a request no other one is made, unless something was invalidated.
    pub deduping_interval: Option<Millis>,
    /// Time between two requests of one that watches.
    pub refetch_interval: Option<Millis>,
    /// How often a request that failed is made again.
    pub retry: Option<u32>,
    /// Stale data that is watched is fetched anew when the page is looked at again.
    pub refetch_on_window_focus: Option<bool>,
    /// The same when the network is back.
    pub refetch_on_reconnect: Option<bool>,
    /// Stale data is waited for, not handed out while its refetch runs.
    pub wait_for_fresh: Option<bool>,
    /// `false`: one that watches fetches nothing of itself.
    pub enabled: Option<bool>,
    /// Whether the answer may reach localStorage, whatever the rule says.
    pub persist: Option<bool>,
    /// What the page says itself is out of date.
    pub stale: Option<bool>,
    /// Tags of the data, beside those of rules, entity map and headers. One that begins with `/` is a path that the data is
    /// made of.
    pub tags: Vec<String>,
}

impl QueryOptions {
    /// Reads the object that the page gave.
    ///
    /// # Errors
    /// [`PolicyError`] names the key and what is wrong there.
    pub fn from_value(value: &Value) -> Result<Self, Box<PolicyError>> {
        Self::read(&Node::root(value))
    }

    pub(super) fn read(node: &Node<'_>) -> Result<Self, Box<PolicyError>> {
        let [
            stale_time,
            gc_time,
            deduping,
            interval,
            retry,
            focus,
            reconnect,
            fresh,
            enabled,
            persist,
            stale,
            tags,
        ] = node.fields(&SHAPE)?;
        let mut options = Self {
            stale_time: stale_time.as_millis(),
            gc_time: gc_time.as_millis(),
            deduping_interval: deduping.as_millis(),
            refetch_interval: interval.as_millis().filter(|interval| *interval > 0),
            retry: retry.as_millis().map(|times| times as u32),
            refetch_on_window_focus: focus.as_bool(),
            refetch_on_reconnect: reconnect.as_bool(),
            wait_for_fresh: fresh.as_bool(),
            enabled: enabled.as_bool(),
            persist: persist.as_bool(),
            stale: stale.as_bool(),
            tags: vec![],
        };
        node.member("tags", tags).list(&mut |tag| {
            options.tags.push(tag.text()?.into());
            Ok(())
        })?;
        Ok(options)
    }

    /// These, and where they are silent those.
    pub(super) fn over(&mut self, default: &Self) {
        self.stale_time = self.stale_time.or(default.stale_time);
        self.gc_time = self.gc_time.or(default.gc_time);
        self.deduping_interval = self.deduping_interval.or(default.deduping_interval);
        self.refetch_interval = self.refetch_interval.or(default.refetch_interval);
        self.retry = self.retry.or(default.retry);
        self.refetch_on_window_focus = self.refetch_on_window_focus.or(default.refetch_on_window_focus);
        self.refetch_on_reconnect = self.refetch_on_reconnect.or(default.refetch_on_reconnect);
        self.wait_for_fresh = self.wait_for_fresh.or(default.wait_for_fresh);
    }
}
