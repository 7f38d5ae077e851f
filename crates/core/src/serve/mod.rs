//! What a server decides about the requests that it answers: how an answer is named, and what a write touched.
//!
//! Both server halves use it: the tower layer, and the wrapper for handlers in the npm package. They ask the
//! application, move bodies and headers, and decide nothing.

mod asked;
mod headers;
mod marks;
mod shared;
mod status;
mod tag_record;
mod targets;
#[cfg(test)]
mod tests;
mod write;

pub use asked::{Asked, absolute};
pub use headers::{Header, LIMIT, name_read, name_write};
pub use marks::{marks, marks_named, tags_of_marks};
pub use shared::{Unshared, jittered, shared_lifetime};
pub use status::{Forward, Served, cache_status};
pub use tag_record::TagRecord;
pub use targets::{Told, paths, targets};
pub use write::Write;
