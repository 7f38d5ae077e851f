//! Whose data it is (P8): signing in and out, and what other documents make of it.

use alloc::{rc::Rc, string::String, vec, vec::Vec};

use super::tab::*;
use crate::engine::*;
use crate::key::{HEAD, JOURNAL_PREFIX};

const UNSAID: &str = r#"{ "rules": [{ "match": "/api/*", "staleTime": 30000 }] }"#;

impl Tab {
    /// The page says who is signed in; empty for nobody.
    pub(super) fn sign(&mut self, id: &str) {
        let snapshot = self.disk.borrow().snapshot();
        self.input(Input::Scope { id: id.into(), snapshot });
    }

    fn hear(&mut self, from: &Tab) {
        self.input(Input::Heard(from.messages.last().unwrap().clone()));
    }

    /// What it was told of who is signed in.
    fn scopes(&self) -> Vec<(String, bool)> {
        let scope = |event: &Event| match event {
            Event::Scope { id, ours } => Some((String::from(&**id), *ours)),
            _ => None,
        };
        self.events.iter().filter_map(scope).collect()
    }
}

fn another(tab: &Tab) -> Tab {
    Tab::open(Rc::clone(&tab.disk), tab.now, CONFIG)
}

fn as_user(tab: &Tab, id: &str) -> Tab {
    let config = CONFIG.replace("\"id\": \"me\"", &["\"id\": \"", id, "\""].concat());
    Tab::open(Rc::clone(&tab.disk), tab.now, &config)
}

#[test]
fn p8_signing_out_or_in_drops_what_was_kept_at_once() {
    for id in ["", "you"] {
        let mut tab = Tab::new();
        tab.fill("/api/a", "mine");
        tab.idle();
        tab.fill("/api/b", "mine, not written yet");
        tab.wait(1);
        tab.sign(id);
        assert!(tab.stored().is_empty(), "{id}");
        assert_eq!(tab.engine.entries().count(), 0, "{id}");
        assert_eq!(tab.bodies.len(), 0, "{id}");
        assert_eq!(tab.scopes(), [(id.into(), true)]);
        tab.idle();
        assert!(tab.stored().is_empty(), "what waited is not written either");
        assert_eq!((tab.get("/api/a"), tab.get("/api/b")), (None, None));
        assert!(tab.flights.iter().rev().take(2).all(|(_, reload)| *reload), "past the browser's cache");
    }
}

#[test]
fn p8_a_scope_that_comes_back_starts_empty() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "mine");
    tab.idle();
    let left = tab.disk.borrow().items.clone();
    tab.wait(1);
    tab.sign("");
    tab.wait(1);
    tab.sign("me");
    // Another tab's late write brings an item back.
    let name = left.keys().find(|name| name.ends_with("/api/a")).unwrap().clone();
    tab.disk.borrow_mut().items.insert(name.clone(), left[&name].clone());
    assert_eq!(tab.get("/api/a"), None);
    tab.respond(tab.flight(), ok(), "new");
    tab.idle();
    let mut tab = tab.reload_idle();
    assert_eq!(tab.cached("/api/a").as_deref(), Some("new"));
    assert!(!tab.disk.borrow().items.contains_key(&name), "whoever starts removes what is left");
}

#[test]
fn p8_saying_the_same_again_changes_nothing() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "mine");
    tab.sign("me");
    assert_eq!(tab.cached("/api/a").as_deref(), Some("mine"));
    assert_eq!(tab.scopes(), []);
}

#[test]
fn p8_an_answer_that_was_asked_for_before_is_given_to_who_waits_and_to_nobody_else() {
    for at_body in [false, true] {
        let mut tab = Tab::new();
        let (first, second) = (tab.ask("/api/a", |_| {}), tab.ask("/api/a", |_| {}));
        let flight = tab.flight();
        if at_body {
            tab.input(Input::Responded { flight, head: ok() });
        }
        tab.sign("you");
        assert_eq!(tab.get("/api/a"), None, "not joined");
        assert_ne!(tab.flight(), flight);
        if at_body {
            tab.finish(flight, "mine", vec![]);
        } else {
            tab.respond(flight, ok(), "mine");
        }
        assert_eq!(tab.outcomes[&first.0], Outcome::Network);
        assert!(matches!(&tab.outcomes[&second.0], Outcome::Cached { body, .. } if body == "mine"));
        assert_eq!(tab.engine.entries().count(), 0);
        tab.respond(tab.flight(), ok(), "yours");
        assert_eq!(tab.cached("/api/a").as_deref(), Some("yours"));
    }
}

#[test]
fn p8_a_write_under_way_still_invalidates() {
    let mut tab = Tab::new();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.sign("you");
    tab.fill("/api/scenes/8", "a");
    tab.answer(write, head(200, &[("x-cache-invalidate", "scene:8")]));
    assert_eq!(tab.get("/api/scenes/8"), None);
}

#[test]
fn p8_another_tab_learns_it_from_storage_before_it_serves() {
    let mut first = Tab::new();
    let mut second = another(&first);
    second.fill("/api/a", "mine");
    second.idle();
    let asked = second.get("/api/b");
    let flight = second.flight();
    first.wait(1);
    first.sign("you");
    assert_eq!(asked, None);
    second.respond(flight, ok(), "mine");
    assert_eq!(second.get("/api/a"), Some(Outcome::Passed));
    assert_eq!(second.get("/api/b"), Some(Outcome::Passed), "its page still says that it is me");
    assert_eq!(second.scopes().last(), Some(&("you".into(), false)));
    assert!(second.stored().is_empty());
    // Its page follows.
    second.now = first.now;
    first.fill("/api/a", "yours");
    first.idle();
    second.sign("you");
    assert_eq!(second.cached("/api/a").as_deref(), Some("yours"));
    assert_eq!(first.scopes(), [("you".into(), true)], "that was no change");
}

#[test]
fn p8_a_message_counts_before_storage_shows_it_and_an_old_one_does_not() {
    let mut first = Tab::new();
    let mut second = another(&first);
    second.lag();
    second.fill("/api/a", "mine");
    first.wait(1);
    first.sign("");
    let out = first.messages.last().unwrap().clone();
    second.hear(&first);
    assert_eq!(second.get("/api/a"), Some(Outcome::Passed));
    first.wait(1);
    first.sign("me");
    second.hear(&first);
    assert_eq!(second.get("/api/a"), None, "the same user again, and empty");
    second.respond(second.flight(), ok(), "new");
    second.input(Input::Heard(out));
    assert_eq!(second.cached("/api/a").as_deref(), Some("new"));
}

#[test]
fn p8_the_word_of_a_document_that_opens_is_the_newest() {
    let mut first = Tab::new();
    first.fill("/api/a", "mine");
    first.idle();
    first.wait(1);
    let mut second = as_user(&first, "you");
    assert!(second.stored().is_empty());
    assert_eq!(second.get("/api/a"), None);
    assert_eq!(first.get("/api/a"), Some(Outcome::Passed));
    // The one that was overruled doesn't argue.
    second.respond(second.flight(), ok(), "yours");
    assert_eq!(second.cached("/api/a").as_deref(), Some("yours"));
    // A document that does not say who is signed in overrules nobody.
    let mut third = Tab::open(Rc::clone(&first.disk), first.now, UNSAID);
    second.idle();
    third.idle();
    assert_eq!(third.get("/api/a"), None, "nor is it given what is somebody's");
    assert_eq!(second.cached("/api/a").as_deref(), Some("yours"));
    assert_eq!(second.stored(), ["/api/a"]);
}

#[test]
fn p8_a_page_that_says_later_who_is_signed_in_finds_what_was_stored() {
    let mut first = Tab::new();
    first.fill("/api/a", "mine");
    first.idle();
    let mut second = Tab::open(Rc::clone(&first.disk), first.now, UNSAID);
    second.idle();
    second.fill("/api/b", "whose?");
    second.sign("me");
    assert_eq!(second.cached("/api/a").as_deref(), Some("mine"));
    assert_eq!(second.get("/api/b"), None);
    assert_eq!(first.scopes(), []);
}

#[test]
fn p8_a_page_that_does_not_say_drops_everything_when_another_says_something_new() {
    let mut first = Tab::new();
    let mut second = Tab::open(Rc::clone(&first.disk), first.now, UNSAID);
    second.fill("/api/a", "mine, by the cookie");
    first.wait(1);
    first.sign("you");
    assert_eq!(second.get("/api/a"), None);
    assert_eq!(second.scopes().last(), Some(&("you".into(), true)));
}

#[test]
fn p8_who_is_signed_in_outlives_the_journal_that_said_it() {
    let mut first = Tab::new();
    let frozen = another(&first);
    first.wait(1);
    first.sign("you");
    let journal = joined(&first);
    first.wait(2 * 86_400_000);
    let mut second = as_user(&first, "you");
    second.input(Input::Gone(journal.clone()));
    assert!(!second.disk.borrow().items.contains_key(&[JOURNAL_PREFIX, &journal].concat()));
    let mut woken = frozen;
    woken.now = second.now;
    assert_eq!(woken.get("/api/a"), Some(Outcome::Passed));
}

/// The name of its document.
fn joined(tab: &Tab) -> String {
    tab.messages.last().unwrap().split('\n').nth(1).unwrap().into()
}

#[test]
fn p8_where_storage_was_given_up_the_others_are_still_told() {
    let mut first = Tab::new();
    let mut second = another(&first);
    first.disk.borrow_mut().remove_journals();
    first.disk.borrow_mut().room = Some(0);
    first.wait(1);
    first.sign("you");
    second.fill("/api/a", "whose?");
    assert!(second.stored().is_empty());
    second.hear(&first);
    assert_eq!(second.get("/api/a"), Some(Outcome::Passed));
}

#[test]
fn p8_after_a_401_nothing_stale_is_handed_out_until_a_read_is_answered() {
    let mut tab = Tab::new();
    tab.fill("/api/swr/a", "old");
    tab.fill("/api/b", "fresh");
    tab.wait(2_000);
    let write = tab.write("POST", "/api/search", vec![]);
    tab.answer(write, head(401, &[]));
    assert_eq!(tab.problems(), ["unauthorized"]);
    assert_eq!(tab.get("/api/swr/a"), None, "what is stale waits for the network");
    assert_eq!(tab.cached("/api/b").as_deref(), Some("fresh"));
    tab.respond(tab.flight(), head(401, &[]), "who are you?");
    assert!(
        tab.engine.entries().all(|entry| !entry.key.ends_with("/swr/a")),
        "the answer takes its entry along"
    );
    tab.fill("/api/c", "signed in again");
    tab.fill("/api/swr/a", "new");
    tab.wait(2_000);
    assert_eq!(tab.cached("/api/swr/a").as_deref(), Some("new"), "stale, while it is fetched anew");
}

#[test]
fn p8_a_401_of_another_origin_says_nothing_of_ours() {
    let mut tab = Tab::new();
    tab.fill("/api/swr/a", "old");
    tab.wait(2_000);
    tab.input(Input::Observed {
        method: "GET".into(),
        url: "https://elsewhere.test/x".into(),
        head: head(401, &[]),
    });
    assert_eq!(tab.cached("/api/swr/a").as_deref(), Some("old"));
    assert!(tab.problems().is_empty());
}

#[test]
fn p7_a_claim_that_is_nonsense_harms_nothing() {
    for claim in ["x", ":", "9:", "99999999999999999999999:a:%zz", "1:a:b:c d\tme|you"] {
        let mut tab = Tab::new();
        let text = ["1 0 ", claim, "\n"].concat();
        let name = [JOURNAL_PREFIX, "otherother"].concat();
        tab.disk.borrow_mut().items.insert(name, Item { header: text, body: String::new() });
        tab.disk.borrow_mut().items.get_mut(HEAD).unwrap().header = "otherother:1".into();
        tab.get("/api/a");
        tab.sign("you");
        tab.sign("me");
        tab.reload();
    }
}

#[test]
fn p8_who_watches_sees_nothing_of_another_scope() {
    let mut tab = Tab::new();
    let watch = tab.watch("/api/a", "{}");
    tab.respond(tab.flight(), ok(), "mine");
    tab.wait(5_000);
    tab.ask("/api/a", |request| request.cache = CacheMode::Reload);
    let flight = tab.flight();
    tab.sign("you");
    assert_eq!(tab.view(watch).body, None);
    assert_ne!(tab.flight(), flight, "it is fetched anew");
    tab.respond(flight, ok(), "mine, too late");
    assert_eq!(tab.view(watch).body, None);
    tab.respond(tab.flight(), ok(), "yours");
    assert_eq!(tab.view(watch).body.as_deref(), Some("yours"));
}

#[test]
fn p8_a_query_of_a_page_that_was_overruled_is_answered_by_the_network_alone() {
    let mut first = Tab::new();
    let mut second = another(&first);
    let watch = second.watch("/api/a", "{}");
    second.respond(second.flight(), ok(), "mine");
    first.wait(1);
    first.sign("you");
    first.fill("/api/a", "yours");
    first.idle();
    second.now = first.now;
    for _ in 0..2 {
        let read = second.query("/api/a", Kind::Query, "{}");
        assert_eq!(second.outcome_of(read), None, "nothing that is stored, nor what was asked for before");
        second.respond(second.flight(), ok(), "yours");
        assert!(second.outcome_of(read).is_some());
    }
    assert_eq!(second.engine.entries().count(), 0);
    assert_eq!(second.view(watch).body, None);
}

#[test]
fn p8_after_an_error_nobody_is_given_what_was_fetched_for_somebody_else() {
    let mut tab = Tab::new();
    let read = tab.ask("/api/headers/a", |_| {});
    let flight = tab.flight();
    tab.sign("you");
    tab.fill_with(
        "/api/headers/a",
        head(200, &[("cache-control", "max-age=1, stale-if-error=100")]),
        "yours",
    );
    tab.wait(2_000);
    tab.input(Input::Failed(flight));
    assert_eq!(tab.outcomes[&read.0], Outcome::Rejected);
}

#[test]
fn p8_a_mutation_that_was_sent_is_not_sent_again_for_another_user() {
    let mut tab = Tab::new();
    let one = tab.mutate("/api/posts", &[], |new| new.retries = 3);
    let write = tab.send(one);
    tab.sign("you");
    tab.input(Input::Unanswered(write));
    tab.wait(60_000);
    tab.input(Input::Wake);
    assert_eq!(tab.mutating.submitted, []);
    assert_eq!(tab.mutating.ended, [(one, Ending::Failed)]);
}

#[test]
fn p8_what_the_browser_cached_late_for_somebody_else_is_passed_by() {
    let path = "/api/swr/x";
    let mut tab = Tab::new();
    tab.wait(1);
    tab.sign("you");
    tab.fill(path, "yours");
    // A slow request of before may have been answered since, and its answer is in the browser's cache.
    tab.wait(70_000);
    tab.get(path);
    assert_eq!(tab.flights.last().map(|(_, reload)| *reload), Some(true));
    tab.respond(tab.flight(), ok(), "yours");
    tab.wait(70_000);
    tab.get(path);
    assert_eq!(tab.flights.last().map(|(_, reload)| *reload), Some(false), "this one has taken its place");
}
