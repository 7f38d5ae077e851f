//! Reads: who may answer, and when.

use alloc::{string::ToString, vec};

use super::tab::*;
use crate::engine::*;

fn memory(body: &str, ttl: i64) -> Option<Outcome> {
    let status = alloc::format!("everfresh; hit; ttl={ttl}; detail=memory");
    Some(Outcome::Cached { body: body.to_string(), status, age: 0 })
}

#[test]
fn a_hit_comes_from_memory_while_it_is_fresh() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "one");
    assert_eq!(tab.get("/api/a"), memory("one", 30));
    tab.wait(29_999);
    assert_eq!(tab.cached("/api/a").as_deref(), Some("one"));
    tab.wait(1);
    assert_eq!(tab.get("/api/a"), None);
    assert_eq!(tab.flights.len(), 2);
}

#[test]
fn p9_without_a_rule_the_page_s_own_fetch_runs() {
    let mut tab = Tab::new();
    for path in ["/other", "/api/live/x", "https://c.test/api/a", "not a url"] {
        assert_eq!(tab.get(path), Some(Outcome::Passed), "{path}");
    }
    for change in [
        |request: &mut Request| request.method = "HEAD".into(),
        |request: &mut Request| request.method = "OPTIONS".into(),
        |request: &mut Request| request.opaque = true,
        |request: &mut Request| request.cache = CacheMode::Bypass,
        |request: &mut Request| request.headers = vec![("cache-control".into(), "no-store".into())],
    ] {
        let read = tab.ask("/api/a", change);
        assert_eq!(tab.outcomes[&read.0], Outcome::Passed);
    }
    assert!(tab.flights.is_empty());
}

#[test]
fn concurrent_equal_reads_share_one_request() {
    let mut tab = Tab::new();
    let reads: alloc::vec::Vec<ReadId> = (0..3).map(|_| tab.ask("/api/a", |_| {})).collect();
    assert_eq!(tab.flights.len(), 1);
    tab.respond(tab.flight(), ok(), "one");
    assert_eq!(tab.outcomes[&reads[0].0], Outcome::Network);
    for read in &reads[1..] {
        assert!(matches!(&tab.outcomes[&read.0], Outcome::Cached { body, .. } if body == "one"));
    }
}

#[test]
fn reads_with_other_headers_or_credentials_do_not_share() {
    let mut tab = Tab::new();
    tab.ask("/api/a", |_| {});
    tab.ask("/api/a", |request| request.headers = vec![("accept".into(), "text/html".into())]);
    tab.ask("/api/a", |request| request.variant = "omit".into());
    tab.ask("/api/a", |request| request.headers = vec![("authorization".into(), "Bearer x".into())]);
    assert_eq!(tab.flights.len(), 4);
}

#[test]
fn aborting_one_reader_leaves_the_others() {
    let mut tab = Tab::new();
    let first = tab.ask("/api/a", |_| {});
    let second = tab.ask("/api/a", |_| {});
    tab.input(Input::Abort(first));
    assert!(tab.aborted.is_empty());
    tab.respond(tab.flight(), ok(), "one");
    assert_eq!(tab.outcomes[&second.0], Outcome::Network);
    assert!(!tab.outcomes.contains_key(&first.0));
}

#[test]
fn the_request_is_aborted_with_its_last_reader() {
    let mut tab = Tab::new();
    let first = tab.ask("/api/a", |_| {});
    let second = tab.ask("/api/a", |_| {});
    tab.input(Input::Abort(first));
    tab.input(Input::Abort(second));
    assert_eq!(tab.aborted, [tab.flight()]);
    // The native fetch then fails, which concerns nobody.
    tab.input(Input::Failed(tab.flight()));
    assert!(tab.outcomes.is_empty());
}

#[test]
fn a_failed_request_fails_those_who_wait_and_stores_nothing() {
    let mut tab = Tab::new();
    let read = tab.ask("/api/a", |_| {});
    tab.input(Input::Failed(tab.flight()));
    assert_eq!(tab.outcomes[&read.0], Outcome::Rejected);
    assert_eq!(tab.get("/api/a"), None);
}

#[test]
fn a_rule_without_stale_time_follows_the_answer_s_headers() {
    let mut tab = Tab::new();
    let with = |control: &str| head(200, &[("cache-control", control)]);
    tab.fill_with("/api/headers/a", with("max-age=60"), "a");
    assert_eq!(tab.get("/api/headers/a"), memory("a", 60));
    for (path, control) in [
        ("/api/headers/none", ""),
        ("/api/headers/no-cache", "no-cache, max-age=60"),
        ("/api/headers/no-store", "no-store, max-age=60"),
    ] {
        tab.fill_with(path, with(control), "x");
        assert_eq!(tab.get(path), None, "{path}");
    }
}

#[test]
fn stale_while_revalidate_hands_out_once_and_fetches() {
    let mut tab = Tab::new();
    tab.fill_with(
        "/api/headers/a",
        head(200, &[("cache-control", "max-age=1, stale-while-revalidate=9")]),
        "a",
    );
    tab.wait(5_000);
    assert!(
        matches!(tab.get("/api/headers/a"), Some(Outcome::Cached { status, .. }) if status.contains("ttl=-4"))
    );
    assert_eq!(tab.flights.len(), 2);
    assert_eq!(tab.cached("/api/headers/a").as_deref(), Some("a"));
    assert_eq!(tab.flights.len(), 2, "one refetch serves all");
    tab.respond(tab.flight(), head(200, &[("cache-control", "max-age=60")]), "b");
    assert_eq!(tab.cached("/api/headers/a").as_deref(), Some("b"));
    tab.wait(100_000);
    assert_eq!(tab.get("/api/headers/a"), None);
}

#[test]
fn p1_mode_stale_is_handed_out_marked_while_it_is_fetched_again() {
    let mut tab = Tab::new();
    tab.fill("/api/swr/a", "old");
    let write = tab.write("PATCH", "/api/swr/other", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "\"/api/swr/a\";mode=stale")]));
    let outcome = tab.get("/api/swr/a");
    assert!(
        matches!(&outcome, Some(Outcome::Cached { status, .. }) if status.contains("ttl=-1")),
        "{outcome:?}"
    );
    assert_eq!(tab.flights.last().map(|(_, reload)| *reload), Some(true));
    tab.respond(tab.flight(), ok(), "new");
    assert_eq!(tab.cached("/api/swr/a").as_deref(), Some("new"));
}

#[test]
fn p8_no_store_is_neither_kept_nor_shared() {
    let mut tab = Tab::new();
    let first = tab.ask("/api/a", |_| {});
    let second = tab.ask("/api/a", |_| {});
    tab.respond(tab.flight(), head(200, &[("cache-control", "no-store")]), "secret");
    assert_eq!(tab.outcomes[&first.0], Outcome::Network);
    assert_eq!(tab.outcomes[&second.0], Outcome::Passed, "it asks for itself");
    assert!(tab.bodies.is_empty());
    assert_eq!(tab.get("/api/a"), None);
}

#[test]
fn what_never_ends_is_not_read() {
    let mut tab = Tab::new();
    tab.get("/api/a");
    let stream = ResponseHead { unreadable: true, ..ok() };
    tab.input(Input::Responded { flight: tab.flight(), head: stream });
    assert!(tab.to_read.is_empty());
    assert_eq!(tab.get("/api/a"), None);
}

#[test]
fn p8_authorization_makes_a_key_and_stays_in_memory() {
    let mut tab = Tab::new();
    let with = |token: &'static str| {
        move |request: &mut Request| request.headers = vec![("authorization".into(), token.into())]
    };
    tab.ask("/api/a", with("alice"));
    tab.respond(tab.flight(), ok(), "alice's");
    let bob = tab.ask("/api/a", with("bob"));
    assert!(!tab.outcomes.contains_key(&bob.0));
    let alice = tab.ask("/api/a", with("alice"));
    assert!(matches!(&tab.outcomes[&alice.0], Outcome::Cached { body, .. } if body == "alice's"));
    tab.idle();
    assert!(tab.stored().is_empty());
    let all = alloc::format!("{:?}", tab.engine);
    assert!(!all.contains("Bearer"), "the credential is nowhere in the cache");
}

#[test]
fn p10_memory_keeps_to_its_bounds_and_bodies_are_given_up() {
    let config = CONFIG.replacen('{', r#"{ "maxEntries": 3, "persist": false,"#, 1);
    let mut tab = Tab::open(Default::default(), 1, &config);
    for n in 0..50 {
        tab.fill(&alloc::format!("/api/{n}"), "x");
        assert!(tab.bodies.len() <= 3);
    }
    assert_eq!(tab.engine.entries().count(), 3);
    assert!(tab.cached("/api/49").is_some());
    assert_eq!(tab.get("/api/0"), None);
}

#[test]
fn entries_end_with_their_gc_time() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "a");
    assert_eq!(tab.deadline, Some(tab.now + 60_000));
    tab.wait(60_000);
    tab.wake();
    assert!(tab.bodies.is_empty());
    assert_eq!(tab.engine.entries().count(), 0);
    assert_eq!(tab.deadline, None);
}

#[test]
fn a_clock_that_was_set_back_makes_nothing_fresh() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "a");
    tab.now -= 10_000;
    assert_eq!(tab.get("/api/a"), None);
}

#[test]
fn p2_an_older_answer_does_not_replace_a_newer_one() {
    let mut tab = Tab::new();
    tab.get("/api/a");
    let older = tab.flight();
    tab.wait(1);
    tab.ask("/api/a", |request| request.cache = CacheMode::Reload);
    let newer = tab.flight();
    assert_ne!(older, newer);
    tab.respond(newer, ok(), "new");
    tab.respond(older, ok(), "old");
    assert_eq!(tab.cached("/api/a").as_deref(), Some("new"));
}

/// Asks for what is stored and stale, in this way; what becomes of the read, and how the network is asked.
fn ask_for_stale(change: impl FnOnce(&mut Request)) -> (Option<Outcome>, Option<bool>) {
    let mut tab = Tab::new();
    tab.fill("/api/a", "one");
    tab.wait(31_000);
    let read = tab.ask("/api/a", change);
    (tab.outcomes.get(&read.0).cloned(), tab.flights.get(1).map(|(_, reload)| *reload))
}

#[test]
fn each_cache_mode_is_honoured() {
    let served = Some(Outcome::Cached {
        body: "one".to_string(),
        status: "everfresh; hit; ttl=-1; detail=memory".to_string(),
        age: 31,
    });
    for (cache, outcome, reload) in [
        (CacheMode::Default, None, Some(false)),
        (CacheMode::Reload, None, Some(true)),
        (CacheMode::Validate, None, Some(true)),
        (CacheMode::ForceCache, served.clone(), None),
        (CacheMode::OnlyIfCached, served, None),
        (CacheMode::Bypass, Some(Outcome::Passed), None),
    ] {
        assert_eq!(ask_for_stale(|request| request.cache = cache), (outcome, reload), "{cache:?}");
    }
}

#[test]
fn a_request_s_own_cache_control_is_honoured() {
    for (header, value, served, asked) in [
        ("cache-control", "max-stale", true, None),
        ("cache-control", "max-stale=1", true, None),
        ("cache-control", "max-stale=0", false, Some(false)),
        ("cache-control", "max-age=60", false, Some(false)),
        ("cache-control", "no-cache", false, Some(true)),
        ("pragma", "no-cache", false, Some(true)),
    ] {
        let (outcome, reload) =
            ask_for_stale(|request| request.headers = vec![(header.into(), value.into())]);
        assert_eq!((outcome.is_some(), reload), (served, asked), "{value}");
    }
}

#[test]
fn p1_only_if_cached_never_reaches_what_the_browser_has_of_before() {
    let only = |request: &mut Request| request.cache = CacheMode::OnlyIfCached;
    let mut tab = Tab::new();
    let read = tab.ask("/api/a", only);
    assert_eq!(tab.outcomes[&read.0], Outcome::Passed, "the browser may have it");
    for target in ["*", "*;mode=stale"] {
        let mut tab = Tab::new();
        tab.fill("/api/a", "one");
        let write = tab.write("PATCH", "/api/b", vec![]);
        tab.answer(write, head(200, &[("x-cache-invalidate", target)]));
        let read = tab.ask("/api/a", only);
        assert_eq!(tab.outcomes[&read.0], Outcome::Refused(0), "{target}");
        let read = tab.ask("/api/a", |request| request.cache = CacheMode::ForceCache);
        assert!(!tab.outcomes.contains_key(&read.0), "{target}");
        assert!(tab.flights.last().unwrap().1, "{target}");
    }
}

#[test]
fn only_if_cached_in_a_header_is_answered_by_504() {
    let mut tab = Tab::new();
    let only =
        |request: &mut Request| request.headers = vec![("cache-control".into(), "only-if-cached".into())];
    let read = tab.ask("/api/a", only);
    assert_eq!(tab.outcomes[&read.0], Outcome::Refused(504));
    tab.fill("/api/a", "one");
    let read = tab.ask("/api/a", only);
    assert!(matches!(tab.outcomes[&read.0], Outcome::Cached { .. }));
    assert_eq!(tab.flights.len(), 1);
}

#[test]
fn must_revalidate_stops_swr_unless_the_rule_has_a_stale_time() {
    let strict = || head(200, &[("cache-control", "max-age=1, must-revalidate")]);
    let config = CONFIG.replacen(r#""/api/headers/*""#, r#""/api/headers/*", "mode": "swr""#, 1);
    for (path, served) in [("/api/headers/a", false), ("/api/swr/a", true)] {
        let mut tab = Tab::open(Default::default(), 1_000_000, &config);
        tab.fill_with(path, strict(), "one");
        tab.wait(2_000);
        assert_eq!(tab.cached(path).is_some(), served, "{path}");
    }
}
