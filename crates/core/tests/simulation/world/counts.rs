//! What a run came to.

/// How often each thing happened.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(super) hits: usize,
    pub(super) storage_hits: usize,
    pub(super) late_fills: usize,
    pub(super) joins: usize,
    pub(super) invalidations: usize,
    pub(super) unknown_outcomes: usize,
    pub(super) orphans: usize,
    pub(super) crashes: usize,
    pub(super) torn: usize,
    pub(super) refused: usize,
    pub(super) heard: usize,
    pub(super) storage_events: usize,
    pub(super) evictions: usize,
    pub(super) signs: usize,
    pub(super) overruled: usize,
    pub(super) views: usize,
    pub(super) current: usize,
    pub(super) languages: usize,
}

impl Counts {
    pub(crate) fn all(&self) -> [(&'static str, usize); 18] {
        [
            ("a hit", self.hits),
            ("a hit in storage", self.storage_hits),
            ("a late fill", self.late_fills),
            ("a join", self.joins),
            ("an invalidation", self.invalidations),
            ("an unknown outcome", self.unknown_outcomes),
            ("an orphan", self.orphans),
            ("a crash", self.crashes),
            ("a torn record", self.torn),
            ("a refused write", self.refused),
            ("a message", self.heard),
            ("a storage event", self.storage_events),
            ("an eviction", self.evictions),
            ("a change of user", self.signs),
            ("a tab that is overruled", self.overruled),
            ("a view", self.views),
            ("a 304", self.current),
            ("a hit in a language", self.languages),
        ]
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.hits += other.hits;
        self.storage_hits += other.storage_hits;
        self.late_fills += other.late_fills;
        self.joins += other.joins;
        self.invalidations += other.invalidations;
        self.unknown_outcomes += other.unknown_outcomes;
        self.orphans += other.orphans;
        self.crashes += other.crashes;
        self.torn += other.torn;
        self.refused += other.refused;
        self.heard += other.heard;
        self.storage_events += other.storage_events;
        self.evictions += other.evictions;
        self.signs += other.signs;
        self.overruled += other.overruled;
        self.views += other.views;
        self.current += other.current;
        self.languages += other.languages;
    }
}
