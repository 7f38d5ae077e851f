//! The grammar of `X-Cache-Invalidate` and the names that the JavaScript half needs.

use everfresh_core::engine::RESPONSE_HEADERS;
use everfresh_core::header;
use everfresh_core::target::{Member, Mode};
use js_sys::Array;
use wasm_bindgen::prelude::*;

use crate::convert;

/// Reads a value of `X-Cache-Invalidate` that came from `origin`:
/// `{members: [{tag | path, query? | pattern | all, mode}], problem: code | null}`.
#[wasm_bindgen(js_name = parseInvalidate)]
pub fn parse_invalidate(value: &str, origin: &str) -> JsValue {
    convert::invalidation(&header::parse_invalidate_for(value, origin))
}

/// The response headers that the engine reads, in lower case.
#[wasm_bindgen(js_name = responseHeaders)]
pub fn response_headers() -> Array {
    RESPONSE_HEADERS.iter().map(|name| JsValue::from(*name)).collect()
}

/// The version that this was built as.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}

/// Targets of a call: a text in the header's grammar, or a list with a target in each.
pub(crate) fn targets(targets: &JsValue, stale: bool) -> Vec<Member> {
    let mut members = Vec::new();
    let mut add = |text: &JsValue| {
        if let Some(text) = text.as_string() {
            members.extend(header::parse_invalidate(&text).members);
        }
    };
    match targets.dyn_ref::<Array>() {
        Some(list) => list.iter().for_each(|text| add(&text)),
        None => add(targets),
    }
    if stale {
        members.iter_mut().for_each(|member| member.mode = Mode::Stale);
    }
    members
}
