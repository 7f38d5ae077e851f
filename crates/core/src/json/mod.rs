//! JSON texts (RFC 8259), as hand-written headers, options and reports need them. Without serde_json, which
//! would be a third of the wasm's budget.

mod read;
#[cfg(test)]
mod tests;
mod write;

pub use read::parse;
pub use write::{Object, separate};
