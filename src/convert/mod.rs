//! What is reported to JavaScript, as JSON.

mod event;
mod predicted;
mod report;

pub(crate) use event::event;
pub(crate) use predicted::{explanation, predictions};
pub(crate) use report::{entries, metrics, prefetches};
