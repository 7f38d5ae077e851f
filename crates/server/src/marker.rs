//! What is known of a request and of its answer besides what they say: extensions.

/// A request extension: who asks, such as the id of a user, for [flags](crate::FlagStore) that are on for a part of the
/// clients. Without it, it is whose connection it is, where the application tells (`ConnectInfo` of a `SocketAddr`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientName(pub String);

/// A response extension: only the end of its connection ends this body, so nobody can tell whether it is whole, and it is
/// not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UntilClose;

/// A response extension: the backend may still be at the write that this answers, such as after a time-out. What the write
/// may touch stays barred until its lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StillRunning;
