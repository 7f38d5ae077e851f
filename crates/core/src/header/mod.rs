//! The headers that carry invalidations and tags: read by the browser half, written by the server half.
//!
//! Reading never panics and takes time in proportion to the value; what can't be read widens an
//! invalidation, it never narrows it.

mod format;
mod parse;
mod report;
pub mod structured;
mod target;

pub(crate) use format::widen_to_kinds;
pub use format::{
    format_cache_status, format_groups, format_invalidate, format_invalidate_within, format_tags,
};
pub use parse::{
    Invalidation, clears_cache, parse_groups, parse_invalidate, parse_invalidate_for, parse_tags,
};
pub use report::members_to_json;

/// A longer value is not read.
pub const MAX_BYTES: usize = 8 * 1024;

/// A value with more members is not taken at its word.
pub const MAX_MEMBERS: usize = 256;

/// What was wrong with a header's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HeaderProblem {
    /// It is longer than [`MAX_BYTES`].
    TooLarge,
    /// It has more than [`MAX_MEMBERS`] members.
    TooMany,
    /// It can't be read.
    Unreadable,
    /// It names URLs of another origin, which were skipped.
    ForeignOrigin,
}

impl HeaderProblem {
    /// A stable code for events and counters.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "header-too-large",
            Self::TooMany => "header-too-many",
            Self::Unreadable => "header-unreadable",
            Self::ForeignOrigin => "header-foreign-origin",
        }
    }
}
