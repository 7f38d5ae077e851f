//! The options object of `createCache`.

use everfresh_core::value::Value;
use wasm_bindgen::JsValue;

use super::decode::decode;
use crate::error::error;

/// The options as a generic value; the engine checks what they say.
///
/// # Errors
/// `config-invalid` for what is no plain data, such as a function or a cycle.
pub(crate) fn options(options: JsValue) -> Result<Value, JsValue> {
    if options.is_undefined() {
        return Ok(Value::Object(Vec::new()));
    }
    decode(&options).ok_or_else(|| error("config-invalid", "options: must be plain data"))
}
