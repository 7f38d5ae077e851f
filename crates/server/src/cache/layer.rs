//! The layer: made once, wrapped around a service.

use std::sync::Arc;

use everfresh_core::pattern::Route;
use everfresh_core::policy::Policy;
use everfresh_core::value::Value;
use tower_layer::Layer;

use super::flight::Flights;
use super::memo::Memo;
use super::options::CacheOptions;
use super::service::CacheService;
use super::shelf::Shelf;
use crate::clock::Clock;
use crate::error::LayerError;
use crate::flags::Switches;
use crate::invalidator::Invalidator;
use crate::meter::Meter;
use crate::resolver::NoResolver;
use crate::store::{MemoryStore, MemoryStoreOptions, Store};

/// A shared cache in front of a service; it also does all that an [`InvalidationLayer`](crate::InvalidationLayer) does,
/// so that one is not needed beside it.
///
/// ```
/// use axum::{Router, routing::get};
/// use everfresh_server::CacheLayer;
///
/// let cache = CacheLayer::from_json(r#"{
///     "rules": [{ "match": "/api/*", "staleTime": 30000 }],
///     "entities": { "story": { "path": "/api/stories/:id" } }
/// }"#)?;
/// let invalidator = cache.invalidator(); // for jobs and webhooks
///
/// let app: Router = Router::new()
///     .route("/api/stories/{id}", get(async || "once upon a time").patch(async || "saved"))
///     .layer(cache);
/// # Ok::<(), everfresh_server::LayerError>(())
/// ```
///
/// Its service must be called within a tokio runtime.
#[derive(Clone)]
pub struct CacheLayer<R = NoResolver> {
    policy: Arc<Policy>,
    store: Arc<dyn Store>,
    options: CacheOptions,
    open: Vec<Route>,
    resolver: R,
    // Not of a service: a router makes one for each of its routes.
    flights: Arc<Flights>,
    memo: Arc<Memo>,
    meter: Arc<Meter>,
    switches: Arc<Switches>,
}

impl CacheLayer {
    /// A layer with the rules document that the browser half loads too, and a store in memory.
    ///
    /// # Errors
    /// [`LayerError`] says what is wrong with the document, and where.
    pub fn from_json(document: &str) -> Result<Self, LayerError> {
        let document: Value = serde_json::from_str(document).map_err(LayerError::Json)?;
        let policy = Policy::from_value(&document, None).map_err(|error| LayerError::Policy(*error))?;
        Ok(Self::from_policy(policy))
    }

    /// A layer with rules that were read before, without a base origin.
    pub fn from_policy(policy: Policy) -> Self {
        let (policy, switches) = (Arc::new(policy), Arc::<Switches>::default());
        Self {
            meter: Arc::new(Meter::new(Arc::clone(&policy), Arc::clone(&switches))),
            policy,
            store: Arc::new(MemoryStore::new(MemoryStoreOptions::default())),
            options: CacheOptions::default(),
            open: Vec::new(),
            resolver: NoResolver,
            flights: Arc::default(),
            memo: Arc::default(),
            switches,
        }
    }
}

impl<R> CacheLayer<R> {
    /// The same layer, which asks `resolver` for the parents of what is written.
    pub fn resolver<Q>(self, resolver: Q) -> CacheLayer<Q> {
        let Self { policy, store, options, open, flights, memo, meter, switches, .. } = self;
        CacheLayer { policy, store, options, open, resolver, flights, memo, meter, switches }
    }

    /// The same layer over another store.
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = store;
        self
    }

    /// The same layer with these settings.
    pub fn options(mut self, options: CacheOptions) -> Self {
        self.options = options;
        self
    }

    /// Answers from this route, such as `/api/stories/:id` or `/assets/*`, are the same whoever asks: requests with
    /// `Cookie` or `Authorization` share them too. What an answer says of itself still counts.
    ///
    /// # Errors
    /// [`LayerError::Route`] where it is none.
    pub fn share(mut self, route: &str) -> Result<Self, LayerError> {
        self.open.push(Route::parse(route).map_err(LayerError::Route)?);
        Ok(self)
    }

    /// What invalidates without a request.
    pub fn invalidator(&self) -> Invalidator {
        let counted = (Arc::clone(&self.meter), self.options.clock.clone());
        Invalidator::counted(Arc::clone(&self.store), counted).settle(self.options.settle)
    }

    /// What it counts by.
    pub(crate) fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// What of it is on.
    pub(crate) fn switches(&self) -> &Arc<Switches> {
        &self.switches
    }

    /// What time it is.
    pub(crate) fn clock(&self) -> &Clock {
        &self.options.clock
    }
}

impl<S, R: Clone> Layer<S> for CacheLayer<R> {
    type Service = CacheService<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        let shelf = Shelf {
            policy: Arc::clone(&self.policy),
            store: Arc::clone(&self.store),
            options: self.options.clone(),
            open: self.open.clone(),
            resolver: self.resolver.clone(),
            flights: Arc::clone(&self.flights),
            memo: Arc::clone(&self.memo),
            meter: Arc::clone(&self.meter),
            switches: Arc::clone(&self.switches),
        };
        CacheService::new(inner, shelf)
    }
}

impl<R> std::fmt::Debug for CacheLayer<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CacheLayer").field("store", &self.store.name()).finish_non_exhaustive()
    }
}
