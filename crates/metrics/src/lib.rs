//! Reports of metrics and monitoring for JavaScript: decode, call [`everfresh_core::metrics`] and
//! [`everfresh_core::health`], encode. A page loads it when somebody asks.

mod history;
mod monitor;

pub use history::History;
pub use monitor::Monitor;

use wasm_bindgen::prelude::*;

/// The version that this was built as.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
