//! What the engine tells of itself.

use alloc::{rc::Rc, string::String, vec::Vec};

use super::prefetches::{End, Trigger};
use crate::time::Millis;

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The memory of this tab.
    Memory,
    /// localStorage.
    Storage,
}

/// Why something was invalidated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A response header named it.
    Header,
    /// The entity map named it.
    Map,
    /// A successful write to its URL (RFC 9111, section 4.4).
    Write,
    /// A write whose outcome is unknown.
    Unknown,
    /// The page asked for it.
    Call,
    /// The server said so, unasked.
    Push,
    /// A write that an earlier document left unresolved.
    Orphan,
    /// Another document invalidated it.
    Peer,
    /// The server asked to clear the site's data, or storage was cleared under us.
    Cleared,
}

/// One step of the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A read was answered from the cache.
    Hit {
        /// Its URL.
        url: Rc<str>,
        /// From which layer.
        source: Source,
        /// Time since the answer was generated.
        age: Millis,
        /// Handed out stale, while its refetch runs.
        stale: bool,
    },
    /// A read went to the network.
    Miss {
        /// Its URL.
        url: Rc<str>,
        /// It joined a request that was under way.
        joined: bool,
    },
    /// A request was sent. Those who listen are not told.
    Request {
        /// Its URL.
        url: Rc<str>,
        /// Why: `read`, `stale`, `watch`, `prefetch`, `retry`, `invalidated`, `late`, `written`, `scope`, `focus`,
        /// `reconnect`, `interval`, `expired` or `call`.
        reason: &'static str,
    },
    /// A write has ended. Those who listen are not told.
    Write {
        /// Its method.
        method: Rc<str>,
        /// Its URL.
        url: Rc<str>,
        /// The status of its answer; 0 where there was none.
        status: u16,
        /// The idempotency key of the mutation that it is the request of.
        mutation: Option<Rc<str>>,
    },
    /// The server says that a stored answer is current (304).
    Revalidate {
        /// Its URL.
        url: Rc<str>,
    },
    /// A request failed, and those who waited for it were given the stored answer, which is stale.
    StaleIfError {
        /// Its URL.
        url: Rc<str>,
        /// Time since the answer was generated.
        age: Millis,
    },
    /// An answer was stored.
    Store {
        /// Its URL.
        url: Rc<str>,
        /// Its tags.
        tags: Vec<Rc<str>>,
        /// Its size.
        size: u32,
    },
    /// An answer was not stored: its request was sent before an invalidation (P2).
    LateFill {
        /// Its URL.
        url: Rc<str>,
    },
    /// An entry was written to localStorage.
    Persist {
        /// Its URL.
        url: Rc<str>,
    },
    /// An invalidation was applied.
    Invalidate {
        /// The targets, as `X-Cache-Invalidate` writes them.
        targets: String,
        /// The origin that it is limited to.
        origin: Option<Rc<str>>,
        /// Why.
        cause: Cause,
        /// URLs of the entries that it matched (the first 100).
        matched: Vec<Rc<str>>,
        /// How many it matched.
        count: u32,
    },
    /// Somebody else is signed in, or nobody: all entries are dropped.
    Scope {
        /// Who, as the document that changed it said; empty for nobody.
        id: Rc<str>,
        /// Whether this page says so too. If not, nothing is cached until it does.
        ours: bool,
    },
    /// A prefetch was sent, or has ended.
    Prefetch {
        /// Its URL.
        url: Rc<str>,
        /// What made the page prefetch.
        trigger: Trigger,
        /// How it ended.
        end: Option<End>,
        /// Size of its answer, where there is one.
        bytes: u32,
        /// Milliseconds that who used it did not have to wait.
        saved: Millis,
    },
    /// A mutation has come to another state.
    Mutation {
        /// Its idempotency key.
        id: Rc<str>,
        /// The URL of its request, or nothing.
        url: Rc<str>,
        /// `queued`, `sending`, `retry`, `paused`, `done`, `failed`, `dead` or `withdrawn`.
        state: &'static str,
    },
    /// An entry was evicted to stay within bounds, or had reached its end.
    Evict {
        /// Its URL.
        url: Rc<str>,
        /// From which layer.
        source: Source,
    },
    /// Something was wrong and was skipped or widened; `code` is stable.
    Problem {
        /// What, such as `header-too-large` or `record-corrupt`.
        code: &'static str,
        /// The URL or item concerned.
        subject: Rc<str>,
    },
}
