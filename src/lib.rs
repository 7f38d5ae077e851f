//! Browser bindings of everfresh: decode, hand to the [engine](everfresh_core::engine), perform, encode.
//!
//! Nothing is decided here, and every export is synchronous: promises belong to the JavaScript half
//! (`src/host`), so that each entry into this module is guarded in one place there.

mod client;
mod convert;
mod driver;
mod parse;
mod platform;
mod wire;

pub use client::Client;
pub use parse::{parse_invalidate, response_headers, version};
pub use platform::host::Host;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
