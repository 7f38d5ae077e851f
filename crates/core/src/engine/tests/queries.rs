//! Queries: data of a URL for who waits, peeks or watches.

use alloc::{
    string::{String, ToString},
    vec,
};

use super::tab::*;
use crate::engine::*;

/// What somebody who watches has been shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct View {
    pub(super) body: Option<String>,
    pub(super) stale: bool,
    pub(super) fetching: bool,
    pub(super) failures: u32,
    /// How often they were told to fetch it.
    pub(super) due: u32,
    /// How often they were told.
    pub(super) told: u32,
}

impl Tab {
    /// Asks for the data of a path.
    pub(super) fn query(&mut self, path: &str, kind: Kind, options: &str) -> ReadId {
        self.next += 1;
        let read = ReadId(self.next);
        let request = Request { method: "GET".into(), url: url(path), ..Request::default() };
        let options = QueryOptions::from_value(&value(options)).unwrap();
        self.input(Input::Query { read, request, kind, options });
        read
    }

    pub(super) fn watch(&mut self, path: &str, options: &str) -> ReadId {
        self.query(path, Kind::Watch, options)
    }

    pub(super) fn view(&self, watch: ReadId) -> View {
        self.views.get(&watch.0).cloned().unwrap_or_default()
    }

    /// The data that a query for a path is given at once.
    pub(super) fn peek(&mut self, path: &str) -> Option<Outcome> {
        let read = self.query(path, Kind::Peek, "{}");
        self.outcomes.get(&read.0).cloned()
    }

    pub(super) fn outcome_of(&self, read: ReadId) -> Option<Outcome> {
        self.outcomes.get(&read.0).cloned()
    }

    pub(super) fn set_data(&mut self, path: &str, body: &str) {
        let id = self.keep(body);
        let options = QueryOptions::default();
        self.input(Input::SetData { body: id, size: body.len() as u32, url: url(path), options });
    }
}

fn data(body: &str, stale: bool) -> Option<Outcome> {
    Some(Outcome::Data { body: body.to_string(), stale })
}

/// A write to `/api/scenes/1` that is done.
fn save(tab: &mut Tab) {
    let write = tab.write("PATCH", "/api/scenes/1", vec![]);
    tab.answer(write, ok());
}

#[test]
fn a_query_needs_no_rule_and_shares_what_fetch_has() {
    let mut tab = Tab::new();
    let read = tab.query("/elsewhere", Kind::Query, "{}");
    assert_eq!(tab.outcome_of(read), None);
    tab.respond(tab.flight(), ok(), "1");
    assert_eq!(tab.outcome_of(read), data("1", false));
    // A rule's entry is the same for both.
    tab.fill("/api/scenes/1", "scene");
    let read = tab.query("/api/scenes/1", Kind::Query, "{}");
    assert_eq!(tab.outcome_of(read), data("scene", false));
}

#[test]
fn p9_without_a_rule_fetch_does_not_see_what_a_query_keeps() {
    let mut tab = Tab::new();
    tab.query("/elsewhere", Kind::Query, "{}");
    tab.respond(tab.flight(), ok(), "1");
    assert_eq!(tab.get("/elsewhere"), Some(Outcome::Passed));
}

#[test]
fn a_query_gives_what_is_stale_while_it_is_fetched_but_not_twice_within_the_interval() {
    let mut tab = Tab::new();
    tab.query("/elsewhere", Kind::Query, "{}");
    tab.respond(tab.flight(), ok(), "1");
    tab.wait(1_999);
    let read = tab.query("/elsewhere", Kind::Query, "{}");
    assert_eq!((tab.outcome_of(read), tab.flights.len()), (data("1", false), 1));
    tab.wait(1);
    let read = tab.query("/elsewhere", Kind::Query, "{}");
    assert_eq!((tab.outcome_of(read), tab.flights.len()), (data("1", true), 2));
    let read = tab.query("/elsewhere", Kind::Query, r#"{"waitForFresh":true,"dedupingInterval":0}"#);
    assert_eq!((tab.outcome_of(read), tab.flights.len()), (None, 2), "it joins");
}

#[test]
fn p1_a_query_waits_for_what_was_invalidated() {
    let mut tab = Tab::new();
    tab.fill("/api/scenes/1", "old");
    let members = crate::header::parse_invalidate("scene:1;mode=stale").members;
    tab.input(Input::Invalidate { members, origin: None });
    let read = tab.query("/api/scenes/1", Kind::Query, "{}");
    assert_eq!(tab.outcome_of(read), None);
    assert_eq!(tab.peek("/api/scenes/1"), data("old", true), "it says that it is stale");
    tab.respond(tab.flight(), ok(), "new");
    assert_eq!(tab.outcome_of(read), data("new", false));
}

#[test]
fn a_peek_asks_nobody_and_sees_storage() {
    let mut tab = Tab::new();
    assert_eq!(tab.peek("/api/scenes/1"), None);
    assert!(tab.flights.is_empty());
    tab.fill("/api/scenes/1", "kept");
    let mut tab = tab.reload_idle();
    assert_eq!(tab.peek("/api/scenes/1"), data("kept", false));
}

#[test]
fn an_error_answer_and_a_lost_one_are_errors_at_once() {
    let mut tab = Tab::new();
    let read = tab.query("/api/scenes/1", Kind::Query, "{}");
    tab.respond(tab.flight(), head(404, &[]), "none");
    assert_eq!(tab.outcome_of(read), Some(Outcome::Rejected));
    let read = tab.query("/api/scenes/1", Kind::Query, "{}");
    tab.input(Input::Failed(tab.flight()));
    assert_eq!(tab.outcome_of(read), Some(Outcome::Rejected));
}

#[test]
fn a_query_is_tried_again_as_often_as_it_says_and_later_each_time() {
    let mut tab = Tab::new();
    let read = tab.query("/api/scenes/1", Kind::Query, r#"{"retry":3}"#);
    for (attempt, longest) in [1_000, 2_000, 4_000].into_iter().enumerate() {
        assert_eq!(tab.flights.len(), attempt + 1);
        tab.respond(tab.flight(), head(503, &[]), "");
        let wait = tab.deadline.unwrap() - tab.now;
        assert!((longest / 2..=longest).contains(&wait), "{wait} of {longest}");
        tab.wait(wait);
        tab.wake();
    }
    tab.respond(tab.flight(), ok(), "at last");
    assert_eq!(tab.outcome_of(read), data("at last", false));
}

#[test]
fn retry_after_is_waited_for_and_what_can_t_pass_is_not_tried_again() {
    for after in ["7", "Thu, 01 Jan 1970 00:16:47 GMT"] {
        let mut tab = Tab::new();
        let read = tab.query("/api/scenes/1", Kind::Query, r#"{"retry":1}"#);
        tab.respond(tab.flight(), head(429, &[("retry-after", after)]), "");
        assert_eq!(tab.deadline, Some(tab.now + 7_000));
        tab.wait(7_000);
        tab.wake();
        tab.respond(tab.flight(), head(403, &[]), "");
        assert_eq!(tab.outcome_of(read), Some(Outcome::Rejected));
    }
}

#[test]
fn without_network_the_next_try_waits_for_it() {
    let mut tab = Tab::new();
    tab.input(Input::Signal(Signal::Offline));
    let read = tab.query("/api/scenes/1", Kind::Query, r#"{"retry":1}"#);
    tab.input(Input::Failed(tab.flight()));
    assert_eq!((tab.outcome_of(read), tab.deadline), (None, None));
    tab.input(Input::Signal(Signal::Online));
    tab.respond(tab.flight(), ok(), "back");
    assert_eq!(tab.outcome_of(read), data("back", false));
}

#[test]
fn p7_a_query_that_was_aborted_while_it_waits_is_not_tried_again() {
    let mut tab = Tab::new();
    let read = tab.query("/api/scenes/1", Kind::Query, r#"{"retry":1}"#);
    tab.input(Input::Failed(tab.flight()));
    tab.input(Input::Abort(read));
    tab.wait(1_000);
    tab.wake();
    assert_eq!((tab.flights.len(), tab.outcome_of(read)), (1, None));
}

#[test]
fn aborting_one_query_leaves_the_others_and_the_last_one_ends_the_request() {
    let mut tab = Tab::new();
    let first = tab.query("/api/scenes/1", Kind::Query, "{}");
    let second = tab.query("/api/scenes/1", Kind::Query, "{}");
    let third = tab.ask("/api/scenes/1", |_| {});
    assert_eq!(tab.flights.len(), 1);
    tab.input(Input::Abort(first));
    tab.input(Input::Abort(third));
    assert!(tab.aborted.is_empty());
    tab.input(Input::Abort(second));
    assert_eq!(tab.aborted, [tab.flight()]);
}

#[test]
fn p8_a_no_store_answer_is_for_one_query_alone() {
    let mut tab = Tab::new();
    let first = tab.query("/api/scenes/1", Kind::Query, "{}");
    let second = tab.query("/api/scenes/1", Kind::Query, "{}");
    tab.respond(tab.flight(), head(200, &[("cache-control", "no-store")]), "secret");
    assert_eq!(tab.outcome_of(first), data("secret", false));
    assert_eq!(tab.outcome_of(second), Some(Outcome::Passed));
    assert_eq!(tab.peek("/api/scenes/1"), None);
}

#[test]
fn what_the_page_sets_is_what_queries_give_and_fetch_does_not() {
    let mut tab = Tab::new();
    tab.set_data("/api/scenes/1", "mine");
    assert_eq!(tab.peek("/api/scenes/1"), data("mine", false));
    assert_eq!(tab.get("/api/scenes/1"), None, "the network is asked");
    tab.respond(tab.flight(), ok(), "theirs");
    assert_eq!(tab.peek("/api/scenes/1"), data("mine", false), "it was asked for in the same millisecond");
    tab.wait(1);
    assert_eq!(tab.get("/api/scenes/1"), None);
    tab.respond(tab.flight(), ok(), "theirs");
    assert_eq!(tab.peek("/api/scenes/1"), data("theirs", false));
}

#[test]
fn p1_a_write_invalidates_what_the_page_has_set() {
    let mut tab = Tab::new();
    tab.set_data("/api/scenes/1", "mine");
    save(&mut tab);
    assert_eq!(tab.peek("/api/scenes/1"), None);
}

#[test]
fn p2_an_answer_that_was_asked_for_before_the_page_set_it_is_not_stored() {
    let mut tab = Tab::new();
    tab.get("/api/scenes/1");
    tab.wait(5);
    tab.set_data("/api/scenes/1", "mine");
    tab.respond(tab.flight(), ok(), "older");
    assert_eq!(tab.peek("/api/scenes/1"), data("mine", false));
}

#[test]
fn what_is_removed_is_gone_here_and_from_storage_with_no_record_of_it() {
    let mut tab = Tab::new();
    tab.fill("/api/scenes/1", "kept");
    tab.idle();
    let messages = tab.messages.len();
    tab.input(Input::Remove(url("/api/scenes/1")));
    assert_eq!((tab.peek("/api/scenes/1"), tab.stored()), (None, vec![]));
    assert_eq!(tab.messages.len(), messages);
}

#[test]
fn what_the_page_says_last_counts_also_within_a_moment() {
    let mut tab = Tab::new();
    tab.set_data("/api/a", "first");
    tab.set_data("/api/a", "second");
    assert_eq!(tab.peek("/api/a"), data("second", false));
}
