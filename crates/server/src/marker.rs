//! What a backend over a network knows of its answers: response extensions.

/// A response extension: only the end of its connection ends this body, so nobody can tell whether it is whole, and it is
/// not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UntilClose;

/// A response extension: the backend may still be at the write that this answers, such as after a time-out. What the write
/// may touch stays barred until its lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StillRunning;
