//! The decisions of everfresh: what may be read, what must be fetched, what an invalidation reaches.
//!
//! Nothing here does I/O. An [`engine::Engine`] is told what happened, with the time, and answers with
//! effects for its caller to perform.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod demand;
pub mod edit;
pub mod engine;
pub mod entry;
pub mod freshness;
pub mod header;
pub mod health;
pub mod http_date;
pub mod journal;
pub mod json;
pub mod key;
pub mod metrics;
mod own;
pub mod pattern;
pub mod policy;
pub mod predict;
pub mod record;
pub mod serve;
pub mod store;
pub mod subject;
pub mod target;
pub mod text;
pub mod time;
pub mod url;
pub mod value;
