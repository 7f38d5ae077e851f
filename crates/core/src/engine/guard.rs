//! The guards that keep the promises. The simulation switches each off, to see that it finds what then happens.

use super::Engine;

/// A guard of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// An answer is not stored if something that it carries was invalidated since it was asked for (P2).
    PublishFence,
    /// A stored entry is dead if it was invalidated since it was asked for (P4).
    StorageFence,
    /// A stored entry is judged by what its own document knew of each journal (P3).
    FenceVector,
    /// What other documents wrote is read before anything is served (P3).
    CatchUp,
    /// Messages are heard (P3).
    Messages,
    /// A record outlives every entry that it concerns (P10).
    Pruning,
    /// Without the sentinel nothing that is stored counts (P10).
    Sentinel,
    /// A write is in the journal before it is sent (P4).
    Intent,
    /// After a write of unknown outcome nothing that it may change is stored for a while (P4).
    Settle,
    /// What was invalidated is fetched past the browser's own cache (P1).
    HttpCacheBypass,
    /// What an invalidation marked stale is fetched whole: a 304 to a condition may be wrong (P1).
    Condition,
    /// No request older than an invalidation is joined (P1).
    Join,
    /// The page is told that what was said to a peek holds no longer (P1).
    Said,
    /// An answer to a request of another scope is neither stored nor shared (P8).
    ScopeFence,
    /// What another scope has stored is not read (P8).
    ScopeName,
    /// What another document says of who is signed in counts here too (P8).
    Follow,
    /// An answer that may or may not have met a write is not the base of what that changes (P5).
    HoldBack,
    /// What was done stays a layer until data is there that has it (P5).
    LayerKept,
    /// A durable mutation is in storage before it is sent (P6).
    StoredFirst,
    /// A mutation is sent with the same key each time (P6).
    SameKey,
    /// Mutations of a lane are sent one after another (P6).
    LaneOrder,
    /// One document sends (P6).
    SingleSender,
}

impl Engine {
    /// Switches a guard off.
    #[cfg(feature = "sabotage")]
    pub fn without(&mut self, guard: Option<Guard>) {
        self.without = guard;
    }

    /// Whether a guard is up.
    #[cfg(feature = "sabotage")]
    pub(super) fn guards(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    /// Whether a guard is up.
    #[cfg(not(feature = "sabotage"))]
    pub(super) const fn guards(&self, _: Guard) -> bool {
        true
    }
}
