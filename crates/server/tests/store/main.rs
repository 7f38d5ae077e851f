//! Every store keeps the same promises: one suite drives them all beside a simple model.
#![allow(clippy::unwrap_used)]

mod bounds;
mod feed;
mod model;
mod outage;
mod redis;
mod redis_server;
mod support;
