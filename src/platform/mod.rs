//! The browser: an API a file.

pub(crate) mod clock;
pub(crate) mod entropy;
pub(crate) mod host;
pub(crate) mod storage;
pub(crate) mod timer;

/// The origin of this document or worker, such as `https://example.org`.
pub(crate) fn origin() -> String {
    js_sys::Reflect::get(&js_sys::global(), &"origin".into())
        .ok()
        .and_then(|origin| origin.as_string())
        .unwrap_or_default()
}
