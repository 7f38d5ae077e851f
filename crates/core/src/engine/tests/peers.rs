//! Several documents of one origin (P3).

use alloc::{rc::Rc, string::String, vec};

use super::tab::*;
use crate::engine::*;
use crate::key::{HEAD, JOURNAL_PREFIX, SENTINEL};

/// Two documents that see each other's storage at once. Messages are carried by hand.
fn two() -> (Tab, Tab) {
    let first = Tab::new();
    let second = another(&first);
    (first, second)
}

fn another(tab: &Tab) -> Tab {
    Tab::open(Rc::clone(&tab.disk), tab.now, CONFIG)
}

fn hear(tab: &mut Tab, from: &Tab) {
    let message = from.messages.last().unwrap().clone();
    tab.input(Input::Heard(message));
}

#[test]
fn p3_what_another_tab_invalidates_is_seen_in_storage_before_anything_is_served() {
    let (mut first, mut second) = two();
    second.fill("/api/scenes/7", "old");
    second.fill("/api/else", "else");
    let write = first.write("PATCH", "/api/scenes/7", vec![]);
    first.answer(write, head(200, &[("x-cache-invalidate", "scene:7")]));
    assert_eq!(second.get("/api/scenes/7"), None);
    assert_eq!(second.cached("/api/else").as_deref(), Some("else"));
    assert!(second.causes().contains(&Cause::Peer));
}

#[test]
fn p3_a_message_counts_before_storage_shows_it() {
    let (mut first, mut second) = two();
    second.lag();
    second.fill("/api/scenes/7", "old");
    second.idle();
    let write = first.write("PATCH", "/api/scenes/7", vec![]);
    first.answer(write, head(200, &[("x-cache-invalidate", "scene:7")]));
    hear(&mut second, &first);
    assert_eq!(second.get("/api/scenes/7"), None);
    // What the lagging storage still holds of it is dead, too.
    assert!(second.stored().is_empty());
}

#[test]
fn p3_a_request_sent_before_another_tabs_invalidation_is_never_stored() {
    let (mut first, mut second) = two();
    assert_eq!(second.get("/api/scenes/7"), None);
    let flight = second.flight();
    let write = first.write("PATCH", "/api/scenes/7", vec![]);
    first.answer(write, ok());
    second.respond(flight, ok(), "old");
    assert_eq!(second.get("/api/scenes/7"), None);
    assert!(second.events.iter().any(|event| matches!(event, Event::LateFill { .. })));
}

#[test]
fn p3_an_entry_that_another_tab_stored_late_is_dead() {
    let (mut first, mut second) = two();
    // The second tab knows nothing of the invalidation when it writes its entry behind.
    second.lag();
    second.fill("/api/scenes/7", "old");
    second.idle();
    let write = first.write("PATCH", "/api/scenes/7", vec![]);
    first.answer(write, ok());
    for (name, item) in second.disk.borrow().items.clone() {
        first.disk.borrow_mut().items.entry(name).or_insert(item);
    }
    assert_eq!(first.get("/api/scenes/7"), None);
    assert_eq!(another(&first).get("/api/scenes/7"), None);
}

#[test]
fn p3_what_another_tab_fetched_since_is_good() {
    let (mut first, mut second) = two();
    let write = first.write("PATCH", "/api/scenes/7", vec![]);
    first.answer(write, ok());
    second.fill("/api/scenes/7", "new");
    second.idle();
    assert_eq!(first.cached("/api/scenes/7").as_deref(), Some("new"));
    assert_eq!(another(&first).cached("/api/scenes/7").as_deref(), Some("new"));
}

#[test]
fn p3_a_newer_record_of_another_tab_takes_the_place_of_ours() {
    let (mut first, second) = two();
    first.fill("/api/a", "one");
    first.idle();
    let mut reopened = another(&second);
    reopened.idle();
    first.wait(1);
    first.ask("/api/a", |request| request.cache = CacheMode::Reload);
    let flight = first.flight();
    first.respond(flight, ok(), "two");
    first.idle();
    reopened.now = first.now;
    assert_eq!(reopened.cached("/api/a").as_deref(), Some("two"));
    assert_eq!(reopened.problems(), [] as [&str; 0]);
}

#[test]
fn p3_what_is_pushed_to_one_tab_is_old_in_all_and_after_a_reload() {
    let (mut first, mut second) = two();
    second.fill("/api/scenes/7", "old");
    second.fill("/api/else", "else");
    second.idle();
    let members = crate::header::parse_invalidate("scene:7").members;
    first.input(Input::Pushed(members, "https://a.test".into()));
    hear(&mut second, &first);
    assert_eq!(second.cached("/api/scenes/7"), None);
    let mut reloaded = second.reload();
    assert_eq!(reloaded.cached("/api/scenes/7"), None);
    assert!(reloaded.cached("/api/else").is_some());
}

#[test]
fn p3_messages_that_come_late_twice_or_torn_do_no_harm() {
    let (mut first, mut second) = two();
    for path in ["/api/a", "/api/b"] {
        let write = first.write("PATCH", path, vec![]);
        first.answer(write, ok());
    }
    second.fill("/api/a", "a");
    for message in first.messages.clone().into_iter().rev() {
        second.input(Input::Heard(message));
    }
    for torn in ["", "x", "x\ny", "x\ny\n1", "x\ny\n1 7\n7 5 i - story:1\n9 5 i - \n"] {
        second.input(Input::Heard(torn.into()));
    }
    assert_eq!(second.cached("/api/a").as_deref(), Some("a"));
}

#[test]
fn p4_a_write_of_a_tab_that_died_is_doubted_in_every_tab() {
    let (mut first, mut second) = two();
    second.fill("/api/scenes/7", "old");
    first.write("PATCH", "/api/scenes/7", vec![]);
    // While the first tab is there, it will say how the write ended.
    assert_eq!(second.cached("/api/scenes/7").as_deref(), Some("old"));
    let document = second.watched.pop().unwrap();
    second.input(Input::Gone(document.clone()));
    second.fill("/api/scenes/7", "old, the write is slow");
    assert_eq!(second.cached("/api/scenes/7"), None, "the write may still be on its way");
    second.wait(10_000);
    second.fill("/api/scenes/7", "new");
    second.idle();
    // Nobody speaks for the same write again.
    second.input(Input::Gone(document));
    let mut third = another(&second);
    assert_eq!(third.cached("/api/scenes/7").as_deref(), Some("new"));
}

#[test]
fn p4_an_entry_stored_while_a_write_was_under_way_does_not_outlive_its_tab() {
    let (mut first, mut second) = two();
    first.write("PATCH", "/api/scenes/7", vec![]);
    // Sent after the intent was known, and before the write was done.
    second.fill("/api/scenes/7", "old");
    second.idle();
    drop((first, second.watched.pop()));
    let mut third = another(&second);
    assert_eq!(third.get("/api/scenes/7"), None);
    assert_eq!(second.get("/api/scenes/7"), None, "the third tab spoke for it");
}

#[test]
fn p4_a_write_that_ended_is_no_orphan() {
    let (mut first, mut second) = two();
    let write = first.write("PATCH", "/api/scenes/7", vec![]);
    second.fill("/api/else", "else");
    first.answer(write, ok());
    second.fill("/api/scenes/7", "new");
    let document = second.watched.pop().unwrap();
    second.input(Input::Gone(document));
    assert_eq!(second.cached("/api/scenes/7").as_deref(), Some("new"));
}

#[test]
fn p7_storage_cleared_under_the_page_ends_memory_too() {
    let (mut first, mut second) = two();
    for tab in [&mut first, &mut second] {
        tab.fill("/api/a", "a");
    }
    first.disk.borrow_mut().items.clear();
    assert_eq!(first.get("/api/a"), None);
    assert_eq!(second.get("/api/a"), None);
    let disk = first.disk.borrow();
    assert!(disk.items.contains_key(SENTINEL) && disk.items.contains_key(HEAD));
}

#[test]
fn p10_a_journal_that_could_not_be_written_ends_everything_in_every_tab() {
    let (mut first, mut second) = two();
    second.fill("/api/a", "a");
    first.disk.borrow_mut().room = Some(0);
    let write = first.write("PATCH", "/api/a", vec![]);
    first.answer(write, ok());
    assert_eq!(second.get("/api/a"), None);
}

#[test]
fn p8_an_invalidation_of_another_tab_is_limited_to_its_origin() {
    let (mut first, mut second) = two();
    second.fill("https://b.test/x", "b");
    second.fill("/api/x", "a");
    let write = first.write("PATCH", "/api/y", vec![]);
    first.answer(write, head(200, &[("x-cache-invalidate", "*")]));
    assert_eq!(second.get("/api/x"), None);
    let cached: Option<String> = second.cached("https://b.test/x");
    assert_eq!(cached.as_deref(), Some("b"));
}

#[test]
fn p10_a_document_is_watched_once_however_often_it_writes() {
    let (mut first, mut second) = two();
    for _ in 0..3 {
        let write = first.write("PATCH", "/api/scenes/7", vec![]);
        second.cached("/api/else");
        first.answer(write, ok());
        second.cached("/api/else");
    }
    assert_eq!(second.watched.len(), 1);
    first.write("PATCH", "/api/scenes/7", vec![]);
    second.fill("/api/scenes/7", "old");
    let document = second.watched.pop().unwrap();
    second.input(Input::Gone(document));
    assert_eq!(second.cached("/api/scenes/7"), None, "the last of its writes is doubted");
}

#[test]
fn p4_the_journal_of_a_document_that_has_gone_stays_where_it_may_have_grown_unseen() {
    let first = Tab::new();
    let mut second = Tab::open(first.disk.clone(), first.now, CONFIG);
    second.lag();
    let name =
        first.disk.borrow().items.keys().find(|name| name.starts_with(JOURNAL_PREFIX)).cloned().unwrap();
    let document = name.strip_prefix(JOURNAL_PREFIX).unwrap();
    second.input(Input::Gone(document.into()));
    assert!(second.disk.borrow().items.contains_key(&name), "it was empty, and is not for sure");
    second.wait(24 * 60 * 60 * 1000 + 60_000);
    let third = Tab::open(second.disk.clone(), second.now, CONFIG);
    assert_eq!(third.watched, [document], "it can only be old by now");
    let mut third = third;
    third.input(Input::Gone(document.into()));
    assert!(!third.disk.borrow().items.contains_key(&name));
}
