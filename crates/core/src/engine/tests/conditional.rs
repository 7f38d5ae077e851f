//! Conditional requests, their 304s, answers in place of failed ones, and HEAD.

use alloc::{string::ToString, vec, vec::Vec};

use super::tab::*;
use crate::engine::*;

const PATH: &str = "/api/headers/a";
const ETAG: (&str, &str) = ("etag", "\"1\"");
const SECOND: (&str, &str) = ("cache-control", "max-age=1");

/// A tab with a stale answer that has an entity tag.
fn stale() -> Tab {
    let mut tab = Tab::new();
    tab.fill_with(PATH, head(200, &[ETAG, SECOND]), "one");
    tab.wait(2_000);
    tab
}

/// A 304 as the caller tells it: with what the kept body has.
fn not_modified() -> ResponseHead {
    head(304, &[ETAG, ("cache-control", "max-age=60")])
}

fn given(tab: &Tab, read: ReadId) -> Option<(&str, &str)> {
    match tab.outcomes.get(&read.0) {
        Some(Outcome::Cached { body, status, .. }) => Some((body, status)),
        _ => None,
    }
}

const CURRENT: &str = "everfresh; fwd=stale; fwd-status=304";
const FELL_BACK: &str = "everfresh; fwd=stale; detail=stale-if-error";

#[test]
fn a_304_makes_the_stored_answer_fresh_for_all_who_wait() {
    let mut tab = stale();
    let reads = [tab.ask(PATH, |_| {}), tab.ask(PATH, |_| {})];
    assert_eq!(tab.conditions, [None, Some("if-none-match\n\"1\"".to_string())]);
    tab.respond(tab.flight(), not_modified(), "not read");
    for read in reads {
        assert_eq!(given(&tab, read), Some(("one", CURRENT)));
    }
    tab.wait(50_000);
    assert_eq!(tab.cached(PATH).as_deref(), Some("one"));
    assert_eq!(tab.flights.len(), 2);
    assert!(tab.events.iter().any(|event| matches!(event, Event::Revalidate { .. })));
    tab.idle();
    assert_eq!(tab.reload_idle().cached(PATH).as_deref(), Some("one"), "the record was written anew");
}

#[test]
fn another_answer_to_a_condition_is_as_any() {
    let mut tab = stale();
    let read = tab.ask(PATH, |_| {});
    tab.respond(tab.flight(), head(200, &[("etag", "\"2\""), SECOND]), "two");
    assert_eq!(tab.outcomes[&read.0], Outcome::Network);
    assert_eq!(tab.cached(PATH).as_deref(), Some("two"));
    tab.wait(2_000);
    tab.get(PATH);
    assert_eq!(tab.conditions.last().unwrap().as_deref(), Some("if-none-match\n\"2\""));
}

#[test]
fn a_date_counts_where_the_answer_is_a_second_younger() {
    let modified = ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    for (date, condition) in [
        (&[("date", "Sun, 06 Nov 1994 08:49:38 GMT")][..], true),
        (&[("date", "Sun, 06 Nov 1994 08:49:37 GMT")], false),
        (&[], false),
    ] {
        let mut tab = Tab::new();
        let headers = [&[modified, ("cache-control", "max-age=1, stale-if-error=9")], date].concat();
        tab.fill_with(PATH, head(200, &headers), "one");
        tab.wait(2_000);
        tab.get(PATH);
        let expected = condition.then(|| alloc::format!("if-modified-since\n{}", modified.1));
        assert_eq!(tab.conditions.last().unwrap(), &expected, "{date:?}");
    }
}

#[test]
fn what_is_stale_at_once_is_kept_in_memory_to_ask_after_it() {
    let mut tab = Tab::new();
    tab.fill_with(PATH, head(200, &[ETAG, ("cache-control", "no-cache")]), "one");
    let read = tab.ask(PATH, |_| {});
    tab.respond(tab.flight(), head(304, &[ETAG, ("cache-control", "no-cache")]), "");
    assert_eq!(given(&tab, read), Some(("one", CURRENT)));
    tab.idle();
    assert!(tab.stored().is_empty());
}

#[test]
fn what_is_stored_is_asked_after_too() {
    let mut tab = stale().reload_idle();
    let read = tab.ask(PATH, |_| {});
    assert!(tab.conditions[0].is_some());
    tab.respond(tab.flight(), not_modified(), "");
    assert_eq!(given(&tab, read), Some(("one", CURRENT)));
}

#[test]
fn no_condition_goes_to_another_origin_nor_with_a_reload() {
    let mut tab = Tab::new();
    tab.fill_with("https://b.test/a", head(200, &[ETAG]), "one");
    tab.wait(40_000);
    tab.get("https://b.test/a");
    assert_eq!(tab.conditions, [None, None]);
    let mut tab = stale();
    tab.ask(PATH, |request| request.cache = CacheMode::Reload);
    assert_eq!(tab.conditions[1], None);
    assert!(tab.flights[1].1);
    tab.ask(PATH, |request| request.cache = CacheMode::Validate);
    assert!(tab.conditions[2].is_some());
}

#[test]
fn p1_after_an_invalidation_no_condition_is_made() {
    for target in ["\"/api/headers/a\"", "\"/api/headers/a\";mode=stale"] {
        let mut tab = stale();
        let write = tab.write("PATCH", "/api/headers/b", vec![]);
        tab.answer(write, head(200, &[("x-cache-invalidate", target)]));
        tab.get(PATH);
        assert_eq!(tab.conditions[1], None, "{target}");
        assert!(tab.flights[1].1, "{target}");
    }
}

#[test]
fn p2_a_304_that_met_an_invalidation_is_followed_by_a_whole_answer() {
    let targets = ["\"/api/headers/a\"", "\"/api/headers/a\";mode=stale", "news", "news;mode=stale"];
    for target in targets {
        let mut tab = stale();
        let read = tab.ask(PATH, |_| {});
        let write = tab.write("PATCH", "/api/headers/b", vec![]);
        tab.answer(write, head(200, &[("x-cache-invalidate", target)]));
        let mut answer = not_modified();
        // A tag that nobody knew before.
        answer.headers.push(("x-cache-tags".into(), "news".into()));
        let flight = tab.flight();
        tab.respond(flight, answer, "");
        assert!(!tab.outcomes.contains_key(&read.0), "{target}");
        assert_eq!(tab.flights[1..], [(flight, false), (flight, true)], "{target}");
        assert_eq!(tab.conditions[2], None);
        tab.respond(flight, head(200, &[("etag", "\"2\""), ("cache-control", "max-age=60")]), "two");
        assert_eq!(tab.outcomes[&read.0], Outcome::Network, "{target}");
        assert_eq!(tab.cached(PATH).as_deref(), Some("two"), "it was sent after the invalidation: {target}");
        assert_eq!(tab.bodies.len(), 1, "{target}");
    }
}

#[test]
fn p2_the_fence_of_a_304_is_that_of_its_request() {
    let mut tab = stale();
    let write = tab.write("PATCH", "/api/headers/b", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "news")]));
    let read = tab.ask(PATH, |_| {});
    let mut answer = not_modified();
    answer.headers.push(("x-cache-tags".into(), "news".into()));
    tab.respond(tab.flight(), answer, "");
    assert_eq!(given(&tab, read), Some(("one", CURRENT)));
    let write = tab.write("PATCH", "/api/headers/b", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "news")]));
    assert_eq!(tab.get(PATH), None, "it has the tag now");
}

#[test]
fn where_the_body_is_gone_a_304_is_followed_by_a_whole_answer() {
    let mut tab = stale();
    let read = tab.ask(PATH, |_| {});
    tab.input(Input::Clear);
    let flight = tab.flight();
    tab.respond(flight, not_modified(), "");
    assert_eq!(tab.flights.last(), Some(&(flight, true)));
    tab.respond(flight, ok(), "two");
    assert_eq!(tab.outcomes[&read.0], Outcome::Network);
    // Nobody waits for one in the background.
    let config = CONFIG.replacen("\"staleTime\": 1000, ", "\"staleTime\": 1000, \"gcTime\": 60000, ", 1);
    let mut tab = Tab::open(Default::default(), 1_000_000, &config);
    tab.fill_with("/api/swr/a", head(200, &[ETAG]), "one");
    tab.wait(2_000);
    assert_eq!(tab.cached("/api/swr/a").as_deref(), Some("one"));
    assert!(tab.conditions[1].is_some());
    tab.input(Input::Clear);
    tab.respond(tab.flight(), not_modified(), "");
    assert_eq!(tab.flights.len(), 2);
    assert!(tab.bodies.is_empty());
}

#[test]
fn p2_what_is_being_written_is_handed_on_and_not_made_fresh() {
    let mut tab = stale();
    tab.write("PATCH", PATH, vec![]);
    let read = tab.ask(PATH, |_| {});
    tab.respond(tab.flight(), not_modified(), "");
    assert_eq!(given(&tab, read), Some(("one", CURRENT)));
    assert_eq!(tab.get(PATH), None);
    assert!(tab.bodies.is_empty());
}

#[test]
fn p8_a_304_may_say_that_nothing_is_to_be_kept() {
    let mut tab = stale();
    let read = tab.ask(PATH, |_| {});
    tab.respond(tab.flight(), head(304, &[ETAG, ("cache-control", "no-store")]), "");
    assert_eq!(given(&tab, read), Some(("one", CURRENT)));
    assert!(tab.bodies.is_empty());
    tab.idle();
    assert!(tab.stored().is_empty());
}

#[test]
fn a_304_that_nobody_asked_for_is_handed_on() {
    let mut tab = Tab::new();
    let read = tab.ask(PATH, |_| {});
    tab.respond(tab.flight(), not_modified(), "");
    assert_eq!(tab.outcomes[&read.0], Outcome::Network);
}

/// Fails the last flight: by a status, or by an error.
fn fail(tab: &mut Tab, status: u16) {
    match status {
        0 => tab.input(Input::Failed(tab.flight())),
        _ => tab.respond(tab.flight(), head(status, &[]), "oops"),
    }
}

fn granted(control: &str) -> Tab {
    let mut tab = Tab::new();
    tab.fill_with(PATH, head(200, &[("cache-control", control)]), "one");
    tab.wait(2_000);
    tab
}

#[test]
fn stale_if_error_makes_up_for_a_failure() {
    for status in [0, 500, 502, 503, 504] {
        let mut tab = granted("max-age=1, stale-if-error=5");
        let reads = [tab.ask(PATH, |_| {}), tab.ask(PATH, |_| {})];
        fail(&mut tab, status);
        for read in reads {
            assert_eq!(given(&tab, read), Some(("one", FELL_BACK)), "{status}");
        }
        let told = |event: &&Event| matches!(event, Event::StaleIfError { age: 2_000, .. });
        assert_eq!(tab.events.iter().filter(told).count(), 2);
        tab.wait(4_000);
        tab.get(PATH);
        fail(&mut tab, status);
        assert!(!matches!(tab.outcomes.values().last(), Some(Outcome::Cached { .. })), "{status}");
    }
    for (control, status) in [
        ("max-age=1", 503),
        ("max-age=1, stale-if-error=5, must-revalidate", 503),
        ("max-age=1, stale-if-error=5", 404),
        ("max-age=1, stale-if-error=5", 501),
    ] {
        let mut tab = granted(control);
        let read = tab.ask(PATH, |_| {});
        fail(&mut tab, status);
        assert_eq!(tab.outcomes[&read.0], Outcome::Network, "{control} {status}");
    }
}

#[test]
fn stale_if_error_reads_what_is_stored() {
    let mut tab = granted("max-age=1, stale-if-error=50").reload_idle();
    let read = tab.ask(PATH, |_| {});
    fail(&mut tab, 503);
    assert_eq!(given(&tab, read), Some(("one", FELL_BACK)));
}

#[test]
fn p1_no_failure_brings_back_what_was_invalidated() {
    for target in ["*", "*;mode=stale"] {
        for before in [true, false] {
            let mut tab = granted("max-age=1, stale-if-error=50");
            let mut read = tab.ask(PATH, |_| {});
            let write = tab.write("PATCH", "/api/headers/b", vec![]);
            tab.answer(write, head(200, &[("x-cache-invalidate", target)]));
            if !before {
                read = tab.ask(PATH, |_| {});
            }
            let flights: Vec<_> = tab.flights[1..].iter().map(|(flight, _)| *flight).collect();
            for flight in flights {
                tab.input(Input::Failed(flight));
            }
            assert_eq!(tab.outcomes[&read.0], Outcome::Rejected, "{target}");
        }
    }
    // Nor does one that names it itself.
    let mut tab = granted("max-age=1, stale-if-error=50");
    let read = tab.ask(PATH, |_| {});
    tab.respond(tab.flight(), head(503, &[("clear-site-data", "\"cache\"")]), "");
    assert_eq!(tab.outcomes[&read.0], Outcome::Network);
}

#[test]
fn a_head_is_answered_by_a_fresh_get() {
    let mut tab = Tab::new();
    tab.fill_with(PATH, head(200, &[ETAG, SECOND]), "one");
    let head_of = |request: &mut Request| request.method = "HEAD".into();
    let read = tab.ask(PATH, head_of);
    assert!(given(&tab, read).is_some());
    tab.wait(2_000);
    let read = tab.ask(PATH, head_of);
    assert_eq!(tab.outcomes[&read.0], Outcome::Passed);
    assert_eq!(tab.flights.len(), 1);
    tab.fill("/api/swr/a", "one");
    tab.wait(2_000);
    let read = tab.ask("/api/swr/a", head_of);
    assert_eq!(tab.outcomes[&read.0], Outcome::Passed, "it could not be fetched anew");
    let mut tab = granted("max-age=60").reload_idle();
    let read = tab.ask(PATH, head_of);
    assert!(given(&tab, read).is_some(), "from storage");
}

#[test]
fn a_head_shows_that_the_stored_answer_is_out_of_date() {
    for (status, header, outdated) in [
        (200, ("etag", "\"2\""), true),
        (200, ETAG, false),
        (200, ("content-length", "4"), true),
        (200, ("content-length", "3"), false),
        (200, ("last-modified", "Sun, 06 Nov 1994 08:49:39 GMT"), false),
        (404, ("etag", "\"2\""), false),
    ] {
        let mut tab = Tab::new();
        let headers = [ETAG, ("cache-control", "max-age=60"), ("content-length", "3")];
        tab.fill_with(PATH, head(200, &headers), "one");
        let url = alloc::format!("{ORIGIN}{PATH}");
        for method in ["GET", "HEAD"] {
            let head = head(status, &[header]);
            tab.input(Input::Observed { method: method.into(), url: url.clone(), head });
            let expected = outdated && method == "HEAD";
            assert_eq!(tab.cached(PATH).is_none(), expected, "{method} {status} {header:?}");
        }
        if outdated {
            assert!(tab.flights.last().unwrap().1, "it is fetched whole");
            assert!(!tab.messages.is_empty(), "P3: other tabs hear of it");
        }
    }
}
