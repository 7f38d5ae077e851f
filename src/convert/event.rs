//! Events, as the plain objects that listeners get, and steps.

use everfresh_core::engine::{Cause, End, Event, Source, Step};
use everfresh_core::json::{Object, separate};

/// The object for this event.
pub(crate) fn event(event: &Event) -> String {
    let mut object = Object::new();
    describe(&mut object, event);
    object.finish()
}

/// A list of steps: events with their `number` and `time`, and in `because` the number of the step that led to it.
pub(crate) fn steps<'s>(steps: impl Iterator<Item = &'s Step>) -> String {
    let mut list = String::new();
    for step in steps {
        let mut object = Object::new();
        object
            .number("number", step.number.into())
            .number("time", step.time.cast_signed())
            .number("because", step.because.as_ref().map_or(0, |because| because.number.into()));
        describe(&mut object, &step.event);
        separate(&mut list);
        list.push_str(&object.finish());
    }
    list.insert(0, '[');
    list.push(']');
    list
}

fn describe(object: &mut Object, event: &Event) {
    match event {
        Event::Hit { url, source: from, age, stale } => object
            .text("type", "hit")
            .text("url", url)
            .text("source", source(*from))
            .number("age", *age as i64)
            .flag("stale", *stale),
        Event::Request { url, reason } => {
            object.text("type", "request").text("url", url).text("reason", reason)
        }
        Event::Write { method, url, status, mutation } => object
            .text("type", "write")
            .text("method", method)
            .text("url", url)
            .number("status", i64::from(*status))
            .optional("mutation", mutation.as_deref()),
        Event::Miss { url, joined } => object.text("type", "miss").text("url", url).flag("joined", *joined),
        Event::Revalidate { url } => object.text("type", "revalidate").text("url", url),
        Event::StaleIfError { url, age } => {
            object.text("type", "stale-if-error").text("url", url).number("age", *age as i64)
        }
        Event::Store { url, tags, size } => {
            object.text("type", "store").text("url", url).texts("tags", tags).number("size", i64::from(*size))
        }
        Event::LateFill { url } => object.text("type", "late-fill").text("url", url),
        Event::Persist { url } => object.text("type", "persist").text("url", url),
        Event::Invalidate { targets, origin, cause: why, matched, count } => object
            .text("type", "invalidate")
            .text("targets", targets)
            .optional("origin", origin.as_deref())
            .text("cause", cause(*why))
            .texts("matched", matched)
            .number("count", i64::from(*count)),
        Event::Scope { id, ours } => object
            .text("type", "scope")
            .optional("id", Some(&**id).filter(|id| !id.is_empty()))
            .flag("ours", *ours),
        Event::Prefetch { url, trigger, end, bytes, saved } => object
            .text("type", "prefetch")
            .text("url", url)
            .text("trigger", trigger.name())
            .text("state", end.map_or("sent", End::name))
            .number("bytes", i64::from(*bytes))
            .number("savedMs", *saved as i64),
        Event::Mutation { id, url, state } => {
            object.text("type", "mutation").text("id", id).text("url", url).text("state", state)
        }
        Event::Evict { url, source: from } => {
            object.text("type", "evict").text("url", url).text("source", source(*from))
        }
        Event::Problem { code, subject } => {
            object.text("type", "problem").text("code", code).text("subject", subject)
        }
    };
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Memory => "memory",
        Source::Storage => "storage",
    }
}

fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Header => "header",
        Cause::Map => "map",
        Cause::Write => "write",
        Cause::Unknown => "unknown",
        Cause::Call => "call",
        Cause::Push => "push",
        Cause::Orphan => "orphan",
        Cause::Peer => "peer",
        Cause::Cleared => "cleared",
    }
}
