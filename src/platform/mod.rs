//! The browser: an API a file.

pub(crate) mod clock;
pub(crate) mod host;
pub(crate) mod storage;
pub(crate) mod timer;
