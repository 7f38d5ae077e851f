//! What something was part of, as it is measured.

/// The operation that something was part of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operation {
    Read,
    Write,
    Invalidate,
    Prefetch,
    Mutate,
}

impl Operation {
    /// Their names, in order.
    pub(super) const NAMES: [&str; 5] = ["read", "write", "invalidate", "prefetch", "mutate"];
}
