//! Where what is shown stands in the course of things.

use crate::time::Millis;

/// Of an answer that somebody who watches is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// When it was asked for.
    pub(super) sent: Millis,
    /// When it was answered.
    pub(super) received: Millis,
    /// How many records had been applied when it was asked for.
    pub(super) applied: u64,
}
