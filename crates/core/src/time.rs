//! Time is an input: the core has no clock of its own.

/// Milliseconds: a span, or an instant since the Unix epoch.
pub type Millis = u64;
