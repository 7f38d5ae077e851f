//! Core errors as JavaScript errors with a stable `code`.

use everfresh_core::policy::PolicyError;
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// A JavaScript `Error` with this code, which the JavaScript half makes an `EverfreshError`.
pub(crate) fn error(code: &str, message: &str) -> JsValue {
    let error = Error::new(message);
    // Setting a property of an object made here can't fail.
    let _ = Reflect::set(&error, &"code".into(), &code.into());
    error.into()
}

/// What is wrong with the options, and where.
pub(crate) fn policy(problem: &PolicyError) -> JsValue {
    error(problem.code(), &problem.message())
}
