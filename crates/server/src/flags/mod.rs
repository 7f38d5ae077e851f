//! What is switched on, and the kill switch. `docs/flags.md` says what operators can do with it.

mod board;
mod document;
mod file;
mod place;
mod switches;

pub(crate) use board::{Board, FlagError};
pub(crate) use document::{ServerFlag, values};
pub use file::FileFlags;
pub use place::{FlagStore, MemoryFlags};
pub(crate) use switches::Switches;
