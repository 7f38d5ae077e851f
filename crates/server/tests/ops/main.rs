//! What operators see, over HTTP.
#![allow(clippy::unwrap_used)]

mod access;
mod archive;
mod beacon;
mod metrics;
mod monitoring;
mod openapi;
mod prometheus;
#[allow(dead_code)]
#[path = "../store/redis_server.rs"]
mod redis_server;
mod setting;
#[allow(dead_code)]
#[path = "../cache/support.rs"]
mod support;
mod webhook;
