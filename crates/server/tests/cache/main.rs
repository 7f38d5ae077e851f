//! The cache as clients see it: over HTTP, in front of an application.
#![allow(clippy::unwrap_used)]

mod endpoint;
mod events;
mod failing;
mod fresh;
mod private;
mod support;
mod writes;
