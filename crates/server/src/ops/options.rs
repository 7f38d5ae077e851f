//! What can be set.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use everfresh_core::health::MonitorOptions;

use super::archive::{Archive, MemoryArchive};
use super::beacon::BeaconOptions;
use crate::error::LayerError;
use crate::flags::FlagStore;

/// Settings of [`Ops`](super::Ops).
#[derive(Clone)]
pub struct OpsOptions {
    /// The path below which the endpoints are, such as `/_everfresh`; empty: at the top.
    pub base: String,
    /// What they are called there.
    pub names: OpsNames,
    /// The token, of 16 bytes or more; `None`: nobody has it.
    pub token: Option<String>,
    /// Whether who is on this machine needs none. The application must tell whose connections they are
    /// (`into_make_service_with_connect_info::<SocketAddr>()`); a request that has come through a proxy, or for a page of
    /// another site, needs it in any case, and so does an invalidation.
    pub loopback: bool,
    /// Where the history is kept: in memory by default.
    pub archive: Arc<dyn Archive>,
    /// What browsers may send.
    pub beacon: BeaconOptions,
    /// When what counts as how bad.
    pub monitor: MonitorOptions,
    /// How often what was counted is added to the archive.
    pub flush_every: Duration,
    /// Where flags are kept; `None`: in memory, with everything on. What can't be read at first has the cache off, since
    /// nobody knows whether its switch was thrown; later, what was known holds.
    pub flags: Option<Arc<dyn FlagStore>>,
    /// How often it is looked whether others have changed them.
    pub flags_every: Duration,
}

/// Names of endpoints below the base, such as `metrics` or `cache/metrics`.
#[derive(Debug, Clone)]
pub struct OpsNames {
    /// Reports.
    pub metrics: String,
    /// What browsers send.
    pub beacon: String,
    /// Health and alerts.
    pub monitoring: String,
    /// For Prometheus.
    pub prometheus: String,
    /// The OpenAPI document.
    pub openapi: String,
    /// Invalidation by other programs.
    pub invalidate: String,
    /// Invalidations as they happen.
    pub events: String,
    /// Flags, and below it `all` of them.
    pub flags: String,
}

impl Default for OpsOptions {
    fn default() -> Self {
        Self {
            base: "/_everfresh".into(),
            names: OpsNames::default(),
            token: None,
            loopback: true,
            archive: Arc::new(MemoryArchive::default()),
            beacon: BeaconOptions::default(),
            monitor: MonitorOptions::default(),
            flush_every: Duration::from_secs(10),
            flags: None,
            flags_every: Duration::from_secs(1),
        }
    }
}

impl Default for OpsNames {
    fn default() -> Self {
        let [metrics, beacon, monitoring, prometheus, openapi, invalidate, events, flags] = [
            "metrics",
            "beacon",
            "monitoring",
            "prometheus",
            "openapi.json",
            "invalidate",
            "events",
            "flags",
        ]
        .map(str::to_owned);
        Self { metrics, beacon, monitoring, prometheus, openapi, invalidate, events, flags }
    }
}

impl OpsNames {
    /// The whole document of flags.
    pub(super) fn all_flags(&self) -> String {
        format!("{}/all", self.flags)
    }

    fn all(&self) -> [String; 9] {
        let Self { metrics, beacon, monitoring, prometheus, openapi, invalidate, events, flags } =
            self.clone();
        let all_flags = self.all_flags();
        [metrics, beacon, monitoring, prometheus, openapi, invalidate, events, flags, all_flags]
    }

    /// # Errors
    /// [`LayerError::Name`] where one can't be a path, or two are the same.
    pub(super) fn check(&self) -> Result<(), LayerError> {
        let all = self.all();
        let twice = all.iter().enumerate().find(|(at, name)| all[..*at].contains(name));
        let bad = twice.map(|(_, name)| name).or_else(|| all.iter().find(|name| !is_path(name)));
        bad.map_or(Ok(()), |name| Err(LayerError::Name(name.clone())))
    }
}

/// # Errors
/// [`LayerError::Name`] where it can't be the beginning of paths.
pub(super) fn check_base(base: &str) -> Result<(), LayerError> {
    if base.is_empty() || base.strip_prefix('/').is_some_and(is_path) {
        return Ok(());
    }
    Err(LayerError::Name(base.to_owned()))
}

/// Whether it is one segment or some, of characters that need no escape.
fn is_path(name: &str) -> bool {
    name.split('/').all(|segment| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(plain)
    })
}

impl fmt::Debug for OpsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpsOptions").field("base", &self.base).finish_non_exhaustive()
    }
}
