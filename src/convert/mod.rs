//! What is reported to JavaScript, as JSON.

mod event;
mod inspect;
mod predicted;
mod report;

pub(crate) use event::{event, steps};
pub(crate) use inspect::{details, dry_run, page, state};
pub(crate) use predicted::{explanation, predictions};
pub(crate) use report::{entries, metrics, prefetches};
