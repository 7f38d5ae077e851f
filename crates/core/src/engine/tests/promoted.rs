//! Prefetches and the reads that meet them: what is asked for ahead makes no read worse.

use alloc::{string::ToString, vec, vec::Vec};

use super::prefetch::configured;
use super::tab::{Outcome, *};
use crate::engine::PrefetchOutcome::*;
use crate::engine::*;
use crate::policy::Problem;

const ONE: &str = "/api/one";
/// Its answer itself says how long it is fresh.
const PLAIN: &str = "/api/headers/1";

fn data(body: &str) -> Option<Outcome> {
    Some(Outcome::Data { body: body.to_string(), stale: false })
}

#[test]
fn p1_one_use_may_come_late_where_an_answer_is_not_fresh_at_all() {
    for header in ["no-cache", "max-age=1, must-revalidate", "max-age=0"] {
        for kind in [None, Some(Kind::Query), Some(Kind::Watch)] {
            let mut tab = Tab::new();
            tab.prefetch(PLAIN);
            tab.respond(tab.flight(), head(200, &[("cache-control", header)]), "ahead");
            tab.wait(29_999);
            match kind {
                None => assert_eq!(tab.cached(PLAIN), Some("ahead".into()), "{header}"),
                Some(kind) => drop(tab.query(PLAIN, kind, "{}")),
            }
            assert_eq!((tab.flights.len(), tab.ends()), (1, vec!["used"]), "{header}");
            assert_eq!(tab.cached(PLAIN), None, "{header}: it was used");
        }
    }
}

#[test]
fn p2_what_a_read_waited_for_has_had_its_first_use() {
    let mut tab = Tab::new();
    tab.prefetch(PLAIN);
    tab.ask(PLAIN, |_| {});
    tab.respond(tab.flight(), ok(), "1");
    assert_eq!(tab.cached(PLAIN), None);
    // Who joins after the head waits for the body.
    tab.prefetch("/api/headers/2");
    let flight = tab.flight();
    tab.input(Input::Responded { flight, head: ok() });
    let read = tab.ask("/api/headers/2", |_| {});
    tab.finish(flight, "2", vec![]);
    assert!(matches!(tab.outcome_of(read), Some(Outcome::Cached { body, .. }) if body == "2"));
    assert_eq!(tab.cached("/api/headers/2"), None);
}

#[test]
fn p2_an_answer_that_a_write_crossed_is_not_kept() {
    let mut tab = Tab::new();
    let read = tab.prefetch("/api/scenes/1");
    tab.write("PATCH", "/api/scenes/1", vec![]);
    tab.respond(tab.flight(), ok(), "old");
    assert_eq!((tab.came_to(read), tab.ends()), (Some(Late), vec!["invalidated"]));
}

#[test]
fn p7_a_query_that_joined_tries_again_as_often_as_it_says() {
    let mut tab = Tab::new();
    let prefetch = tab.prefetch(ONE);
    let read = tab.query(ONE, Kind::Query, r#"{ "retry": 1 }"#);
    tab.input(Input::Failed(tab.flight()));
    assert_eq!((tab.outcome_of(read), tab.came_to(prefetch)), (None, Some(Failed)));
    tab.now = tab.deadline.unwrap();
    tab.wake();
    tab.respond(tab.flight(), ok(), "1");
    assert_eq!(tab.outcome_of(read), data("1"));
}

#[test]
fn p7_who_watches_tries_again_and_fetch_is_told_at_once() {
    let mut tab = Tab::new();
    tab.prefetch(ONE);
    let watch = tab.watch(ONE, "{}");
    let read = tab.ask(ONE, |_| {});
    tab.input(Input::Failed(tab.flight()));
    assert_eq!(tab.outcome_of(read), Some(Outcome::Rejected));
    assert_eq!((tab.view(watch).failures, tab.deadline.is_some()), (0, true));
}

#[test]
fn p7_a_retry_joins_a_prefetch_and_is_no_worse_off() {
    let mut tab = Tab::new();
    let read = tab.query(ONE, Kind::Query, r#"{ "retry": 2 }"#);
    tab.input(Input::Failed(tab.flight()));
    tab.prefetch(ONE);
    tab.now = tab.deadline.unwrap();
    tab.wake();
    assert_eq!((tab.flights.len(), tab.ends()), (2, vec!["used"]));
    tab.input(Input::Failed(tab.flight()));
    assert_eq!(tab.outcome_of(read), None);
    tab.now = tab.deadline.unwrap();
    tab.wake();
    tab.respond(tab.flight(), ok(), "1");
    assert_eq!(tab.outcome_of(read), data("1"));
}

#[test]
fn p7_who_watches_is_told_of_no_failure_of_a_prefetch() {
    let mut tab = Tab::new();
    let watch = tab.watch(ONE, r#"{ "retry": 0 }"#);
    tab.input(Input::Failed(tab.flight()));
    let read = tab.prefetch(ONE);
    assert_eq!((tab.came_to(read), tab.flights.len(), tab.view(watch).failures), (Some(Cached), 1, 1));
}

#[test]
fn p8_what_must_not_be_shared_is_for_one_alone() {
    let mut tab = Tab::new();
    tab.prefetch(ONE);
    let reads = [tab.ask(ONE, |_| {}), tab.ask(ONE, |_| {})];
    tab.respond(tab.flight(), head(200, &[("cache-control", "no-store")]), "1");
    assert_eq!(reads.map(|read| tab.outcome_of(read)), [Some(Outcome::Network), Some(Outcome::Passed)]);
    assert_eq!((tab.ends(), tab.aborted.len()), (vec!["used"], 0));
}

#[test]
fn p9_a_refresh_keeps_the_request_of_a_prefetch_that_is_given_up() {
    let mut tab = Tab::new();
    tab.fill("/api/swr/1", "1");
    tab.wait(2_000);
    let prefetch = tab.prefetch("/api/swr/1");
    assert_eq!(tab.cached("/api/swr/1"), Some("1".into()));
    tab.input(Input::Abort(prefetch));
    assert_eq!((tab.flights.len(), tab.aborted.len()), (2, 0));
    tab.respond(tab.flight(), ok(), "2");
    assert_eq!(tab.cached("/api/swr/1"), Some("2".into()));
}

#[test]
fn p9_a_prefetch_goes_on_where_the_read_that_joined_it_is_given_up() {
    let mut tab = Tab::new();
    let prefetch = tab.prefetch(ONE);
    let read = tab.ask(ONE, |_| {});
    tab.input(Input::Abort(read));
    assert_eq!(tab.aborted, []);
    tab.respond(tab.flight(), ok(), "1");
    assert_eq!(tab.came_to(prefetch), Some(Fetched));
}

#[test]
fn p9_the_rest_of_what_is_not_kept_is_not_read() {
    for (status, header) in [(200, "no-store"), (500, "max-age=60"), (404, "max-age=60")] {
        let mut tab = Tab::new();
        let read = tab.prefetch(PLAIN);
        tab.respond(tab.flight(), head(status, &[("cache-control", header)]), "1");
        assert_eq!((tab.came_to(read), tab.ends()), (Some(Failed), vec!["failed"]), "{status}");
        assert_eq!(tab.aborted, [tab.flight()], "{status}");
        assert_eq!(tab.cached(PLAIN), None, "{status}");
    }
}

#[test]
fn p9_an_answer_that_is_current_counts_anew() {
    let mut tab = Tab::new();
    tab.prefetch(PLAIN);
    tab.respond(tab.flight(), head(200, &[("etag", "\"1\"")]), "ahead");
    tab.wait(30_000);
    let read = tab.prefetch(PLAIN);
    tab.respond(tab.flight(), head(304, &[("etag", "\"1\"")]), "");
    assert_eq!(tab.came_to(read), Some(Fetched));
    assert_eq!(tab.cached(PLAIN), Some("ahead".into()));
    assert_eq!(tab.ends(), ["used", "expired"]);
}

#[test]
fn p10_of_those_that_wait_the_one_that_matters_least_makes_room() {
    let mut tab = Tab::new();
    tab.get("/api/page");
    let reads: Vec<ReadId> = (0..100).map(|at| tab.prefetch(&alloc::format!("/api/{at}"))).collect();
    let urgent = tab.prefetch_by("/api/urgent", Trigger::Hover, 200);
    let [first, .., last] = &*reads else { panic!("there are many") };
    assert_eq!([urgent, *first, *last].map(|read| tab.came_to(read)), [None, None, Some(Full)]);
}

#[test]
fn p10_without_a_budget_nothing_is_sent() {
    let mut tab = configured(r#""prefetch": { "bytesPerMinute": 0 }"#);
    let read = tab.prefetch(ONE);
    assert_eq!((tab.came_to(read), tab.flights.len()), (Some(Budget), 0));
}

#[test]
fn wrong_options_are_told_with_their_path() {
    for (options, path) in [
        (r#""prefetchStaleTime": -1"#, "prefetchStaleTime"),
        (r#""prefetch": { "origins": ["https://b.test/"] }"#, "prefetch.origins[0]"),
        (r#""prefetch": { "avoid": ["a", ""] }"#, "prefetch.avoid[1]"),
        (r#""prefetch": { "concurrency": "3" }"#, "prefetch.concurrency"),
    ] {
        let environment =
            Environment { origin: ORIGIN.into(), document: "document0".into(), hash_key: [1, 2] };
        let problem = Engine::new(&value(&alloc::format!("{{ {options} }}")), environment).unwrap_err();
        assert_eq!(problem.path, path);
        assert!(matches!(problem.problem, Problem::Expected(_)));
    }
}
