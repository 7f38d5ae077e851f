//! Watching: what is shown, when it is said to be stale, and when it is fetched anew.

use alloc::{
    string::{String, ToString},
    vec,
};

use super::queries::View;
use super::tab::*;
use crate::engine::*;

const SCENE: &str = "/api/scenes/1";

/// Body, stale, being fetched.
fn shown(tab: &Tab, watch: ReadId) -> (Option<String>, bool, bool) {
    let View { body, stale, fetching, .. } = tab.view(watch);
    (body, stale, fetching)
}

fn body(text: &str) -> Option<String> {
    Some(text.to_string())
}

/// A tab that watches a scene, which has come.
fn watching(options: &str) -> (Tab, ReadId) {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, options);
    assert_eq!(shown(&tab, watch), (None, false, true));
    tab.respond(tab.flight(), ok(), "old");
    assert_eq!(shown(&tab, watch), (body("old"), false, false));
    (tab, watch)
}

#[test]
fn p1_what_is_written_is_shown_as_stale_at_once_until_its_refetch_and_never_blank() {
    let (mut tab, watch) = watching("{}");
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.answer(write, ok());
    assert_eq!(shown(&tab, watch), (body("old"), true, true));
    assert_eq!(tab.flights.last().map(|flight| flight.1), Some(true), "past the browser's cache");
    tab.respond(tab.flight(), ok(), "new");
    assert_eq!(shown(&tab, watch), (body("new"), false, false));
    assert_eq!(tab.flights.len(), 2);
}

#[test]
fn p2_an_invalidation_that_meets_the_first_fetch_is_followed_by_one_refetch() {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, "{}");
    let first = tab.flight();
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.answer(write, ok());
    assert_eq!(tab.aborted, [first], "nobody waits for an answer that is not to be stored");
    assert_eq!(tab.flights.len(), 2);
    tab.respond(tab.flight(), ok(), "new");
    assert_eq!(shown(&tab, watch), (body("new"), false, false));
    assert_eq!(tab.flights.len(), 2);
}

#[test]
fn p2_a_late_answer_whose_tags_it_brings_itself_is_shown_as_stale_and_fetched_again() {
    let mut tab = Tab::new();
    let watch = tab.watch("/api/headers/a", "{}");
    let members = crate::header::parse_invalidate("live").members;
    tab.input(Input::Invalidate { members, origin: None });
    let tagged = || head(200, &[("x-cache-tags", "live"), ("cache-control", "max-age=60")]);
    tab.respond(tab.flight(), tagged(), "old");
    assert_eq!(shown(&tab, watch), (body("old"), true, true));
    tab.respond(tab.flight(), tagged(), "new");
    assert_eq!(shown(&tab, watch), (body("new"), false, false));
    assert_eq!(tab.flights.len(), 2);
}

#[test]
fn p2_while_a_write_is_under_way_the_answer_is_shown_as_stale_and_fetched_after_it() {
    let (mut tab, watch) = watching("{}");
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.input(Input::Refetch(watch));
    tab.respond(tab.flight(), ok(), "either");
    assert_eq!(shown(&tab, watch), (body("either"), true, false));
    tab.answer(write, head(400, &[]));
    assert_eq!(shown(&tab, watch), (body("either"), true, true));
    tab.respond(tab.flight(), ok(), "new");
    assert_eq!(shown(&tab, watch), (body("new"), false, false));
}

#[test]
fn p4_after_an_unknown_outcome_it_is_fetched_once_more_when_the_write_can_t_be_on_its_way() {
    let (mut tab, watch) = watching("{}");
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.input(Input::Unanswered(write));
    tab.respond(tab.flight(), ok(), "perhaps");
    assert_eq!(shown(&tab, watch), (body("perhaps"), true, false));
    tab.wait(10_000);
    tab.wake();
    tab.respond(tab.flight(), ok(), "settled");
    assert_eq!(shown(&tab, watch), (body("settled"), false, false));
}

#[test]
fn p3_what_another_tab_writes_is_shown_as_stale_and_fetched() {
    let (mut tab, watch) = watching("{}");
    let mut other = Tab::open(tab.disk.clone(), tab.now, CONFIG);
    let write = other.write("PATCH", SCENE, vec![]);
    other.answer(write, ok());
    tab.input(Input::Heard(other.messages.last().cloned().unwrap()));
    assert_eq!(shown(&tab, watch), (body("old"), true, true));
}

#[test]
fn p10_many_writes_in_a_row_leave_one_request_under_way() {
    let (mut tab, watch) = watching("{}");
    for _ in 0..10 {
        let write = tab.write("PATCH", SCENE, vec![]);
        tab.answer(write, ok());
    }
    assert_eq!(tab.flights.len() - tab.aborted.len(), 2, "the first and the last");
    tab.respond(tab.flight(), ok(), "new");
    assert_eq!(shown(&tab, watch), (body("new"), false, false));
}

#[test]
fn those_who_watch_one_key_share_a_request_and_see_what_fetch_brings() {
    let mut tab = Tab::new();
    let watches = [tab.watch(SCENE, "{}"), tab.watch(SCENE, "{}")];
    assert_eq!(tab.flights.len(), 1);
    tab.respond(tab.flight(), ok(), "old");
    let read = tab.ask(SCENE, |request| request.cache = CacheMode::Reload);
    tab.respond(tab.flight(), ok(), "new");
    assert_eq!(tab.outcome_of(read), Some(Outcome::Network));
    assert_eq!(watches.map(|watch| shown(&tab, watch)), [0; 2].map(|_| (body("new"), false, false)));
}

#[test]
fn who_watches_no_more_is_told_nothing_and_the_last_one_ends_the_request() {
    let mut tab = Tab::new();
    let watches = [tab.watch(SCENE, "{}"), tab.watch(SCENE, "{}")];
    tab.input(Input::Abort(watches[0]));
    assert!(tab.aborted.is_empty());
    tab.input(Input::Abort(watches[1]));
    assert_eq!(tab.aborted, [tab.flight()]);
    let told = tab.view(watches[1]).told;
    tab.fill(SCENE, "new");
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.answer(write, ok());
    assert_eq!(tab.view(watches[1]).told, told);
    assert_eq!(tab.flights.len(), 2);
}

#[test]
fn p8_what_is_not_to_be_stored_is_seen_by_who_watches_alone() {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, "{}");
    tab.respond(tab.flight(), head(200, &[("cache-control", "no-store")]), "secret");
    assert_eq!(shown(&tab, watch), (body("secret"), false, false));
    assert_eq!(tab.peek(SCENE), None);
    assert!(tab.bodies.is_empty());
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.answer(write, ok());
    assert_eq!(shown(&tab, watch), (body("secret"), true, true));
}

#[test]
fn a_stored_body_is_shown_at_once_after_a_reload() {
    let (tab, _) = watching("{}");
    let mut tab = tab.reload_idle();
    let watch = tab.watch(SCENE, "{}");
    assert_eq!(shown(&tab, watch), (body("old"), false, false));
    assert!(tab.flights.is_empty());
}

#[test]
fn what_fails_is_told_after_the_last_try_and_what_was_shown_stays() {
    let (mut tab, watch) = watching(r#"{"retry":1}"#);
    tab.input(Input::Refetch(watch));
    tab.input(Input::Failed(tab.flight()));
    assert_eq!((shown(&tab, watch), tab.view(watch).failures), ((body("old"), false, true), 0));
    tab.wait(1_000);
    tab.wake();
    tab.input(Input::Failed(tab.flight()));
    assert_eq!((shown(&tab, watch), tab.view(watch).failures), ((body("old"), false, false), 1));
}

#[test]
fn a_page_that_is_looked_at_again_fetches_what_is_stale_and_not_what_is_fresh() {
    let (mut tab, _) = watching("{}");
    tab.wait(29_999);
    tab.input(Input::Signal(Signal::Focus));
    assert_eq!(tab.flights.len(), 1);
    tab.wait(1);
    tab.input(Input::Signal(Signal::Online));
    assert_eq!(tab.flights.len(), 2);
    tab.respond(tab.flight(), ok(), "new");
    let (mut tab, _) = watching(r#"{"refetchOnWindowFocus":false,"refetchOnReconnect":false}"#);
    tab.wait(30_000);
    tab.input(Input::Signal(Signal::Focus));
    tab.input(Input::Signal(Signal::Online));
    assert_eq!(tab.flights.len(), 1);
}

#[test]
fn a_page_that_polls_does_so_while_it_is_seen() {
    let (mut tab, _) = watching(r#"{"refetchInterval":5000}"#);
    tab.wait(5_000);
    tab.wake();
    assert_eq!(tab.flights.len(), 2);
    tab.input(Input::Signal(Signal::Hidden));
    tab.respond(tab.flight(), ok(), "new");
    assert!(tab.deadline.is_none_or(|deadline| deadline > tab.now + 5_000), "it polls no more");
    tab.wait(40_000);
    tab.input(Input::Signal(Signal::Focus));
    assert_eq!(tab.flights.len(), 3);
}

#[test]
fn default_options_come_from_the_cache_s_own() {
    let config = CONFIG.replacen('{', r#"{"query":{"refetchInterval":700},"#, 1);
    let mut tab = Tab::open(alloc::rc::Rc::default(), 0, &config);
    tab.watch(SCENE, "{}");
    tab.respond(tab.flight(), ok(), "old");
    assert_eq!(tab.deadline, Some(700));
    let error = QueryOptions::from_value(&value(r#"{"retry":-1}"#)).unwrap_err();
    assert_eq!(error.message(), "retry: must be a number from 0 to 4294967295");
}

#[test]
fn p3_what_is_shown_for_longer_than_records_are_kept_is_stale_and_fetched_anew() {
    let (mut tab, watch) = watching("{}");
    tab.wait(24 * 60 * 60 * 1000 - 1);
    tab.input(Input::Flush { all: false });
    assert_eq!(shown(&tab, watch), (body("old"), false, false));
    tab.wait(1);
    tab.input(Input::Flush { all: false });
    assert_eq!(shown(&tab, watch), (body("old"), true, true));
}

#[test]
fn p2_an_answer_that_took_longer_than_records_are_kept_is_shown_as_stale_and_not_stored() {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, "{}");
    tab.wait(24 * 60 * 60 * 1000);
    tab.respond(tab.flight(), ok(), "old");
    assert_eq!(shown(&tab, watch), (body("old"), true, true));
    tab.respond(tab.flight(), ok(), "new");
    assert_eq!(shown(&tab, watch), (body("new"), false, false));
}
