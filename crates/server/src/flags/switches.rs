//! How the flags of a server stand now.

use tokio::sync::watch;

use super::document::{BUCKETS, FlagDocument, ServerFlag, bucket};

/// What every request looks at. At first everything is on.
#[derive(Debug)]
pub(crate) struct Switches(watch::Sender<Stand>);

#[derive(Debug)]
pub(crate) struct Stand {
    /// For each flag, how many buckets it is on for.
    below: [u32; ServerFlag::ALL.len()],
    is_known: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self(watch::Sender::new(Stand { below: [BUCKETS; ServerFlag::ALL.len()], is_known: true }))
    }
}

impl Switches {
    /// Whether a flag is on for a client, whose name is asked for only where it matters.
    pub(crate) fn is_on(&self, flag: ServerFlag, client: impl FnOnce() -> String) -> bool {
        match self.stand(flag) {
            0 => false,
            BUCKETS => true,
            below => bucket(flag.name(), &client()) < below,
        }
    }

    /// Whether a flag is on for anybody.
    pub(crate) fn is_on_at_all(&self, flag: ServerFlag) -> bool {
        self.stand(flag) > 0
    }

    /// The share of clients that a flag is on for, from 0 to 1.
    pub(crate) fn share(&self, flag: ServerFlag) -> f64 {
        f64::from(self.stand(flag)) / f64::from(BUCKETS)
    }

    /// Whether it is known how they stand.
    pub(crate) fn is_known(&self) -> bool {
        self.0.borrow().is_known
    }

    /// Hears of changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Stand> {
        self.0.subscribe()
    }

    /// As the document says.
    pub(super) fn set(&self, document: &FlagDocument) {
        let below = ServerFlag::ALL.map(|flag| document.server(flag).buckets());
        self.0.send_replace(Stand { below, is_known: true });
    }

    /// Nobody knows whether the kill switch is thrown, so it is.
    pub(super) fn set_unknown(&self) {
        self.0.send_modify(|stand| {
            stand.below[ServerFlag::Enabled as usize] = 0;
            stand.is_known = false;
        });
    }

    fn stand(&self, flag: ServerFlag) -> u32 {
        self.0.borrow().below[flag as usize]
    }
}
