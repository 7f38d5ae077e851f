//! Lists for people and for tests.

use everfresh_core::engine::EntryInfo;
use everfresh_core::header::Invalidation;
use everfresh_core::target::{Member, Mode, Target};
use everfresh_core::time::Millis;
use everfresh_core::value::Value;
use wasm_bindgen::JsValue;

use super::{encode, list, number, object, text};

/// What is cached, as `entries()` gives it.
pub(crate) fn entries(now: Millis, entries: &[EntryInfo]) -> JsValue {
    let entry = |entry: &EntryInfo| {
        object([
            ("url", text(&entry.url)),
            ("tags", list(&entry.tags)),
            ("memory", Value::Bool(entry.memory)),
            ("storage", Value::Bool(entry.storage)),
            ("age", number(entry.age as f64)),
            ("freshFor", number(entry.fresh_until as f64 - now as f64)),
            ("stale", Value::Bool(entry.stale)),
            ("size", number(entry.size)),
        ])
    };
    encode(&Value::Array(entries.iter().map(entry).collect()))
}

/// What a header says, as `{members: [{tag | path, query? | pattern | all, mode}], problem}`.
pub(crate) fn invalidation(read: &Invalidation) -> JsValue {
    let problem = read.problem.map_or(Value::Null, |problem| text(problem.code()));
    let members = Value::Array(read.members.iter().map(member).collect());
    encode(&object([("members", members), ("problem", problem)]))
}

fn member(member: &Member) -> Value {
    let mode = match member.mode {
        Mode::Drop => "drop",
        Mode::Stale => "stale",
    };
    let mode = ("mode", text(mode));
    match &member.target {
        Target::Tag(tag) => object([("tag", text(tag)), mode]),
        Target::Path { path, query: None } => object([("path", text(path)), mode]),
        Target::Path { path, query: Some(query) } => {
            object([("path", text(path)), ("query", text(query)), mode])
        }
        Target::Pattern(pattern) => object([("pattern", text(pattern.as_str())), mode]),
        Target::All => object([("all", Value::Bool(true)), mode]),
    }
}
