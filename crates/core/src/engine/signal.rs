//! Signals: somebody looks at the page again, or the network is back.

use super::Engine;
use crate::time::Millis;

/// What the page tells of itself and of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Somebody looks at the page again.
    Focus,
    /// Nobody sees it.
    Hidden,
    /// The network is back.
    Online,
    /// The network is gone.
    Offline,
}

impl Signal {
    /// Its name, as a reason for requests.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Focus | Self::Hidden => "focus",
            Self::Online | Self::Offline => "reconnect",
        }
    }
}

impl Engine {
    pub(super) fn signal(&mut self, now: Millis, signal: Signal) {
        match signal {
            Signal::Focus => {
                self.hidden = false;
                self.hurry(now);
            }
            Signal::Hidden => self.hidden = true,
            Signal::Online => {
                self.online = true;
                self.retry_now(now);
                self.hurry(now);
            }
            Signal::Offline => self.online = false,
        }
        self.refetch_on(now, signal);
    }
}
