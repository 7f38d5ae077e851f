//! P6: a write that is sent again is answered as it was at first, and done once.
#![allow(clippy::unwrap_used)]

mod layer;
mod model;
mod redis;
#[allow(dead_code)]
#[path = "../store/redis_server.rs"]
mod redis_server;
mod support;
