//! Lists for people and for tests.

use everfresh_core::entry::{Entry, Stored};
use everfresh_core::header::Invalidation;
use everfresh_core::json::{Object, separate};
use everfresh_core::target::{Member, Mode, Target};
use everfresh_core::time::Millis;

/// What is cached, as `entries()` gives it.
pub(crate) fn entries<'e>(now: Millis, entries: impl Iterator<Item = &'e Entry>) -> String {
    let mut list = String::new();
    for entry in entries {
        let written = Object::new()
            .text("url", entry.url.as_str())
            .texts("tags", &entry.tags)
            .flag("memory", entry.body.is_some())
            .flag("storage", entry.stored == Stored::Yes)
            .number("age", entry.age(now) as i64)
            .number("freshFor", entry.fresh_until.cast_signed() - now.cast_signed())
            .flag("stale", entry.stale_since.is_some())
            .number("size", i64::from(entry.size))
            .finish();
        separate(&mut list);
        list.push_str(&written);
    }
    list.insert(0, '[');
    list.push(']');
    list
}

/// What a header says, as `{members: [{tag | path, query? | pattern | all, mode}], problem}`.
pub(crate) fn invalidation(read: &Invalidation) -> String {
    let mut members = String::new();
    for written in read.members.iter().map(member) {
        separate(&mut members);
        members.push_str(&written);
    }
    let problem = read.problem.map(|problem| problem.code());
    Object::new().list("members", &members).optional("problem", problem).finish()
}

fn member(member: &Member) -> String {
    let mut object = Object::new();
    match &member.target {
        Target::Tag(tag) => object.text("tag", tag),
        Target::Path { path, query: None } => object.text("path", path),
        Target::Path { path, query: Some(query) } => object.text("path", path).text("query", query),
        Target::Pattern(pattern) => object.text("pattern", pattern.as_str()),
        Target::All => object.flag("all", true),
    };
    let mode = match member.mode {
        Mode::Drop => "drop",
        Mode::Stale => "stale",
    };
    object.text("mode", mode).finish()
}
