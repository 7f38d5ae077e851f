//! Watching without fetching (`enabled: false`), and data that is to be stored whatever the rule says.

use alloc::{string::ToString, vec};

use super::queries::View;
use super::tab::*;
use crate::engine::*;

const SCENE: &str = "/api/scenes/1";
const OFF: &str = r#"{ "enabled": false, "refetchInterval": 1000, "dedupingInterval": 0 }"#;

fn view(body: Option<&str>, stale: bool, fetching: bool) -> impl Fn(View) {
    let wanted = (body.map(ToString::to_string), stale, fetching);
    move |view| assert_eq!((view.body, view.stale, view.fetching), wanted)
}

#[test]
fn who_is_not_enabled_sees_what_is_there_and_asks_for_nothing() {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, OFF);
    tab.input(Input::Signal(Signal::Focus));
    tab.input(Input::Signal(Signal::Online));
    tab.wait(5_000);
    tab.input(Input::Wake);
    assert!(tab.flights.is_empty());
    tab.fill(SCENE, "old");
    view(Some("old"), false, false)(tab.view(watch));
    let late = tab.watch(SCENE, OFF);
    view(Some("old"), false, false)(tab.view(late));
    assert_eq!(tab.flights.len(), 1);
}

#[test]
fn p1_who_is_not_enabled_is_told_of_an_invalidation_and_fetches_when_the_page_says_so() {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, OFF);
    tab.fill(SCENE, "old");
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.answer(write, ok());
    assert_eq!((tab.flights.len(), tab.view(watch).due), (1, 1));
    view(Some("old"), true, false)(tab.view(watch));
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.answer(write, ok());
    assert_eq!(tab.view(watch).due, 2);
    tab.input(Input::Refetch(watch));
    assert_eq!(tab.flights.len(), 2);
    view(Some("old"), true, true)(tab.view(watch));
    tab.respond(tab.flight(), ok(), "new");
    view(Some("new"), false, false)(tab.view(watch));
    assert_eq!(tab.view(watch).due, 2);
}

#[test]
fn p2_who_is_not_enabled_is_shown_a_late_answer_as_stale() {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, OFF);
    tab.query(SCENE, Kind::Query, "{}");
    let flight = tab.flight();
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.answer(write, ok());
    tab.respond(flight, ok(), "old");
    view(Some("old"), true, false)(tab.view(watch));
    assert_eq!((tab.flights.len(), tab.view(watch).due), (1, 2));
}

#[test]
fn p2_what_is_late_since_a_write_is_under_way_is_due_when_that_has_ended() {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, OFF);
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.query(SCENE, Kind::Query, "{}");
    tab.respond(tab.flight(), ok(), "old");
    view(Some("old"), true, false)(tab.view(watch));
    assert_eq!(tab.view(watch).due, 0);
    tab.answer(write, ok());
    assert_eq!((tab.flights.len(), tab.view(watch).due), (1, 1));
}

#[test]
fn p9_who_is_not_enabled_is_not_told_to_fetch_what_is_being_fetched() {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, OFF);
    tab.query(SCENE, Kind::Query, "{}");
    let flight = tab.flight();
    let write = tab.write("PATCH", SCENE, vec![]);
    tab.answer(write, ok());
    assert_eq!(tab.view(watch).due, 1);
    tab.query(SCENE, Kind::Query, "{}");
    tab.respond(flight, ok(), "old");
    assert_eq!((tab.flights.len(), tab.view(watch).due), (2, 1));
    tab.respond(tab.flight(), ok(), "new");
    view(Some("new"), false, false)(tab.view(watch));
}

#[test]
fn who_is_enabled_beside_them_fetches_for_both() {
    let mut tab = Tab::new();
    let off = tab.watch(SCENE, OFF);
    let on = tab.watch(SCENE, "{}");
    tab.respond(tab.flight(), ok(), "scene");
    view(Some("scene"), false, false)(tab.view(off));
    view(Some("scene"), false, false)(tab.view(on));
}

#[test]
fn p4_data_of_any_key_is_stored_where_the_query_says_so() {
    for (options, stored) in
        [("{}", false), (r#"{ "persist": true }"#, true), (r#"{ "persist": false }"#, false)]
    {
        let mut tab = Tab::new();
        tab.query("/.key/1", Kind::Query, options);
        tab.respond(tab.flight(), ok(), "made");
        tab.idle();
        assert_eq!(tab.stored().len(), usize::from(stored), "{options}");
        let mut tab = tab.reload();
        let found = tab.peek("/.key/1");
        assert_eq!(found.is_some(), stored, "{options}");
    }
}

#[test]
fn p1_what_the_page_says_is_out_of_date_is_shown_so_and_waited_for() {
    let mut tab = Tab::new();
    let watch = tab.watch(SCENE, OFF);
    let body = tab.keep("from the server");
    let options = QueryOptions::from_value(&value(r#"{ "stale": true }"#)).unwrap();
    tab.input(Input::SetData { body, size: 15, url: url(SCENE), options });
    view(Some("from the server"), true, false)(tab.view(watch));
    let read = tab.query(SCENE, Kind::Query, "{}");
    assert_eq!(tab.outcome_of(read), None);
    let on = tab.watch(SCENE, "{}");
    view(Some("from the server"), true, true)(tab.view(on));
    assert_eq!(tab.flights.len(), 1);
    tab.respond(tab.flight(), ok(), "new");
    view(Some("new"), false, false)(tab.view(on));
}
