//! The browser: an API a file.

pub(crate) mod clock;
pub(crate) mod entropy;
pub(crate) mod host;
pub(crate) mod idle;
pub(crate) mod panic;
pub(crate) mod signals;
pub(crate) mod storage;
pub(crate) mod timer;

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = reportError)]
    fn report_error(thrown: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(thrown: &JsValue);
}

/// Reports what a callback of the page threw, as the browser would.
pub(crate) fn report(thrown: &JsValue) {
    if report_error(thrown).is_err() {
        console_error(thrown);
    }
}

/// The origin of this document or worker, such as `https://example.org`.
pub(crate) fn origin() -> String {
    js_sys::Reflect::get(&js_sys::global(), &"origin".into())
        .ok()
        .and_then(|origin| origin.as_string())
        .unwrap_or_default()
}
