//! Plain JavaScript data to a [`Value`]. By hand: serde-wasm-bindgen's deserializer brings the formatting
//! of floats with it, a quarter of the wasm's budget.

use everfresh_core::value::{MAX_DEPTH, Value};
use js_sys::{Array, Object, Reflect, Symbol};
use wasm_bindgen::{JsCast as _, JsValue};

/// Null and undefined, flags, numbers, texts, lists and objects; `None` for anything else, and for what is
/// nested deeper than [`MAX_DEPTH`].
pub(super) fn decode(value: &JsValue) -> Option<Value> {
    nested(value, MAX_DEPTH)
}

fn nested(value: &JsValue, depth: usize) -> Option<Value> {
    if value.is_null() || value.is_undefined() {
        return Some(Value::Null);
    }
    if let Some(flag) = value.as_bool() {
        return Some(Value::Bool(flag));
    }
    if let Some(number) = value.as_f64() {
        return Some(Value::Number(number));
    }
    if let Some(text) = value.as_string() {
        return Some(Value::String(text));
    }
    let depth = depth.checked_sub(1)?;
    if let Some(list) = value.dyn_ref::<Array>() {
        let mut members = Vec::new();
        for at in 0..list.length() {
            members.push(nested(&list.get(at), depth)?);
        }
        return Some(Value::Array(members));
    }
    // A map, a set or a typed array would look empty.
    if !value.is_object() || Reflect::has(value, &Symbol::iterator()).ok()? {
        return None;
    }
    let list = Object::entries(value.unchecked_ref());
    let mut members = Vec::new();
    for at in 0..list.length() {
        let pair: Array = list.get(at).unchecked_into();
        members.push((pair.get(0).as_string()?, nested(&pair.get(1), depth)?));
    }
    Some(Value::Object(members))
}
