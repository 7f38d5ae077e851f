//! Lists for people and for tests.

use everfresh_core::engine::{Account, End, Metrics, Trigger};
use everfresh_core::entry::{Entry, Stored};
use everfresh_core::json::{Object, separate};
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

/// How often what happened.
pub(crate) fn metrics(metrics: &Metrics) -> String {
    let mut object = Object::new();
    for (name, count) in Metrics::NAMES.iter().zip(metrics.counts()) {
        object.number(name, i64::from(count));
    }
    object.finish()
}

/// What became of prefetches, by trigger: only of those that sent any.
pub(crate) fn prefetches(accounts: [Account; 6]) -> String {
    let mut triggers = Object::new();
    for (trigger, account) in Trigger::ALL.iter().zip(accounts) {
        if account.sent > 0 {
            let mut object = Object::new();
            let mut open = account.sent;
            object.number("sent", i64::from(account.sent));
            for (end, count) in End::ALL.iter().zip(account.ends) {
                object.number(end.name(), i64::from(count));
                open -= count;
            }
            object
                .number("pending", i64::from(open))
                .number("usedBytes", account.used_bytes as i64)
                .number("wastedBytes", account.wasted_bytes as i64)
                .number("savedMs", account.saved as i64);
            triggers.object(trigger.name(), &object.finish());
        }
    }
    triggers.finish()
}
