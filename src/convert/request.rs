//! Requests, as flat lists and texts: these are on the hot path.

use everfresh_core::engine::{CacheMode, Request};
use js_sys::{Array, JsString};

/// A request from its parts. `cache`: 0 is the default, 1 refetches, anything else bypasses.
pub(crate) fn request(
    method: &JsString,
    url: &JsString,
    headers: &Array,
    cache: u8,
    variant: &JsString,
    opaque: bool,
) -> Request {
    Request {
        method: method.into(),
        url: url.into(),
        headers: pairs(headers),
        cache: match cache {
            0 => CacheMode::Default,
            1 => CacheMode::Refetch,
            _ => CacheMode::Bypass,
        },
        variant: variant.into(),
        opaque,
    }
}

/// Names and values from `[name, value, name, value, ...]`.
pub(crate) fn pairs(flat: &Array) -> Vec<(String, String)> {
    let at = |index| flat.get(index).as_string().unwrap_or_default();
    (0..flat.length() / 2).map(|pair| (at(2 * pair), at(2 * pair + 1))).collect()
}
