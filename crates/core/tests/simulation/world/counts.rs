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
    pub(super) edits: usize,
    pub(super) resent: usize,
    pub(super) replays: usize,
    pub(super) declined: usize,
    pub(super) dead: usize,
    pub(super) revived: usize,
    pub(super) withdrawn: usize,
    pub(super) paused: usize,
    pub(super) kept: usize,
    pub(super) elsewhere: usize,
    pub(super) leads: usize,
    pub(super) spells: usize,
    pub(super) adopted: usize,
    pub(super) layered: usize,
    pub(super) queried: usize,
    pub(super) prefetched: usize,
    pub(super) first_uses: usize,
    pub(super) said: usize,
}

impl Counts {
    pub(crate) fn all(&self) -> [(&'static str, usize); 36] {
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
            ("a mutation", self.edits),
            ("a mutation that is sent again", self.resent),
            ("an answer that is given again", self.replays),
            ("a mutation that the server does not do", self.declined),
            ("a dead letter", self.dead),
            ("a dead letter that is tried again", self.revived),
            ("a mutation that is given up", self.withdrawn),
            ("a mutation that waits for a user", self.paused),
            ("a mutation that is kept for its user", self.kept),
            ("a mutation that another tab has seen to", self.elsewhere),
            ("a tab that sends", self.leads),
            ("a spell without a network", self.spells),
            ("an answer that is data", self.adopted),
            ("a view with layers", self.layered),
            ("a query of a list", self.queried),
            ("a prefetch", self.prefetched),
            ("the first use of one", self.first_uses),
            ("a peek answered as before", self.said),
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
        self.edits += other.edits;
        self.resent += other.resent;
        self.replays += other.replays;
        self.declined += other.declined;
        self.dead += other.dead;
        self.revived += other.revived;
        self.withdrawn += other.withdrawn;
        self.paused += other.paused;
        self.kept += other.kept;
        self.elsewhere += other.elsewhere;
        self.leads += other.leads;
        self.spells += other.spells;
        self.adopted += other.adopted;
        self.layered += other.layered;
        self.queried += other.queried;
        self.prefetched += other.prefetched;
        self.first_uses += other.first_uses;
        self.said += other.said;
    }
}
