//! Patterns over URLs: [`Glob`] of an invalidation, [`Route`] of a rule or an entity.

mod glob;
mod route;

pub use glob::Glob;
pub use route::{Params, Route, RouteError};
