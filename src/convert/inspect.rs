//! What the overlay is told. Times are milliseconds since 1970: an answer stays true while time goes on.

use everfresh_core::engine::{DryRun, Engine, State, StoredItem};
use everfresh_core::entry::{Entry, Stored};
use everfresh_core::json::{Object, separate};
use everfresh_core::key;
use everfresh_core::record::Unfit;
use everfresh_core::target::Mode;

use super::event::steps;

/// URLs that a dry run names at the most.
const NAMED: usize = 200;

/// Some of the entries, and whether there are more.
pub(crate) fn page<'e>(engine: &Engine, (entries, more): (impl Iterator<Item = &'e Entry>, bool)) -> String {
    let mut list = String::new();
    for entry in entries {
        let mut object = Object::new();
        describe(&mut object, entry);
        let (watchers, fetching) = engine.interest(entry);
        object.number("watchers", watchers as i64).flag("fetching", fetching);
        separate(&mut list);
        list.push_str(&object.finish());
    }
    Object::new().list("entries", &list).flag("more", more).finish()
}

/// One key in memory and in localStorage, and what led to what is there.
pub(crate) fn details(engine: &Engine, key: &str, load: impl Fn(&str) -> Option<StoredItem>) -> String {
    let mut object = Object::new();
    if let Some(entry) = engine.entry(key) {
        let mut known = Object::new();
        describe(&mut known, entry);
        object.object("entry", &known.finish());
        if let Some(step) = &entry.because {
            object.object("chain", &steps(step.chain()));
        }
    }
    let item = engine.item_name(key);
    if let Some(found) = load(&item) {
        match engine.read_record(key, &found) {
            Ok(entry) => {
                let mut stored = Object::new();
                describe(&mut stored, &entry);
                object.object("stored", &stored.finish())
            }
            Err(Unfit::Outdated) => object.text("unfit", "outdated"),
            Err(Unfit::Unreadable) => object.text("unfit", "unreadable"),
        };
    }
    object.text("item", &item).finish()
}

/// What an invalidation would do.
pub(crate) fn dry_run(run: &DryRun<'_>) -> String {
    let mut list = String::new();
    let [mut dropped, mut memory, mut storage] = [0; 3];
    for (at, hit) in run.hits.iter().enumerate() {
        let drops = hit.mode == Mode::Drop;
        dropped += i64::from(drops);
        memory += i64::from(hit.entry.body.is_some());
        storage += i64::from(hit.entry.stored == Stored::Yes);
        if at < NAMED {
            separate(&mut list);
            list.push_str(&Object::new().text("key", &hit.entry.key).flag("drops", drops).finish());
        }
    }
    Object::new()
        .number("count", run.hits.len() as i64)
        .number("dropped", dropped)
        .number("memory", memory)
        .number("storage", storage)
        .number("watches", run.watches as i64)
        .list("hits", &list)
        .finish()
}

/// Where the engine stands.
pub(crate) fn state(state: &State<'_>) -> String {
    let mut object = Object::new();
    object
        .text("document", state.document)
        .text("scope", state.scope)
        .flag("displaced", state.displaced)
        .flag("stores", state.stores);
    for (name, count) in [
        ("records", state.records),
        ("flights", state.flights),
        ("writes", state.writes),
        ("watches", state.watches),
        ("unwritten", state.unwritten),
        ("unscanned", state.unscanned),
    ] {
        object.number(name, count as i64);
    }
    object.finish()
}

fn describe(object: &mut Object, entry: &Entry) {
    object.text("key", &entry.key).text("url", entry.url.as_str()).texts("tags", &entry.tags);
    let stale_since = entry.stale_since.unwrap_or_default();
    for (name, time) in [
        ("sent", entry.sent),
        ("received", entry.received),
        ("generated", entry.generated),
        ("freshUntil", entry.fresh_until),
        ("expires", entry.expires),
        ("staleSince", stale_since),
        ("size", entry.size.into()),
        ("body", entry.body.map_or(0, |body| body.0.into())),
    ] {
        object.number(name, time.cast_signed());
    }
    let stored = match entry.stored {
        Stored::No => "no",
        Stored::Pending => "pending",
        Stored::Yes => "yes",
    };
    object
        .text("stored", stored)
        .flag("local", entry.local)
        .flag("prefetched", entry.prefetched.is_some())
        .text("varies", key::names(&entry.key));
}
