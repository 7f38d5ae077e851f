//! Writing the headers.

use everfresh_core::serve;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};

use crate::names::X_CACHE_TAGS;

/// Names a read. An answer that can't be named must not be kept.
pub(crate) fn name_read(headers: &mut HeaderMap, tags: &[String]) {
    match serve::name_read(tags) {
        Some(named) => set(headers, named),
        None if headers.contains_key(X_CACHE_TAGS) => {}
        None => {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}

/// Names what a write touched.
pub(crate) fn name_write(headers: &mut HeaderMap, tags: &[String]) {
    set(headers, serve::name_write(tags));
}

/// Sets what the handler has not set.
fn set(headers: &mut HeaderMap, named: Vec<serve::Header>) {
    for (name, value) in named {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.entry(HeaderName::from_static(name)).or_insert(value);
        }
    }
}
