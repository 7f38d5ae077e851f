//! What is counted.

/// What is counted. The numbers are part of stored texts: new ones come last, and none goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// Reads that were answered from the cache, stale ones too.
    Hits,
    /// Of these, those that were handed out stale.
    StaleHits,
    /// Reads that went to the network, or joined a request that was under way.
    Misses,
    /// Of these, those that joined one.
    Joined,
    /// Looks at what is there that ask for nothing.
    Peeks,
    /// Answers that were stored.
    Stores,
    /// Answers that were not, since an invalidation had met them.
    LateFills,
    /// Stored answers that the server said are current.
    Revalidations,
    /// Invalidations that were made here and met something; those of other documents are counted there.
    Invalidations,
    /// Entries that these have met.
    Invalidated,
    /// Entries that had to go, or had come to their end.
    Evictions,
    /// Requests that have ended, of reads and writes.
    Requests,
    /// Of these, those that failed, or were answered by a status of 500 or more.
    Errors,
    /// Writes that have ended.
    Writes,
    /// Mutations that failed, and whose change was taken back.
    Rollbacks,
    /// Prefetches that were sent.
    Prefetches,
    /// Prefetches whose answer somebody was given.
    PrefetchesUsed,
    /// Prefetches that have ended otherwise.
    PrefetchesWasted,
    /// How large the bodies are that were stored, in kilobytes (1,000 bytes, or UTF-16 units of text in a browser), each
    /// rounded up.
    StoredKilobytes,
}

impl Counter {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 19] = [
        Self::Hits,
        Self::StaleHits,
        Self::Misses,
        Self::Joined,
        Self::Peeks,
        Self::Stores,
        Self::LateFills,
        Self::Revalidations,
        Self::Invalidations,
        Self::Invalidated,
        Self::Evictions,
        Self::Requests,
        Self::Errors,
        Self::Writes,
        Self::Rollbacks,
        Self::Prefetches,
        Self::PrefetchesUsed,
        Self::PrefetchesWasted,
        Self::StoredKilobytes,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        [
            "hits",
            "staleHits",
            "misses",
            "joined",
            "peeks",
            "stores",
            "lateFills",
            "revalidations",
            "invalidations",
            "invalidated",
            "evictions",
            "requests",
            "errors",
            "writes",
            "rollbacks",
            "prefetches",
            "prefetchesUsed",
            "prefetchesWasted",
            "storedKilobytes",
        ][self as usize]
    }
}
