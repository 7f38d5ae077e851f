//! The server half's decisions for JavaScript: decode, call [`everfresh_core::serve`], encode.
//!
//! Lists of pairs cross as flat lists: kind and id, or name and value, in turn.

mod map;
mod read;
mod write;

pub use map::{Asked, Map};
pub use read::{parse_tags, version};
pub use write::Write;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
