//! The server half of everfresh: a tower layer that names what an answer is and what a write touched.
//!
//! [`CacheLayer`] is a shared cache in front of an application: it keeps what the rules and the answers allow, and drops
//! what a write touches before the write is answered, in every instance that shares its [store]. [`InvalidationLayer`]
//! caches nothing and only tells browsers; the cache does that too.
//!
//! A browser that caches must learn which of its copies a write has made old. The server knows: it has the
//! entity map and the database. [`InvalidationLayer`] puts that knowledge into headers.
//!
//! * A successful answer to `GET` or `HEAD` gets `X-Cache-Tags` and `Cache-Groups` (RFC 9875): its names.
//! * An answer to a write that is no error gets `X-Cache-Invalidate` and `Cache-Group-Invalidation`: what the
//!   write touched, up through the parents that a [`Resolver`] finds in the database.
//!
//! Too much is safe, too little is the bug: a parent that can't be found widens the invalidation to its kind.
//!
//! Put the layer on the outermost router, so that it sees whole paths.
//!
//! ```
//! use axum::{Router, routing::patch};
//! use everfresh_server::{Fields, InvalidationLayer, Resolver};
//!
//! #[derive(Clone)]
//! struct Database;
//!
//! impl Resolver for Database {
//!     async fn parents(&self, kind: &str, id: &str) -> Option<Fields> {
//!         // SELECT chapter_id FROM scenes WHERE id = ?
//!         (kind == "scene" && id == "7").then(|| vec![("chapterId".into(), "3".into())])
//!     }
//! }
//!
//! let layer = InvalidationLayer::from_json(r#"{
//!     "entities": {
//!         "scene": { "path": "/api/scenes/:id", "parents": { "chapter": "chapterId" } },
//!         "chapter": { "path": "/api/chapters/:id" }
//!     }
//! }"#)?.resolver(Database);
//!
//! let app: Router = Router::new()
//!     .route("/api/scenes/{id}", patch(async || "saved"))
//!     .layer(layer);
//! # Ok::<(), everfresh_server::LayerError>(())
//! ```
//!
//! A handler that knows better says so with [`Tags`], or sets a header itself; a header that is already there
//! is kept.
#![forbid(unsafe_code)]

mod access;
mod body;
mod cache;
mod clock;
mod emit;
mod endpoint;
mod error;
mod events;
mod flags;
mod idempotency;
mod invalidator;
mod layer;
mod marker;
mod meter;
mod names;
pub mod ops;
mod resolver;
mod service;
pub mod store;
mod tags;
mod touch;

pub use body::ResponseBody;
pub use cache::{CacheLayer, CacheOptions, CacheService};
pub use clock::Clock;
pub use endpoint::invalidate_route;
pub use error::{BoxError, LayerError};
pub use events::{Audience, EventsOptions, Everybody, events_route};
pub use everfresh_core::engine::Fields;
pub use flags::{FileFlags, FlagStore, MemoryFlags};
pub use idempotency::{
    AnswerStore, Claim, Claimed, Claims, IdempotencyLayer, IdempotencyOptions, IdempotencyService,
    KeptAnswer, MemoryAnswers, Refused,
};
pub use invalidator::{InvalidateError, Invalidator};
pub use layer::InvalidationLayer;
pub use marker::{ClientName, StillRunning, UntilClose};
pub use resolver::{NoResolver, Resolver};
pub use service::InvalidationService;
pub use tags::Tags;
