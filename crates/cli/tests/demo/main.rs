//! The real `everfresh demo`, over a real socket.
#![allow(clippy::unwrap_used)]

mod analyze;
mod api;
mod browser;
mod caching;
mod flags;
mod idempotency;
mod load;
mod ops;
mod process;
mod serving;
mod support;
mod switches;
mod warm;
