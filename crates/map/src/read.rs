//! The grammar of the headers.

use everfresh_core::header;
use wasm_bindgen::prelude::*;

/// The tags in a value of `X-Cache-Tags`; `undefined` where it can't be read.
#[wasm_bindgen(js_name = parseTags)]
pub fn parse_tags(value: &str) -> Option<Vec<String>> {
    header::parse_tags(value).ok()
}

/// The version that this was built as.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}
