//! Events, as the plain objects that listeners get.

use everfresh_core::engine::{Cause, Event, Source};
use everfresh_core::value::Value;
use wasm_bindgen::JsValue;

use super::{encode, list, number, object, text};

/// The object for this event.
pub(crate) fn event(event: &Event) -> JsValue {
    encode(&match event {
        Event::Hit { url, source: from, age, stale } => object([
            ("type", text("hit")),
            ("url", text(url)),
            ("source", source(*from)),
            ("age", number(*age as f64)),
            ("stale", Value::Bool(*stale)),
        ]),
        Event::Miss { url, joined } => {
            object([("type", text("miss")), ("url", text(url)), ("joined", Value::Bool(*joined))])
        }
        Event::Store { url, tags, size } => object([
            ("type", text("store")),
            ("url", text(url)),
            ("tags", list(tags)),
            ("size", number(*size)),
        ]),
        Event::LateFill { url } => object([("type", text("late-fill")), ("url", text(url))]),
        Event::Persist { url } => object([("type", text("persist")), ("url", text(url))]),
        Event::Invalidate { targets, origin, cause: why, matched, count } => object([
            ("type", text("invalidate")),
            ("targets", text(targets)),
            ("origin", origin.as_ref().map_or(Value::Null, |origin| text(origin))),
            ("cause", cause(*why)),
            ("matched", list(matched)),
            ("count", number(*count)),
        ]),
        Event::Evict { url, source: from } => {
            object([("type", text("evict")), ("url", text(url)), ("source", source(*from))])
        }
        Event::Problem { code, subject } => {
            object([("type", text("problem")), ("code", text(code)), ("subject", text(subject))])
        }
    })
}

fn source(source: Source) -> Value {
    text(match source {
        Source::Memory => "memory",
        Source::Storage => "storage",
    })
}

fn cause(cause: Cause) -> Value {
    text(match cause {
        Cause::Header => "header",
        Cause::Map => "map",
        Cause::Write => "write",
        Cause::Unknown => "unknown",
        Cause::Call => "call",
        Cause::Orphan => "orphan",
        Cause::Cleared => "cleared",
    })
}
