//! The JavaScript half: promises, native `fetch`, responses and their bodies (`src/host`).

use js_sys::JsString;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What performs the engine's effects on promises and responses, and keeps bodies. No method throws.
    #[derive(Clone)]
    pub type Host;

    /// An effect of [`wire::effect`](crate::wire::effect).
    #[wasm_bindgen(method)]
    pub(crate) fn perform(this: &Host, kind: u32, a: u32, b: u32, c: u32, text: &str);

    /// The same, without a text: decoding one costs more than most effects do.
    #[wasm_bindgen(method, js_name = perform)]
    pub(crate) fn act(this: &Host, kind: u32, a: u32, b: u32, c: u32);

    /// Tell whoever listens of this event, which is JSON, once the client has returned.
    #[wasm_bindgen(method)]
    pub(crate) fn emit(this: &Host, event: &str);

    /// A line feed and a kept body as text for storage.
    #[wasm_bindgen(method)]
    pub(crate) fn pack(this: &Host, body: u32) -> Option<JsString>;

    /// Keeps the body of such a text; 0 where it is none.
    #[wasm_bindgen(method)]
    pub(crate) fn unpack(this: &Host, text: &JsString) -> u32;

    /// The deadline has come: enter the client by the way that is guarded.
    #[wasm_bindgen(method)]
    pub(crate) fn wake(this: &Host);
}
