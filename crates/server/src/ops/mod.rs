//! What operators see of a cache: its metrics and its health, over HTTP.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use axum::{Router, routing::get};
//! use everfresh_server::ops::{Ops, OpsOptions};
//! use everfresh_server::{CacheLayer, Everybody, EventsOptions};
//!
//! let cache = CacheLayer::from_json(r#"{ "rules": [{ "match": "/api/*", "staleTime": 30000 }] }"#)?;
//! let options = OpsOptions { token: Some("a token of some length".into()), ..OpsOptions::default() };
//! let ops = Ops::new(&cache, options)?.events(Everybody, EventsOptions::default());
//!
//! let app: Router = Router::new()
//!     .route("/api/stories", get(async || "[]"))
//!     .layer(cache)
//!     .merge(ops.router()); // outside of the cache
//! # Ok(())
//! # }
//! ```
//!
//! | below `/_everfresh` | |
//! | --- | --- |
//! | `GET metrics?range=1h&groupBy=route&format=json` | a report, as `docs/metrics.md` describes it |
//! | `DELETE metrics` | forgets what was counted |
//! | `POST beacon` | what browsers have counted; for everybody |
//! | `GET monitoring`, `POST monitoring` | health, alerts and a report; an alert is acknowledged |
//! | `GET prometheus` | the same for Prometheus |
//! | `GET flags` | what is switched on in browsers; for everybody |
//! | `PATCH flags`, `GET flags/all` | what is switched on, in servers too: see `docs/flags.md` |
//! | `GET openapi.json` | all of this as an OpenAPI document |
//! | `POST invalidate` | with the token: see [`invalidate_route`](crate::invalidate_route) |
//! | `GET events` | where there is an audience: see [`events_route`](crate::events_route) |
//!
//! All but the beacon, the events and the flags of browsers are for who has the token, or is on this machine. Errors have a JSON body with a
//! stable `code`.

mod archive;
mod beacon;
mod flags;
mod health;
mod ledger;
mod metrics;
mod monitoring;
mod openapi;
mod options;
mod prometheus;
mod query;
pub(crate) mod schema;
mod sinks;
#[cfg(feature = "sqlite")]
mod sqlite;
mod watch;
#[cfg(feature = "webhook")]
mod webhook;

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, patch, post};
use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::access::{Access, guard};
use crate::cache::CacheLayer;
use crate::endpoint;
use crate::error::LayerError;
use crate::events::{self, Audience, EventsOptions};
use crate::flags::Board;
use crate::invalidator::Invalidator;
use crate::store::StoreError;
pub use archive::{Archive, MemoryArchive, Saved, Source};
pub use beacon::BeaconOptions;
use beacon::Limits;
pub use everfresh_core::health::{Alert, AlertType, Change, MonitorOptions, Severity, State};
use health::Health;
use ledger::Ledger;
pub use options::{OpsNames, OpsOptions};
pub use sinks::{AlertSink, LogSink};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteArchive;
pub use watch::{Monitoring, MonitoringOptions};
#[cfg(feature = "webhook")]
pub use webhook::{WebhookOptions, WebhookSink};

/// The metrics and the health of a cache, and the endpoints that tell of them. Clones are of the same.
#[derive(Clone)]
pub struct Ops {
    inner: Arc<Inner>,
    events: Option<Arc<RouteAt>>,
}

/// Makes a route at a path.
type RouteAt = dyn Fn(&str) -> Router + Send + Sync;

struct Inner {
    ledger: Arc<Ledger>,
    health: Health,
    limits: Limits,
    access: Access,
    invalidator: Invalidator,
    flags: Arc<Board>,
    options: OpsOptions,
}

impl Ops {
    /// Those of a layer that has its store and its options. Must be called within a tokio runtime: what is counted is added
    /// to the archive now and then, and flags are looked at.
    ///
    /// # Errors
    /// [`LayerError::Token`] where the token is too short; [`LayerError::Name`] where a path can't be one.
    pub fn new<R>(cache: &CacheLayer<R>, options: OpsOptions) -> Result<Self, LayerError> {
        options::check_base(&options.base)?;
        options.names.check()?;
        let access = Access::new(options.token.as_deref(), options.loopback)?;
        let (meter, archive) = (Arc::clone(cache.meter()), Arc::clone(&options.archive));
        let ledger = Arc::new(Ledger::new(meter, archive, cache.clock().clone()));
        let invalidator = cache.invalidator();
        let health =
            Health::new(Arc::clone(&ledger), Arc::clone(invalidator.store()), options.monitor.clone());
        let limits = Limits::new(&options.beacon);
        tokio::spawn(flush(Arc::downgrade(&ledger), options.flush_every));
        let store = Arc::clone(invalidator.store());
        let flags = Arc::new(Board::new(Arc::clone(cache.switches()), options.flags.clone(), store));
        tokio::spawn(look(Arc::downgrade(&flags), options.flags_every));
        let inner = Inner { ledger, health, limits, access, invalidator, flags, options };
        Ok(Self { inner: Arc::new(inner), events: None })
    }

    /// The same, with the events for this audience.
    pub fn events<A: Audience>(mut self, audience: A, options: EventsOptions) -> Self {
        let store = Arc::clone(self.inner.invalidator.store());
        let switches = Arc::clone(self.inner.flags.switches());
        self.events = Some(Arc::new(move |path: &str| {
            let (store, switches) = (Arc::clone(&store), Arc::clone(&switches));
            events::route_at(path, store, audience.clone(), options.clone(), switches)
        }));
        self
    }

    /// All endpoints below the base, to be merged into an application's router outside of its layers.
    pub fn router(&self) -> Router {
        let OpsOptions { base, names, .. } = &self.inner.options;
        let mut router = self.reports(base).merge(
            Router::new()
                .route(&at(base, &names.beacon), post(beacon::take).options(beacon::preflight))
                .with_state(Arc::clone(&self.inner)),
        );
        router = router.merge(self.flags(base));
        let document = Arc::new(openapi::document(&self.inner.options, self.events.is_some()));
        router = router.merge(
            Router::new()
                .route(&at(base, &names.openapi), get(openapi::tell))
                .layer(from_fn_with_state(self.inner.access.clone(), guard))
                .with_state(document),
        );
        if self.inner.options.token.is_some() {
            let access = self.inner.access.without_loopback();
            let path = at(base, &names.invalidate);
            router = router.merge(endpoint::route_at(&path, self.inner.invalidator.clone(), access));
        }
        if let Some(events) = &self.events {
            router = router.merge(events(&at(base, &names.events)));
        }
        router
    }

    /// Metrics, monitoring and Prometheus alone, below another base, such as `/admin/cache`. Panics where that can't be
    /// the beginning of a path, as axum does.
    pub fn reports(&self, base: &str) -> Router {
        let names = &self.inner.options.names;
        Router::new()
            .route(&at(base, &names.metrics), get(metrics::report).delete(metrics::clear))
            .route(&at(base, &names.monitoring), get(monitoring::tell).post(monitoring::acknowledge))
            .route(&at(base, &names.prometheus), get(prometheus::tell))
            .layer(from_fn_with_state(self.inner.access.clone(), guard))
            .with_state(Arc::clone(&self.inner))
    }

    /// Takes over the flags that are kept, as is to be done before the application serves: until then the cache is off. Where
    /// they can't be read, that is logged, and tried again every [`OpsOptions::flags_every`].
    pub async fn load_flags(&self) {
        // It is logged.
        let _ = self.inner.flags.look().await;
    }

    fn flags(&self, base: &str) -> Router {
        let names = &self.inner.options.names;
        let guarded = || from_fn_with_state(self.inner.access.clone(), guard);
        Router::new()
            .route(&at(base, &names.flags), patch(flags::change).layer(guarded()).get(flags::tell))
            .route(&at(base, &names.all_flags()), get(flags::tell_all).layer(guarded()))
            .with_state(Arc::clone(&self.inner.flags))
    }

    /// Adds all that was counted to the archive now, as is to be done before the process ends.
    ///
    /// # Errors
    /// [`StoreError`] where the archive does not answer; nothing is lost yet.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let ledger = Arc::clone(&self.inner.ledger);
        // A task of its own, which goes on when nobody waits for it.
        match tokio::spawn(async move { ledger.flush().await }).await {
            Ok(flushed) => flushed,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

impl fmt::Debug for Ops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ops").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

fn at(base: &str, name: &str) -> String {
    format!("{base}/{name}")
}

/// Looks at the flags for as long as somebody has them.
async fn look(flags: Weak<Board>, every: Duration) {
    let mut ticks = interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(flags) = flags.upgrade() else { return };
        // It is logged.
        let _ = flags.look().await;
    }
}

/// Flushes for as long as somebody has the ledger.
async fn flush(ledger: Weak<Ledger>, every: Duration) {
    let mut ticks = interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(ledger) = ledger.upgrade() else { return };
        if let Err(error) = ledger.flush().await {
            warn!(code = error.code(), %error, "metrics can't be kept");
        }
    }
}
