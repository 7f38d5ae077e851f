//! What the simulation has found of mutations: attempts that overlap, documents that know less than others (P1, P5, P6).

use alloc::{rc::Rc, string::String, vec::Vec};

use super::layers::{add, adopt, watching};
use super::mutating::NONE;
use super::outbox::{leading, stored};
use super::tab::*;
use crate::engine::*;
use crate::key::{EDIT_PREFIX, ENTRY_PREFIX, JOURNAL_PREFIX, SENTINEL};

const POSTS: &str = "/api/posts";
const NO_TEXTS: [&str; 0] = [];

/// A tab that sends an edit, and another one that was there before.
fn sending() -> (Tab, u32, WriteId, Tab) {
    let mut one = leading();
    let edit = one.edit("/one", &[POSTS], "");
    let two = Tab::open(Rc::clone(&one.disk), one.now, CONFIG);
    one.lead();
    let write = one.send(edit);
    (one, edit, write, two)
}

/// The other one becomes the one that sends, and sends it, too.
fn take_over(one: &mut Tab, two: &mut Tab) -> WriteId {
    one.input(Input::Leading(false));
    two.input(Input::Wake);
    two.lead();
    two.send(RESTORED + 1)
}

#[test]
fn p6_to_try_a_dead_letter_again_is_no_end_of_it_to_other_documents() {
    let (mut one, edit, write, mut two) = sending();
    let there = RESTORED + 1;
    one.settle(write, 422);
    two.input(Input::Wake);
    assert_eq!(two.mutating.progress[&there], (Progress::Dead, 422));
    one.input(Input::RetryDead(MutationId(edit)));
    two.input(Input::Wake);
    assert_eq!(two.mutating.ended, []);
    assert_eq!(two.mutating.progress[&there].0, Progress::Queued);
    assert_eq!(two.layers(POSTS), [there]);
}

#[test]
fn p6_what_another_document_has_written_stands_where_it_is_there() {
    let mut one = leading();
    let edit = one.edit("/one", &[POSTS], "");
    let mut two = Tab::open(Rc::clone(&one.disk), one.now, CONFIG);
    two.lag();
    one.lead();
    one.send(edit);
    // Another one could not record what it did.
    one.disk.borrow_mut().items.get_mut(SENTINEL).unwrap().header = "!:1ment9".into();
    two.disk = Rc::clone(&one.disk);
    let snapshot = one.disk.borrow().snapshot();
    two.input(Input::CatchUp(snapshot));
    one.input(Input::Wake);
    let watch = one.watch(POSTS, "{}");
    one.respond(one.flight(), ok(), "[maybe 1]");
    assert_eq!(one.view(watch).body, None, "it is known that it was sent");
}

#[test]
fn p5_what_was_answered_after_an_attempt_that_was_not_known_is_shown_no_more() {
    let (before, after, unwatched) = ("/api/before", "/api/after", "/api/unwatched");
    let mut one = leading();
    let mut two = Tab::open(Rc::clone(&one.disk), one.now, CONFIG);
    let shown = two.watch(before, "{}");
    two.respond(two.flight(), ok(), "[]");
    let asked = [after, unwatched].map(|path| (two.watch(path, "{}"), two.flight()));
    let edit = one.edit("/one", &[before, after, unwatched], "");
    one.wait(1);
    two.wait(1);
    one.lead();
    let write = one.send(edit);
    for (_, flight) in asked {
        two.respond(flight, ok(), "[maybe 1]");
    }
    two.input(Input::Abort(asked[1].0));
    two.input(Input::Wake);
    assert_eq!(two.view(shown).body, Some("[]".into()), "the server had not done it then");
    assert_eq!(two.view(asked[0].0).body, None);
    assert_eq!(two.cached(unwatched), None);
    let asked_before = two.flights.len();
    one.settle(write, 200);
    two.input(Input::Wake);
    for (flight, _) in two.flights.split_off(asked_before) {
        two.respond(flight, ok(), "[1]");
    }
    assert_eq!((two.view(asked[0].0).body, two.layers(after)), (Some("[1]".into()), NONE.to_vec()));
}

#[test]
fn p6_only_the_one_that_sends_says_that_it_has_failed() {
    let (mut one, edit, write, mut two) = sending();
    let again = take_over(&mut one, &mut two);
    one.settle(write, 422);
    assert_eq!(one.mutating.progress[&edit].0, Progress::Waiting);
    two.settle(again, 200);
    one.input(Input::Wake);
    assert_eq!(one.mutating.ended.last(), Some(&(edit, Ending::Elsewhere)));
}

#[test]
fn p6_what_another_document_has_done_meanwhile_is_done_whatever_the_own_attempt_comes_to() {
    let (mut one, edit, write, mut two) = sending();
    let again = take_over(&mut one, &mut two);
    two.settle(again, 200);
    one.settle(write, 422);
    let ends = one.mutating.ended.iter().filter(|(id, _)| *id == edit);
    assert_eq!(ends.collect::<Vec<_>>(), [&(edit, Ending::Elsewhere)]);
    assert_eq!(stored(&one), NO_TEXTS, "nor is it written anew");
}

#[test]
fn p6_what_is_refused_is_not_sent_by_the_document_that_sends_either() {
    let mut tab = leading();
    tab.edit("/one", &[], "");
    tab.lead();
    let room = tab.disk.borrow().items.len();
    tab.disk.borrow_mut().room = Some(room);
    let two = tab.edit("/two", &[POSTS], "");
    assert_eq!(tab.mutating.ended.last(), Some(&(two, Ending::Full)));
    assert_eq!(tab.layers(POSTS), NONE);
    assert_eq!(stored(&tab), ["/one"]);
}

#[test]
fn p1_what_one_that_was_given_up_has_changed_is_known_when_its_answer_comes() {
    let list = "/api/lists/1";
    let mut tab = Tab::new();
    let watch = tab.watch(list, "{}");
    tab.respond(tab.flight(), ok(), "[]");
    let one = tab.mutate(POSTS, &[list], |_| {});
    let write = tab.send(one);
    tab.input(Input::Withdraw(MutationId(one)));
    tab.respond(tab.flight(), ok(), "[]");
    let before = tab.flights.len();
    tab.settle(write, 200);
    assert!(tab.view(watch).stale && tab.flights.len() > before);
}

#[test]
fn p1_where_nobody_knows_whether_it_was_done_all_that_it_changes_is_in_doubt() {
    let list = "/api/lists/1";
    let mut tab = Tab::new();
    let watch = tab.watch(list, "{}");
    tab.respond(tab.flight(), ok(), "[]");
    let one = tab.mutate("/api/scenes/1", &[list], |_| {});
    let write = tab.send(one);
    tab.settle(write, 500);
    assert!(tab.view(watch).stale);
}

#[test]
fn p10_what_was_given_up_while_it_waited_wakes_nobody() {
    let mut tab = Tab::new();
    let one = tab.mutate(POSTS, &[], |new| new.retries = 1);
    let write = tab.send(one);
    tab.input(Input::Unanswered(write));
    assert!(tab.deadline.is_some());
    tab.input(Input::Withdraw(MutationId(one)));
    assert_eq!(tab.deadline, None);
}

#[test]
fn p1_the_answer_to_a_later_attempt_is_not_taken_since_it_may_be_that_to_the_first() {
    let mut tab = Tab::new();
    let watch = tab.watch(POSTS, "{}");
    tab.respond(tab.flight(), ok(), "[]");
    let one = tab.mutate(POSTS, &[POSTS], |new| new.retries = 1);
    let write = tab.send(one);
    tab.input(Input::Unanswered(write));
    tab.now = tab.deadline.unwrap();
    tab.wake();
    let write = tab.send(one);
    let body = tab.keep("[1]");
    tab.input(Input::Adopt { mutation: MutationId(one), body, size: 3, url: url(POSTS) });
    tab.settle(write, 200);
    assert_eq!((tab.view(watch).body, tab.layers(POSTS)), (Some("[]".into()), [one].to_vec()));
    assert!(tab.view(watch).stale && tab.view(watch).fetching);
}

#[test]
fn p8_what_is_about_to_be_sent_is_not_sent_for_another_user() {
    let mut tab = Tab::new();
    let one = tab.mutate(POSTS, &[POSTS], |_| {});
    assert_eq!(tab.mutating.submitted.len(), 1, "its headers are waited for");
    tab.sign("you");
    assert_eq!(tab.mutating.ended, [(one, Ending::Withdrawn)]);
}

#[test]
fn p8_nothing_of_a_user_is_shown_or_sent_for_another() {
    let (mut tab, watch) = watching();
    let sent = add(&mut tab);
    let write = tab.send(sent);
    tab.input(Input::Signal(Signal::Offline));
    let waiting = add(&mut tab);
    tab.sign("you");
    assert_eq!(tab.layers(POSTS), NONE);
    assert_eq!(tab.mutating.ended, [(waiting, Ending::Withdrawn)]);
    tab.input(Input::Signal(Signal::Online));
    assert_eq!(tab.mutating.submitted, []);
    tab.settle(write, 200);
    assert_eq!(tab.layers(POSTS), NONE);
    assert_eq!(tab.view(watch).body, None);
}

#[test]
fn p4_what_a_function_changes_is_in_doubt_where_its_page_is_gone_before_it_has_ended() {
    let mut tab = Tab::new();
    tab.fill(POSTS, "[]");
    tab.idle();
    tab.mutate("", &[POSTS], |new| (new.method, new.url) = (String::new(), String::new()));
    let mut tab = tab.reload();
    assert_eq!(tab.cached(POSTS), None, "it may have been done");
}

#[test]
fn p8_what_was_sent_for_a_user_is_not_sent_again_for_another_nor_is_its_answer_taken() {
    for answered in [false, true] {
        let (mut tab, watch) = watching();
        let one = tab.mutate(POSTS, &[POSTS], |new| new.retries = 3);
        let write = tab.send(one);
        tab.sign("you");
        if answered {
            adopt(&mut tab, one, "[1]");
            tab.settle(write, 200);
            assert_eq!(tab.view(watch).body, None);
        } else {
            tab.input(Input::Unanswered(write));
            assert_eq!(tab.mutating.ended, [(one, Ending::Failed)]);
        }
        assert_eq!(tab.mutating.submitted, []);
    }
}

#[test]
fn p1_what_an_answer_brought_does_not_vouch_for_the_browsers_cache() {
    let (mut tab, _) = watching();
    let one = add(&mut tab);
    let write = tab.send(one);
    adopt(&mut tab, one, "[1]");
    tab.settle(write, 200);
    tab.ask(POSTS, |_| {});
    assert_eq!(tab.flights.last().map(|flight| flight.1), Some(true), "it may hold what was there before");
}

#[test]
fn p6_a_document_looks_again_for_what_another_one_sends() {
    let mut one = leading();
    let mut two = Tab::open(Rc::clone(&one.disk), one.now, CONFIG);
    let mutation = one.edit("/one", &[], "");
    two.input(Input::Wake);
    let before = one.disk.borrow().items.clone();
    one.lead();
    let write = one.send(mutation);
    one.settle(write, 200);
    // Storage shows it later than its event comes.
    let after = core::mem::replace(&mut one.disk.borrow_mut().items, before);
    let snapshot = two.disk.borrow().snapshot();
    two.input(Input::CatchUp(snapshot));
    assert_eq!(two.mutating.ended, []);
    one.disk.borrow_mut().items = after;
    two.now = two.deadline.unwrap();
    assert!(two.now <= one.now + 2_000);
    two.wake();
    assert_eq!(two.mutating.ended, [(RESTORED + 1, Ending::Elsewhere)]);
}

#[test]
fn p5_an_answer_from_before_never_takes_the_place_of_adopted_data() {
    let mut tab = Tab::new();
    let watch = tab.watch(POSTS, "{}");
    let before = tab.flight();
    let one = add(&mut tab);
    let write = tab.send(one);
    adopt(&mut tab, one, "[1]");
    tab.settle(write, 201);
    assert_eq!(tab.view(watch).body, Some("[1]".into()));
    tab.respond(before, ok(), "[]");
    assert_eq!((tab.view(watch).body, tab.layers(POSTS)), (Some("[1]".into()), NONE.to_vec()));
}

#[test]
fn p5_who_waits_for_data_is_given_what_was_adopted_meanwhile() {
    let mut tab = Tab::new();
    let query = tab.query(POSTS, Kind::Query, "{}");
    let before = tab.flight();
    let one = add(&mut tab);
    let write = tab.send(one);
    adopt(&mut tab, one, "[1]");
    tab.settle(write, 201);
    tab.respond(before, ok(), "[]");
    assert_eq!(tab.outcomes[&query.0], Outcome::Data { body: "[1]".into(), stale: false });
}

#[test]
fn p1_what_a_function_that_was_given_up_has_changed_is_known_when_it_has_ended() {
    for done in [true, false] {
        let mut tab = Tab::new();
        let watch = tab.watch(POSTS, "{}");
        tab.respond(tab.flight(), ok(), "[]");
        let one = tab.mutate(POSTS, &[POSTS], |new| (new.method, new.url) = Default::default());
        tab.input(Input::Withdraw(MutationId(one)));
        // It runs on.
        tab.input(Input::Refetch(watch));
        tab.respond(tab.flight(), ok(), "[]");
        let before = tab.flights.len();
        tab.input(Input::Settled { mutation: MutationId(one), done, head: ResponseHead::default() });
        assert!(tab.view(watch).stale && tab.flights.len() > before, "{done}");
    }
}

#[test]
fn p1_who_sees_that_it_is_stored_no_more_knows_what_it_changed() {
    let mut tab = leading();
    let edit = tab.edit("/one", &[POSTS], "");
    tab.lead();
    let write = tab.send(edit);
    let head = ResponseHead { status: 200, ..ResponseHead::default() };
    tab.engine.handle(tab.now, Input::Answered { write, head, fields: alloc::vec![] });
    let effects: Vec<Effect> = core::iter::from_fn(|| tab.engine.poll()).collect();
    let recorded = effects
        .iter()
        .rposition(|effect| matches!(effect, Effect::Put { item, .. } if item.starts_with(JOURNAL_PREFIX)));
    let removed = effects
        .iter()
        .position(|effect| matches!(effect, Effect::Remove(item) if item.starts_with(EDIT_PREFIX)));
    assert!(recorded.unwrap() < removed.unwrap(), "{effects:?}");
}

#[test]
fn p5_what_met_an_attempt_that_was_never_seen_is_shown_no_more_when_it_is_over() {
    let mut one = leading();
    let mut two = Tab::open(Rc::clone(&one.disk), one.now, CONFIG);
    let watch = two.watch(POSTS, "{}");
    two.respond(two.flight(), ok(), "[]");
    let edit = one.edit("/one", &[POSTS], "");
    two.input(Input::Wake);
    two.lag();
    for tab in [&mut one, &mut two] {
        tab.wait(10);
    }
    one.lead();
    let write = one.send(edit);
    two.input(Input::Refetch(watch));
    two.respond(two.flight(), ok(), "[1]");
    assert_eq!(two.view(watch).body, Some("[1]".into()), "it has seen no attempt");
    one.settle(write, 200);
    two.disk = Rc::clone(&one.disk);
    two.input(Input::Wake);
    assert_eq!(two.mutating.ended, [(RESTORED + 1, Ending::Elsewhere)]);
    assert_eq!((two.view(watch).body, two.layers(POSTS)), (None, [RESTORED + 1].to_vec()));
}

#[test]
fn p5_what_may_have_met_a_dead_letter_is_shown_no_more_when_it_is_tried_again() {
    let (mut tab, edit, write, _) = sending();
    tab.input(Input::Unanswered(write));
    tab.wait(8 * 24 * 60 * 60 * 1000);
    tab.input(Input::Wake);
    assert_eq!(tab.mutating.progress[&edit], (Progress::Dead, 0));
    let watch = tab.watch(POSTS, "{}");
    tab.respond(tab.flight(), ok(), "[1]");
    assert_eq!(tab.view(watch).body, Some("[1]".into()));
    tab.input(Input::RetryDead(MutationId(edit)));
    assert_eq!((tab.view(watch).body, tab.layers(POSTS)), (None, [edit].to_vec()));
}

#[test]
fn p5_what_another_document_was_answered_after_an_attempt_is_not_taken_from_storage() {
    let list = "/api/list";
    let mut one = leading();
    let mut two = Tab::open(Rc::clone(&one.disk), one.now, CONFIG);
    two.get(list);
    let asked = two.flight();
    two.lag();
    let edit = one.edit("/one", &[list], "");
    for tab in [&mut one, &mut two] {
        tab.wait(1);
    }
    one.lead();
    one.send(edit);
    two.respond(asked, ok(), "[maybe 1]");
    two.idle();
    assert_eq!(two.stored(), [list]);
    let entries = two.disk.borrow().items.clone();
    one.disk
        .borrow_mut()
        .items
        .extend(entries.into_iter().filter(|(name, _)| name.starts_with(ENTRY_PREFIX)));
    assert_eq!(one.cached(list), None);
}
