//! The JavaScript half: promises, native `fetch` and responses (`src/host`).

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What performs the engine's effects on promises and responses. No method throws, but `pack` and
    /// `unpack` may.
    #[derive(Clone, PartialEq)]
    pub type Host;

    /// Start a flight with the arguments of `read`.
    #[wasm_bindgen(method)]
    pub(crate) fn send(this: &Host, flight: u32, read: u32, reload: bool);

    /// Abort a flight.
    #[wasm_bindgen(method)]
    pub(crate) fn abort(this: &Host, flight: u32);

    /// Read a flight's body whole and look for these fields in it.
    #[wasm_bindgen(method, js_name = readBody)]
    pub(crate) fn read_body(this: &Host, flight: u32, fields: Array);

    /// Answer a read from a kept body.
    #[wasm_bindgen(method)]
    pub(crate) fn deliver(this: &Host, read: u32, body: &JsValue, age: u32, status: &str);

    /// Answer a read with a flight's response.
    #[wasm_bindgen(method, js_name = deliverNetwork)]
    pub(crate) fn deliver_network(this: &Host, read: u32, flight: u32);

    /// Fail a read with a flight's error.
    #[wasm_bindgen(method)]
    pub(crate) fn reject(this: &Host, read: u32, flight: u32);

    /// Let a read go to native `fetch`.
    #[wasm_bindgen(method)]
    pub(crate) fn pass(this: &Host, read: u32);

    /// Let a write go to native `fetch`.
    #[wasm_bindgen(method, js_name = sendWrite)]
    pub(crate) fn send_write(this: &Host, write: u32);

    /// Forget a flight.
    #[wasm_bindgen(method, js_name = endFlight)]
    pub(crate) fn end_flight(this: &Host, flight: u32);

    /// A kept body as text for storage.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn pack(this: &Host, body: &JsValue) -> Result<JsString, JsValue>;

    /// A kept body out of such text; `undefined` where it is none.
    #[wasm_bindgen(method, catch)]
    pub(crate) fn unpack(this: &Host, text: &JsString) -> Result<JsValue, JsValue>;

    /// This instance is broken: go on without it.
    #[wasm_bindgen(method)]
    pub(crate) fn abandon(this: &Host, message: &str);
}
