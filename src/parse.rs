//! The grammar of `X-Cache-Invalidate` and the names that the JavaScript half needs.

use everfresh_core::engine::RESPONSE_HEADERS;
use everfresh_core::header;
use wasm_bindgen::prelude::*;

/// Reads a value of `X-Cache-Invalidate` that came from `origin`, or from anywhere where that is empty:
/// `{members: [{tag | path, query? | pattern | all, mode}], problem: code | null}`, as JSON.
#[wasm_bindgen(js_name = parseInvalidate)]
pub fn parse_invalidate(value: &str, origin: &str) -> String {
    let read = match origin {
        "" => header::parse_invalidate(value),
        origin => header::parse_invalidate_for(value, origin),
    };
    read.to_json()
}

/// The response headers that the engine reads, in lower case, with a space behind each.
#[wasm_bindgen(js_name = responseHeaders)]
pub fn response_headers() -> String {
    let mut names = String::new();
    for name in RESPONSE_HEADERS {
        names.push_str(name);
        names.push(' ');
    }
    names
}

/// The version that this was built as.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}
