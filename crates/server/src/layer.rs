//! The layer: made once from the rules document, wrapped around a service.

use std::sync::Arc;

use everfresh_core::policy::Policy;
use everfresh_core::value::Value;
use tower_layer::Layer;

use crate::error::LayerError;
use crate::resolver::NoResolver;
use crate::service::InvalidationService;

/// Adds the headers of everfresh to the answers of a service. See the [crate's documentation](crate).
#[derive(Debug, Clone)]
pub struct InvalidationLayer<R = NoResolver> {
    policy: Arc<Policy>,
    resolver: R,
}

impl InvalidationLayer {
    /// A layer with the rules document that the browser half loads too.
    ///
    /// # Errors
    /// [`LayerError`] says what is wrong with the document, and where.
    pub fn from_json(document: &str) -> Result<Self, LayerError> {
        let document: Value = serde_json::from_str(document).map_err(LayerError::Json)?;
        let policy = Policy::from_value(&document, None).map_err(|error| LayerError::Policy(*error))?;
        Ok(Self::from_policy(policy))
    }

    /// A layer with rules that were read before. They must have been read without a base origin, since a
    /// server does not know all of its names.
    pub fn from_policy(policy: Policy) -> Self {
        Self { policy: Arc::new(policy), resolver: NoResolver }
    }
}

impl<R> InvalidationLayer<R> {
    /// The same layer, which asks `resolver` for the parents of what is written.
    pub fn resolver<Q>(self, resolver: Q) -> InvalidationLayer<Q> {
        InvalidationLayer { policy: self.policy, resolver }
    }
}

impl<S, R: Clone> Layer<S> for InvalidationLayer<R> {
    type Service = InvalidationService<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        InvalidationService::new(inner, Arc::clone(&self.policy), self.resolver.clone())
    }
}
