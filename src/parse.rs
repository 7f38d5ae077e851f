//! The grammar of `X-Cache-Invalidate` and the names that the JavaScript half needs.

use everfresh_core::engine::RESPONSE_HEADERS;
use everfresh_core::header;
use everfresh_core::target::{Member, Mode};
use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

use crate::convert;

/// Reads a value of `X-Cache-Invalidate` that came from `origin`, a text, or from anywhere:
/// `{members: [{tag | path, query? | pattern | all, mode}], problem: code | null}`.
#[wasm_bindgen(js_name = parseInvalidate)]
pub fn parse_invalidate(value: &JsString, origin: &JsValue) -> JsValue {
    let value = String::from(value);
    convert::invalidation(&match origin.as_string() {
        Some(origin) => header::parse_invalidate_for(&value, &origin),
        None => header::parse_invalidate(&value),
    })
}

/// The response headers that the engine reads, in lower case.
#[wasm_bindgen(js_name = responseHeaders)]
pub fn response_headers() -> Array {
    RESPONSE_HEADERS.iter().map(|name| JsValue::from(*name)).collect()
}

/// The version that this was built as.
#[wasm_bindgen]
pub fn version() -> JsString {
    env!("CARGO_PKG_VERSION").into()
}

/// Targets of a call: texts in the header's grammar.
pub(crate) fn targets(texts: &Array, stale: bool) -> Vec<Member> {
    let texts = texts.iter().filter_map(|text| text.as_string());
    let mut members: Vec<_> = texts.flat_map(|text| header::parse_invalidate(&text).members).collect();
    if stale {
        members.iter_mut().for_each(|member| member.mode = Mode::Stale);
    }
    members
}
