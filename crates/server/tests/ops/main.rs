//! What operators see, over HTTP.
#![allow(clippy::unwrap_used)]

mod access;
mod beacon;
mod metrics;
mod monitoring;
mod prometheus;
mod setting;
#[allow(dead_code)]
#[path = "../cache/support.rs"]
mod support;
