//! Waiting for idle time.

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = requestIdleCallback)]
    fn request_idle_callback(callback: &JsValue, options: &JsValue) -> Result<JsValue, JsValue>;
}

/// A page that is never idle gets its turn after this many milliseconds.
const PATIENCE: f64 = 2_000.0;

/// Where the browser can't tell idle time (WebKit, workers), this many milliseconds stand for it.
const GUESS: u32 = 50;

/// Runs `work` once, when the browser is idle.
pub(crate) fn run(work: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(work);
    let options = js_sys::Object::new();
    // Setting a property of an object made here can't fail.
    let _ = js_sys::Reflect::set(&options, &"timeout".into(), &PATIENCE.into());
    if request_idle_callback(&callback, &options).is_err() {
        let callback: js_sys::Function = callback.unchecked_into();
        Timeout::new(GUESS, move || {
            // It is our own closure, which reports nothing and throws only in a trap.
            let _ = callback.call0(&JsValue::UNDEFINED);
        })
        .forget();
    }
}
