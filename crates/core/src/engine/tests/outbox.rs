//! The outbox: what is durable is done once, or somebody is told (P6).

use alloc::{rc::Rc, string::String, vec::Vec};
use core::ops::RangeInclusive;

use super::mutating::NONE;
use super::tab::*;
use crate::engine::*;
use crate::key::EDIT_PREFIX;
use crate::time::Millis;

const POSTS: &str = "/api/posts";

/// The stored edits: their payloads, in order.
pub(super) fn stored(tab: &Tab) -> Vec<String> {
    let disk = tab.disk.borrow();
    let edits = disk.items.iter().filter(|(name, _)| name.starts_with(EDIT_PREFIX));
    edits.map(|(_, item)| item.body.clone()).collect()
}

/// A tab that has filled a list and sends what is durable.
pub(super) fn leading() -> Tab {
    let mut tab = Tab::new();
    tab.fill(POSTS, "[]");
    tab.edit("/nothing", &[], "");
    tab.lead();
    let write = tab.send(1);
    tab.settle(write, 200);
    assert!(!tab.mutating.leads, "with nothing to send, another document may");
    tab
}

#[test]
fn p6_it_is_in_storage_before_it_is_sent_and_until_it_is_done() {
    let mut tab = Tab::new();
    let one = tab.edit("/one", &[POSTS], "");
    assert_eq!(stored(&tab), ["/one"]);
    assert_eq!(tab.mutating.submitted, [], "not before this document is the one that sends");
    tab.lead();
    let write = tab.send(one);
    assert_eq!(stored(&tab), ["/one"]);
    tab.settle(write, 204);
    assert_eq!(stored(&tab), [""; 0]);
    assert_eq!(tab.mutating.ended, [(one, Ending::Done)]);
}

#[test]
fn p6_after_a_reload_it_is_shown_and_sent_again_with_the_same_key() {
    let mut tab = Tab::new();
    tab.edit("/one", &[POSTS], "");
    tab.lead();
    let key = tab.mutating.submitted[0].1.clone();
    tab.send(1);
    let mut tab = tab.reload();
    let one = RESTORED + 1;
    assert_eq!(tab.mutating.restored[0].0, one);
    assert_eq!(tab.mutating.restored[0].1.lines().next(), Some(&*key));
    assert_eq!(tab.layers(POSTS), [one], "shown before anything is sent");
    assert_eq!(tab.mutating.submitted, []);
    tab.lead();
    assert_eq!(tab.mutating.submitted, [(one, key)]);
    let write = tab.send(one);
    tab.settle(write, 200);
    assert_eq!(stored(&tab), [""; 0]);
}

#[test]
fn p6_order_is_kept_within_a_lane_over_reloads() {
    let mut tab = Tab::new();
    for path in ["/one", "/two", "/three"] {
        tab.edit(path, &[], "a");
        tab.wait(1);
    }
    let mut tab = tab.reload();
    tab.lead();
    for number in 1..=3 {
        assert_eq!(tab.mutating.submitted.len(), 1);
        let write = tab.send(RESTORED + number);
        tab.settle(write, 200);
    }
    assert_eq!(stored(&tab), [""; 0]);
}

#[test]
fn p6_offline_nothing_is_lost_and_all_is_sent_in_order_when_the_network_is_back() {
    let mut tab = Tab::new();
    tab.input(Input::Signal(Signal::Offline));
    for path in ["/one", "/two"] {
        tab.edit(path, &[], "a");
    }
    tab.lead();
    assert_eq!(tab.mutating.submitted, []);
    tab.input(Input::Signal(Signal::Online));
    let write = tab.send(1);
    tab.settle(write, 200);
    tab.send(2);
}

#[test]
fn p6_a_lane_that_waits_does_not_hold_up_another() {
    let mut tab = Tab::new();
    tab.edit("/one", &[], "a");
    tab.lead();
    let write = tab.send(1);
    tab.input(Input::Unanswered(write));
    let other = tab.edit("/other", &[], "b");
    tab.send(other);
}

#[test]
fn p6_only_a_success_is_done_and_the_rest_is_tried_again_later() {
    for status in [0, 408, 425, 429, 500, 503] {
        let mut tab = Tab::new();
        tab.edit("/one", &[], "");
        tab.lead();
        for attempt in 1..4 {
            let write = tab.send(1);
            match status {
                0 => tab.input(Input::Unanswered(write)),
                status => tab.settle(write, status),
            }
            assert_eq!(tab.mutating.progress[&1], (Progress::Waiting, attempt), "{status}");
            assert_eq!(stored(&tab), ["/one"]);
            tab.now = tab.deadline.unwrap();
            tab.wake();
        }
        let write = tab.send(1);
        tab.settle(write, 200);
        assert_eq!(stored(&tab), [""; 0]);
    }
}

#[test]
fn p6_the_server_says_when_to_come_back() {
    let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    let check = |headers: &[_], waits: RangeInclusive<Millis>| {
        for status in [429, 503, 409] {
            let mut tab = Tab::new();
            tab.edit("/one", &[], "");
            tab.lead();
            let write = tab.send(1);
            tab.answer(write, head(status, headers));
            assert_eq!(tab.mutating.progress[&1], (Progress::Waiting, 1));
            assert!(waits.contains(&(tab.deadline.unwrap() - tab.now)), "{status} {headers:?}");
        }
    };
    check(&[("retry-after", "60")], 60_000..=60_000);
    check(&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"), date], 60_000..=60_000);
    // Without its clock it is ours that counts.
    check(&[("retry-after", "Thu, 01 Jan 1970 00:17:40 GMT")], 60_000..=60_000);
    check(&[("retry-after", "Sun, 06 Nov 1994 08:49:36 GMT"), date], 500..=1_000);
}

#[test]
fn p6_what_was_lost_is_tried_when_the_network_is_back_and_what_must_wait_waits() {
    for (status, tried) in [(0, true), (503, false)] {
        let mut tab = Tab::new();
        tab.edit("/one", &[], "");
        tab.lead();
        let write = tab.send(1);
        match status {
            0 => tab.input(Input::Unanswered(write)),
            status => tab.answer(write, head(status, &[("retry-after", "60")])),
        }
        tab.input(Input::Signal(Signal::Online));
        assert_eq!(!tab.mutating.submitted.is_empty(), tried);
    }
}

#[test]
fn p6_a_real_id_reaches_what_is_stored() {
    let mut tab = Tab::new();
    let payload = Some((tab.keep("/post"), 5));
    tab.mutate(POSTS, &[], |new| (new.payload, new.temp) = (payload, "tmp1".into()));
    tab.edit("/api/posts/tmp1/replies", &["/api/posts/tmp1"], "");
    tab.lead();
    let write = tab.send(1);
    tab.input(Input::Rename { mutation: MutationId(1), id: "17".into() });
    tab.settle(write, 201);
    let tab = tab.reload();
    assert!(tab.mutating.restored[0].1.contains("/api/posts/17/replies"), "{:?}", tab.mutating.restored);
    assert_eq!(tab.layers("/api/posts/17"), [RESTORED + 1]);
}

#[test]
fn p6_a_rule_makes_writes_durable() {
    let config = r#"{ "rules": [{ "match": "/api/*", "methods": ["POST"], "durable": true }],
        "entities": { "scene": { "path": "/api/scenes/:id", "parents": { "chapter": "chapterId" } },
            "chapter": { "path": "/api/chapters/:id" } } }"#;
    let tab = Tab::open(Rc::default(), 1_000_000, config);
    let terms = |method, path| tab.engine.write_terms(method, &url(path));
    assert_eq!(terms("POST", "/api/scenes/1"), "durable\nchapterId");
    assert_eq!(terms("POST", "/api/posts"), "durable");
    assert_eq!(terms("PATCH", "/api/scenes/1"), "\nchapterId");
    assert_eq!(terms("PATCH", "/api/posts"), "");
}

#[test]
fn p6_what_fails_for_good_is_a_dead_letter_and_parks_its_lane() {
    let mut tab = Tab::new();
    tab.edit("/one", &[POSTS], "a");
    tab.edit("/two", &[], "a");
    tab.lead();
    let write = tab.send(1);
    tab.settle(write, 422);
    assert_eq!(tab.mutating.progress[&1], (Progress::Dead, 422));
    assert_eq!(tab.layers(POSTS), NONE, "it is taken back");
    assert_eq!(stored(&tab), ["/one", "/two"], "it is not lost");
    assert_eq!(tab.mutating.submitted, [], "the rest of its lane waits");
    let mut tab = tab.reload();
    assert_eq!(tab.mutating.progress[&(RESTORED + 1)], (Progress::Dead, 422));
    tab.lead();
    assert_eq!(tab.mutating.submitted, []);
    tab.input(Input::Withdraw(MutationId(RESTORED + 1)));
    assert_eq!(stored(&tab), ["/two"]);
    tab.send(RESTORED + 2);
}

#[test]
fn p6_a_dead_letter_can_be_tried_again_with_another_key() {
    let mut tab = Tab::new();
    tab.edit("/one", &[POSTS], "");
    tab.lead();
    let key = tab.mutating.submitted[0].1.clone();
    let write = tab.send(1);
    tab.settle(write, 409);
    assert_eq!(tab.mutating.progress[&1], (Progress::Dead, 409));
    tab.input(Input::RetryDead(MutationId(1)));
    assert_eq!(stored(&tab), ["/one"]);
    assert_eq!(tab.layers(POSTS), [1]);
    tab.lead();
    assert_ne!(tab.mutating.submitted[0].1, key, "by the same one it would be refused again");
    let write = tab.send(1);
    tab.settle(write, 200);
    assert_eq!(stored(&tab), [""; 0]);
}

#[test]
fn p6_where_it_says_so_its_lane_goes_on_past_a_dead_letter() {
    let mut tab = Tab::new();
    let payload = Some((tab.keep("/one"), 4));
    tab.mutate("/one", &[], |new| (new.payload, new.lane, new.continues) = (payload, "a".into(), true));
    tab.edit("/two", &[], "a");
    tab.lead();
    let write = tab.send(1);
    tab.settle(write, 404);
    let write = tab.send(2);
    tab.input(Input::RetryDead(MutationId(1)));
    assert_eq!(tab.mutating.submitted, [], "still one after another");
    tab.settle(write, 200);
    tab.send(1);
}

#[test]
fn p6_it_waits_for_somebody_to_sign_in_again() {
    for status in [401, 403] {
        let mut tab = Tab::new();
        tab.edit("/one", &[], "");
        tab.lead();
        let write = tab.send(1);
        tab.settle(write, status);
        assert_eq!(tab.mutating.progress[&1], (Progress::Paused, 1));
        assert_eq!(tab.mutating.submitted, []);
        tab.sign("me");
        tab.lead();
        tab.send(1);
    }
}

#[test]
fn p8_it_needs_a_user_and_is_sent_for_no_other() {
    let mut tab = Tab::open(Rc::default(), 1_000_000, r#"{ "rules": [] }"#);
    let one = tab.edit("/one", &[], "");
    assert_eq!(tab.mutating.ended, [(one, Ending::Scopeless)]);
    assert_eq!(stored(&tab), [""; 0]);
    tab.sign("a");
    let two = tab.edit("/two", &[POSTS], "");
    tab.sign("a|b");
    assert_eq!(tab.mutating.ended.last(), Some(&(two, Ending::Kept)));
    assert_eq!(tab.layers(POSTS), NONE);
    assert!(!tab.mutating.leads);
    assert_eq!(stored(&tab), ["/two"]);
    tab.sign("a");
    assert_eq!(tab.layers(POSTS), [RESTORED + 1], "its user is back");
    tab.lead();
    tab.send(RESTORED + 1);
}

#[test]
fn p6_another_document_shows_it_and_learns_that_it_is_done() {
    let mut one = leading();
    let mut two = Tab::open(Rc::clone(&one.disk), one.now, CONFIG);
    let watch = two.watch(POSTS, "{}");
    let mutation = one.edit("/one", &[POSTS], "");
    two.input(Input::Wake);
    let there = RESTORED + 1;
    assert_eq!(two.layers(POSTS), [there]);
    assert!(two.mutating.leads, "it would send it if the other one were gone");
    assert_eq!(two.mutating.submitted, []);
    one.lead();
    let write = one.send(mutation);
    one.settle(write, 200);
    two.input(Input::Wake);
    assert_eq!(two.mutating.ended, [(there, Ending::Elsewhere)]);
    assert_eq!(two.layers(POSTS), [there], "until the data has come");
    two.respond(two.flight(), ok(), "[1]");
    assert_eq!(two.layers(POSTS), NONE);
    assert_eq!(two.view(watch).body, Some("[1]".into()));
}

#[test]
fn p6_an_attempt_of_another_document_holds_answers_back_here_too() {
    let mut one = leading();
    let mut two = Tab::open(Rc::clone(&one.disk), one.now, CONFIG);
    let watch = two.watch("/api/list", "{}");
    two.respond(two.flight(), ok(), "[]");
    let mutation = one.edit("/one", &["/api/list"], "");
    two.input(Input::Wake);
    one.wait(1);
    one.lead();
    one.send(mutation);
    two.input(Input::Refetch(watch));
    two.respond(two.flight(), ok(), "[maybe 1]");
    assert_eq!((two.view(watch).body, two.layers("/api/list")), (Some("[]".into()), [RESTORED + 1].to_vec()));
}

#[test]
fn p6_what_was_cleared_is_written_again() {
    let mut tab = leading();
    tab.edit("/one", &[], "");
    tab.disk.borrow_mut().items.clear();
    tab.input(Input::Wake);
    assert_eq!(stored(&tab), ["/one"]);
    assert_eq!(tab.mutating.ended.len(), 1);
}

#[test]
fn p6_what_is_too_old_is_a_dead_letter() {
    let mut tab = Tab::new();
    tab.input(Input::Signal(Signal::Offline));
    tab.edit("/one", &[], "");
    tab.wait(8 * 24 * 60 * 60 * 1000);
    tab.lead();
    tab.input(Input::Signal(Signal::Online));
    assert_eq!(tab.mutating.progress[&1], (Progress::Dead, 0));
    assert_eq!(tab.mutating.submitted, []);
    assert_eq!(stored(&tab), ["/one"]);
    tab.input(Input::RetryDead(MutationId(1)));
    tab.lead();
    tab.send(1);
}

#[test]
fn p4_what_a_durable_write_may_touch_is_stale_so_that_it_can_be_shown() {
    let mut tab = Tab::new();
    tab.fill(POSTS, "[]");
    tab.idle();
    tab.wait(1);
    tab.edit("/one", &[POSTS], "");
    tab.lead();
    let write = tab.send(1);
    tab.input(Input::Unanswered(write));
    assert_eq!(tab.peek(POSTS), Some(Outcome::Data { body: "[]".into(), stale: true }));
    let mut tab = tab.reload();
    let watch = tab.watch(POSTS, "{}");
    assert_eq!((tab.view(watch).body, tab.view(watch).stale), (Some("[]".into()), true));
    assert_eq!(tab.layers(POSTS), [RESTORED + 1]);
    assert_eq!(tab.cached(POSTS), None, "fetch is not answered with it");
}

#[test]
fn p6_an_item_that_cannot_be_read_is_left_where_it_is_and_told_of() {
    let tab = Tab::new();
    let name = [EDIT_PREFIX, "me|0000000000000001.doc|k"].concat();
    let item = Item { header: "9\tof a later version".into(), body: "x".into() };
    tab.disk.borrow_mut().items.insert(name, item);
    let tab = tab.reload();
    assert!(tab.problems().contains(&"edit-unreadable"));
    assert_eq!(stored(&tab), ["x"]);
}
