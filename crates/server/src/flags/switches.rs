//! How the flags of a server stand now.

use tokio::sync::watch;

use super::document::{BUCKETS, FlagDocument, ServerFlag, bucket};

/// What every request looks at. At first everything is on.
#[derive(Debug)]
pub(crate) struct Switches(watch::Sender<Stand>);

/// For each flag, how many buckets it is on for.
pub(crate) type Stand = [u32; ServerFlag::ALL.len()];

impl Default for Switches {
    fn default() -> Self {
        Self(watch::Sender::new([BUCKETS; ServerFlag::ALL.len()]))
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

    /// Hears of changes.
    pub(crate) fn changes(&self) -> watch::Receiver<Stand> {
        self.0.subscribe()
    }

    /// As the document says.
    pub(super) fn set(&self, document: &FlagDocument) {
        self.0.send_replace(ServerFlag::ALL.map(|flag| document.server(flag).buckets()));
    }

    /// Nobody knows whether the kill switch is thrown, so it is.
    pub(super) fn set_unknown(&self) {
        self.0.send_modify(|stand| stand[ServerFlag::Enabled as usize] = 0);
    }

    fn stand(&self, flag: ServerFlag) -> u32 {
        self.0.borrow()[flag as usize]
    }
}
