//! JavaScript shapes to core types and back. Core types never take a JavaScript shape themselves.

mod decode;
mod event;
mod options;
mod report;

pub(crate) use event::event;
pub(crate) use options::options;
pub(crate) use report::{entries, invalidation};

use everfresh_core::value::Value;
use serde::Serialize as _;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// A plain object, list or scalar. Off the hot path: the only place where serde makes JavaScript values.
fn encode(value: &Value) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

fn number(number: impl Into<f64>) -> Value {
    Value::Number(number.into())
}

fn list<T: AsRef<str>>(members: &[T]) -> Value {
    Value::Array(members.iter().map(|member| text(member.as_ref())).collect())
}
