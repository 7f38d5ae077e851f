//! What all requests of a layer share.

use std::sync::Arc;

use everfresh_core::pattern::Route;
use everfresh_core::policy::Policy;
use everfresh_core::time::Millis;

use super::flight::Flights;
use super::memo::Memo;
use super::options::CacheOptions;
use crate::flags::{ServerFlag, Switches};
use crate::meter::Meter;
use crate::store::Store;

#[derive(Clone)]
pub(super) struct Shelf<R> {
    pub(super) policy: Arc<Policy>,
    pub(super) store: Arc<dyn Store>,
    pub(super) options: CacheOptions,
    /// Where answers are the same whoever asks.
    pub(super) open: Vec<Route>,
    pub(super) resolver: R,
    pub(super) flights: Arc<Flights>,
    pub(super) memo: Arc<Memo>,
    pub(super) meter: Arc<Meter>,
    pub(super) switches: Arc<Switches>,
}

impl<R> Shelf<R> {
    pub(super) fn now(&self) -> Millis {
        self.options.clock.now()
    }

    /// Whether the kill switch leaves the cache on for anybody.
    pub(super) fn is_enabled(&self) -> bool {
        self.switches.is_on_at_all(ServerFlag::Enabled)
    }
}
