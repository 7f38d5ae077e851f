//! Flags and the kill switch, over HTTP.
#![allow(clippy::unwrap_used)]

mod api;
mod held;
mod keeping;
mod kill_switch;
mod percentages;
#[allow(dead_code)]
#[path = "../store/redis_server.rs"]
mod redis_server;
mod servers;
mod shared;
mod site;
#[allow(dead_code)]
#[path = "../cache/support.rs"]
mod support;
