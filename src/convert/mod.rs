//! What is reported to JavaScript, as JSON.

mod event;
mod report;

pub(crate) use event::event;
pub(crate) use report::{entries, invalidation};
