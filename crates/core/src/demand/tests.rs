#![allow(clippy::unwrap_used)]

use alloc::{rc::Rc, string::ToString, vec, vec::Vec};

use super::*;
use crate::engine::BodyId;
use crate::entry::Stored;
use crate::journal::Fence;
use crate::url::Url;

const SECOND: Millis = 1000;

/// An entry of 100 s ago that was fresh until 40 s ago.
fn entry() -> Entry {
    Entry {
        key: Rc::from("https://a.test/x"),
        url: Url::parse("https://a.test/x").unwrap(),
        tags: vec![],
        fields: vec![],
        validators: vec![],
        fence: Fence::stored(""),
        sent: NOW - 100 * SECOND,
        received: NOW - 100 * SECOND,
        generated: NOW - 100 * SECOND,
        fresh_until: NOW - 40 * SECOND,
        stale_while_revalidate_until: NOW - 40 * SECOND,
        stale_if_error_until: NOW - 40 * SECOND,
        must_revalidate: false,
        expires: NOW + 1000 * SECOND,
        stale_since: None,
        size: 0,
        body: Some(BodyId(1)),
        stored: Stored::No,
        refused: false,
        item_size: 0,
        local: false,
        prefetched: None,
        groups: None,
        because: None,
    }
}

const NOW: Millis = 1_000_000;

fn fresh() -> Entry {
    Entry { fresh_until: NOW + 20 * SECOND, ..entry() }
}

fn demand(header: (&str, &str), cache: CacheMode, mode: ReadMode) -> Demand {
    let headers: Vec<_> =
        [header].iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Demand::new(&headers, cache, mode)
}

/// What a request with this `Cache-Control` may do with an entry, under a rule that waits for the network.
fn check(control: &str, entry: &Entry, expected: Use) {
    let demand = demand(("cache-control", control), CacheMode::Default, ReadMode::Fresh);
    assert_eq!(demand.allows(entry, NOW), expected, "{control}");
}

#[test]
fn a_request_may_ask_for_more_or_be_content_with_less() {
    for (control, expected) in [
        ("", Use::AsItIs),
        ("max-age=100", Use::AsItIs),
        ("max-age=99", Use::No),
        ("max-age=0", Use::No),
        ("max-age=0, max-stale", Use::No),
        ("max-age", Use::No),
        ("min-fresh=20", Use::AsItIs),
        ("min-fresh=21", Use::No),
        ("no-cache", Use::No),
        ("only-if-cached", Use::AsItIs),
        ("max-stale=5", Use::AsItIs),
    ] {
        check(control, &fresh(), expected);
    }
    for (control, expected) in [
        ("", Use::No),
        ("max-stale", Use::AsItIs),
        ("max-stale=40", Use::AsItIs),
        ("max-stale=39", Use::No),
        ("max-stale=x", Use::No),
        ("max-stale=60, max-age=100", Use::AsItIs),
        ("max-stale=60, max-age=50", Use::No),
        ("max-stale, no-cache", Use::No),
        ("only-if-cached", Use::No),
    ] {
        check(control, &entry(), expected);
    }
    let must_revalidate = Entry { must_revalidate: true, ..entry() };
    check("max-stale", &must_revalidate, Use::No);
}

#[test]
fn p1_what_was_invalidated_is_stale_for_every_request() {
    let invalidated = Entry {
        stale_since: Some(NOW),
        stale_while_revalidate_until: NOW + SECOND,
        stale_if_error_until: NOW + SECOND,
        ..fresh()
    };
    for control in ["", "max-stale", "max-stale=1000", "stale-if-error=1000"] {
        check(control, &invalidated, Use::No);
        for cache in [CacheMode::Default, CacheMode::ForceCache, CacheMode::OnlyIfCached] {
            let demand = demand(("cache-control", control), cache, ReadMode::Fresh);
            assert_eq!(demand.allows(&invalidated, NOW), Use::No, "{control} {cache:?}");
            assert!(!demand.allows_after_error(&invalidated, NOW), "{control} {cache:?}");
        }
    }
    let swr = demand(("x", ""), CacheMode::Default, ReadMode::Swr);
    assert_eq!(swr.allows(&invalidated, NOW), Use::WhileRefetched);
    assert!(!swr.allows_after_error(&invalidated, NOW), "its refetch is over");
}

#[test]
fn must_revalidate_stops_every_stale_answer_that_was_not_asked_for() {
    let granted =
        Entry { stale_while_revalidate_until: NOW + SECOND, stale_if_error_until: NOW + SECOND, ..entry() };
    let strict = Entry { must_revalidate: true, ..granted.clone() };
    for (mode, expected) in [(ReadMode::Fresh, Use::WhileRefetched), (ReadMode::Swr, Use::WhileRefetched)] {
        let demand = demand(("x", ""), CacheMode::Default, mode);
        assert_eq!(demand.allows(&granted, NOW), expected);
        assert_eq!(demand.allows(&strict, NOW), Use::No);
        assert!(demand.allows_after_error(&granted, NOW));
        assert!(!demand.allows_after_error(&strict, NOW));
    }
    let forced = demand(("x", ""), CacheMode::ForceCache, ReadMode::Fresh);
    assert_eq!(forced.allows(&strict, NOW), Use::AsItIs);
}

#[test]
fn a_request_that_wants_it_fresh_takes_nothing_stale() {
    let granted =
        Entry { stale_while_revalidate_until: NOW + SECOND, stale_if_error_until: NOW + SECOND, ..entry() };
    for control in ["max-age=1000", "min-fresh=1", "no-cache"] {
        let demand = demand(("cache-control", control), CacheMode::Default, ReadMode::Swr);
        assert_eq!(demand.allows(&granted, NOW), Use::No, "{control}");
        assert!(!demand.allows_after_error(&granted, NOW), "{control}");
    }
    let pragma = demand(("pragma", "no-cache"), CacheMode::Default, ReadMode::Swr);
    assert_eq!(pragma.allows(&fresh(), NOW), Use::No);
    let both =
        [("pragma", "no-cache"), ("cache-control", "max-stale")].map(|(n, v)| (n.to_string(), v.to_string()));
    let both = Demand::new(&both, CacheMode::Default, ReadMode::Fresh);
    assert_eq!(both.allows(&fresh(), NOW), Use::AsItIs, "Cache-Control counts where it is there");
}

#[test]
fn a_failed_request_may_be_made_up_for_within_the_window() {
    for (control, until, expected) in [
        ("", NOW, false),
        ("", NOW + 1, true),
        ("stale-if-error=40", NOW - 40 * SECOND, false),
        ("stale-if-error=41", NOW - 40 * SECOND, true),
        ("stale-if-error=0", NOW + 1, true),
    ] {
        let demand = demand(("cache-control", control), CacheMode::Default, ReadMode::Fresh);
        let entry = Entry { stale_if_error_until: until, ..entry() };
        assert_eq!(demand.allows_after_error(&entry, NOW), expected, "{control} {until}");
    }
    let plain = demand(("cache-control", "stale-if-error=5000"), CacheMode::Default, ReadMode::Fresh);
    assert!(!plain.allows_after_error(&Entry { expires: NOW, ..entry() }, NOW));
    assert!(!plain.allows_after_error(&Entry { sent: NOW + 1, ..entry() }, NOW));
}

#[test]
fn the_cache_modes_of_fetch() {
    for (cache, of_fresh, of_stale) in [
        (CacheMode::Default, Use::AsItIs, Use::No),
        (CacheMode::Reload, Use::No, Use::No),
        (CacheMode::Validate, Use::No, Use::No),
        (CacheMode::ForceCache, Use::AsItIs, Use::AsItIs),
        (CacheMode::OnlyIfCached, Use::AsItIs, Use::AsItIs),
    ] {
        let demand = demand(("x", ""), cache, ReadMode::Fresh);
        assert_eq!(demand.allows(&fresh(), NOW), of_fresh, "{cache:?}");
        assert_eq!(demand.allows(&entry(), NOW), of_stale, "{cache:?}");
        assert_eq!(demand.allows(&Entry { expires: NOW, ..entry() }, NOW), Use::No, "{cache:?}");
        assert_eq!(demand.allows(&Entry { sent: NOW + 1, ..fresh() }, NOW), Use::No, "{cache:?}");
    }
    assert!(demand(("cache-control", "no-store"), CacheMode::Default, ReadMode::Fresh).bypasses());
    assert!(demand(("x", ""), CacheMode::Bypass, ReadMode::Fresh).bypasses());
}
