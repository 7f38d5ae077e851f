//! The page is going away.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type Target;

    #[wasm_bindgen(method, js_name = addEventListener)]
    fn add(this: &Target, name: &str, listener: &JsValue);

    #[wasm_bindgen(method, js_name = removeEventListener)]
    fn remove(this: &Target, name: &str, listener: &JsValue);
}

/// A listener, removed when dropped.
pub(crate) struct Listener {
    target: Target,
    name: &'static str,
    closure: Closure<dyn FnMut()>,
}

impl Listener {
    fn new(target: Target, name: &'static str, work: impl FnMut() + 'static) -> Self {
        let closure = Closure::new(work);
        target.add(name, closure.as_ref());
        Self { target, name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.target.remove(self.name, self.closure.as_ref());
    }
}

/// Runs `work` whenever the page is about to go, or is hidden and so may never come back.
/// A worker is told nothing.
pub(crate) fn leaving(work: impl Fn() + Clone + 'static) -> Vec<Listener> {
    let window: Target = js_sys::global().unchecked_into();
    let Some(document) = property(&window, "document").filter(JsValue::is_object) else {
        return Vec::new();
    };
    let hide = work.clone();
    let watched: Target = document.clone().unchecked_into();
    vec![
        Listener::new(window, "pagehide", work),
        Listener::new(watched, "visibilitychange", move || {
            if property(&document, "visibilityState").is_some_and(|state| state == "hidden") {
                hide();
            }
        }),
    ]
}

fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}
