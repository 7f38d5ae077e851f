//! Heads of responses, and what the script shim wrote of them before the engine was ready.

use everfresh_core::engine::{EarlyWrite, RESPONSE_HEADERS, ResponseHead};
use everfresh_core::value::Value;
use js_sys::{Array, JSON, JsString};
use wasm_bindgen::JsValue;

use super::decode::decode;
use super::pairs;

/// A head from its parts; `url` is the URL after redirects.
pub(crate) fn head(status: u16, headers: &Array, url: &JsValue, unreadable: bool) -> ResponseHead {
    ResponseHead { status, headers: pairs(headers), url: url.as_string(), unreadable }
}

/// An early write from `{method, url, head: null | {status, headers: [name, value, ...]}}`;
/// `None` for a text that is none.
pub(crate) fn early(record: &JsString) -> Option<EarlyWrite> {
    let record = decode(&JSON::parse(&String::from(record)).ok()?)?;
    let text = |key| Some(String::from(record.get(key)?.as_str()?));
    Some(EarlyWrite {
        method: text("method")?,
        url: text("url")?,
        head: record.get("head").and_then(early_head),
    })
}

fn early_head(head: &Value) -> Option<ResponseHead> {
    let flat = head.get("headers")?.as_array()?;
    let headers = flat.chunks_exact(2).filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?)));
    Some(ResponseHead {
        status: head.get("status")?.as_number()? as u16,
        headers: headers
            .filter(|(name, _)| RESPONSE_HEADERS.contains(name))
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        url: None,
        unreadable: false,
    })
}
