//! Layers: pending operations over the server's data, and when they go (P5).

use alloc::{rc::Rc, string::String, vec, vec::Vec};

use super::mutating::NONE;
use super::tab::*;
use crate::engine::*;

const POSTS: &str = "/api/posts";

/// What somebody who watches sees: the base, then the layers.
fn seen(tab: &Tab, watch: ReadId) -> (Option<String>, Vec<u32>) {
    (tab.view(watch).body, tab.layers(POSTS))
}

fn base(text: &str, layers: &[u32]) -> (Option<String>, Vec<u32>) {
    (Some(text.into()), layers.to_vec())
}

/// A tab that watches a list, which has come.
pub(super) fn watching() -> (Tab, ReadId) {
    let mut tab = Tab::new();
    let watch = tab.watch(POSTS, "{}");
    tab.respond(tab.flight(), ok(), "[]");
    (tab, watch)
}

pub(super) fn add(tab: &mut Tab) -> u32 {
    tab.mutate(POSTS, &[POSTS], |_| {})
}

#[test]
fn p5_a_mutation_is_shown_in_its_own_turn_and_until_its_data_has_come() {
    let (mut tab, watch) = watching();
    let one = add(&mut tab);
    assert_eq!(seen(&tab, watch), base("[]", &[one]));
    let write = tab.send(one);
    tab.settle(write, 201);
    assert_eq!(tab.mutating.ended, [(one, Ending::Done)]);
    assert_eq!(seen(&tab, watch), base("[]", &[one]), "no flicker before the new data is there");
    assert!(tab.view(watch).fetching);
    tab.respond(tab.flight(), ok(), "[1]");
    assert_eq!(seen(&tab, watch), base("[1]", &[]), "nor after: never twice");
    assert_eq!(tab.flights.len(), 2, "one request brings it");
}

#[test]
fn p5_what_failed_is_taken_back_alone() {
    // A fails after B succeeded on one list.
    let (mut tab, watch) = watching();
    let [a, b] = [add(&mut tab), add(&mut tab)];
    let to_b = tab.send(b);
    let to_a = tab.send(a);
    tab.settle(to_b, 200);
    assert_eq!(seen(&tab, watch), base("[]", &[a, b]));
    tab.settle(to_a, 422);
    assert_eq!(seen(&tab, watch), base("[]", &[b]), "B stays");
    assert_eq!(tab.mutating.ended, [(b, Ending::Done), (a, Ending::Failed)]);
    tab.respond(tab.flight(), ok(), "[b]");
    assert_eq!(seen(&tab, watch), base("[b]", &[]));
}

#[test]
fn p5_the_rest_stays_in_order_when_the_first_fails() {
    // Delete a, which fails, and delete b, which succeeds, of [a,b,c].
    let (mut tab, watch) = watching();
    let [a, b] = [add(&mut tab), add(&mut tab)];
    let to_b = tab.send(b);
    let to_a = tab.send(a);
    tab.settle(to_a, 403);
    assert_eq!(seen(&tab, watch), base("[]", &[b]));
    tab.settle(to_b, 204);
    tab.respond(tab.flight(), ok(), "[a,c]");
    assert_eq!(seen(&tab, watch), base("[a,c]", &[]));
}

#[test]
fn p4_what_was_done_is_not_missing_after_a_reload_before_the_new_data_is_there() {
    let list = "/api/list";
    let mut tab = Tab::new();
    tab.fill(list, "[]");
    tab.idle();
    let one = tab.mutate(POSTS, &[list], |_| {});
    let write = tab.send(one);
    tab.settle(write, 200);
    assert_eq!(tab.peek(list), Some(Outcome::Data { body: "[]".into(), stale: true }));
    assert_eq!(tab.layers(list), [one]);
    assert_eq!(tab.reload().peek(list), None, "there it has no layer");
}

#[test]
fn p5_an_answer_that_overlapped_the_write_is_held_back() {
    let (mut tab, watch) = watching();
    tab.input(Input::Refetch(watch));
    let early = tab.flight();
    let one = add(&mut tab);
    let write = tab.send(one);
    tab.respond(early, ok(), "[maybe 1]");
    assert_eq!(seen(&tab, watch), base("[]", &[one]), "it may or may not have the effect");
    assert!(tab.view(watch).fetching, "another one will follow");
    tab.input(Input::Refetch(watch));
    tab.respond(tab.flight(), ok(), "[maybe 1]");
    tab.settle(write, 200);
    assert_eq!(tab.flights.len(), 4, "one refetch, sent when the write was done");
    tab.respond(tab.flight(), ok(), "[1]");
    assert_eq!(seen(&tab, watch), base("[1]", &[]));
    assert_eq!(tab.flights.len(), 4);
}

#[test]
fn p5_a_read_from_before_another_document_was_known_to_be_done_is_made_again() {
    let mut one = Tab::new();
    one.input(Input::Leading(true));
    let mut two = Tab::open(Rc::clone(&one.disk), one.now, CONFIG);
    let watch = two.watch(POSTS, "{}");
    two.respond(two.flight(), ok(), "[]");
    let mutation = one.edit("/one", &[POSTS], "");
    two.input(Input::Wake);
    one.lead();
    let write = one.send(mutation);
    let before = one.disk.borrow().items.clone();
    one.settle(write, 200);
    // What is written to storage may be seen later than what is said of it.
    let after = core::mem::replace(&mut one.disk.borrow_mut().items, before);
    two.input(Input::Heard(one.messages.last().unwrap().clone()));
    let early = two.flight();
    one.disk.borrow_mut().items = after;
    two.input(Input::Wake);
    assert_eq!(two.mutating.ended, [(RESTORED + 1, Ending::Elsewhere)]);
    two.respond(early, ok(), "[maybe 1]");
    assert_eq!(two.layers(POSTS), [RESTORED + 1]);
    two.respond(two.flight(), ok(), "[1]");
    assert_eq!(seen(&two, watch), base("[1]", &[]));
    assert!(!two.view(watch).fetching, "nothing waits for a write that is over");
}

#[test]
fn p5_an_answer_that_overlapped_a_write_that_failed_is_followed_by_another() {
    let (mut tab, watch) = watching();
    let one = add(&mut tab);
    let write = tab.send(one);
    tab.input(Input::Refetch(watch));
    tab.respond(tab.flight(), ok(), "[2]");
    assert_eq!(seen(&tab, watch), base("[]", &[one]));
    tab.settle(write, 422);
    assert_eq!(seen(&tab, watch), base("[]", &[]));
    assert_eq!(tab.flights.len(), 3, "what was held back is asked for again");
    tab.respond(tab.flight(), ok(), "[2]");
    assert_eq!(seen(&tab, watch), base("[2]", &[]));
}

#[test]
fn p5_new_data_takes_the_operations_that_were_not_sent_yet() {
    // The network is gone: no write of this tab can be in an answer that comes.
    let (mut tab, watch) = watching();
    tab.input(Input::Signal(Signal::Offline));
    let one = add(&mut tab);
    tab.input(Input::Refetch(watch));
    tab.respond(tab.flight(), ok(), "[2]");
    assert_eq!(seen(&tab, watch), base("[2]", &[one]));
    assert_eq!(tab.mutating.submitted, []);
    tab.input(Input::Signal(Signal::Online));
    let write = tab.send(one);
    tab.settle(write, 200);
    tab.respond(tab.flight(), ok(), "[2,1]");
    assert_eq!(seen(&tab, watch), base("[2,1]", &[]));
}

#[test]
fn p5_a_refetch_that_fails_leaves_what_was_done_in_view() {
    let (mut tab, watch) = watching();
    let one = add(&mut tab);
    let write = tab.send(one);
    tab.settle(write, 200);
    tab.input(Input::Failed(tab.flight()));
    assert_eq!(seen(&tab, watch), base("[]", &[one]));
}

#[test]
fn p5_the_answer_itself_can_be_the_new_data() {
    let (mut tab, watch) = watching();
    let one = add(&mut tab);
    let write = tab.send(one);
    adopt(&mut tab, one, "[1]");
    tab.settle(write, 200);
    assert_eq!(seen(&tab, watch), base("[1]", &[]));
    assert_eq!(tab.flights.len(), 1, "nothing is fetched");
    assert!(!tab.view(watch).stale);
}

#[test]
fn p5_the_answer_is_not_taken_where_another_write_overlapped() {
    for other_is_plain in [false, true] {
        let (mut tab, watch) = watching();
        let one = add(&mut tab);
        let to_one = tab.send(one);
        let other = match other_is_plain {
            true => tab.write("POST", POSTS, vec![]),
            false => {
                let two = add(&mut tab);
                tab.send(two)
            }
        };
        tab.settle(other, 200);
        adopt(&mut tab, one, "[1]");
        tab.settle(to_one, 200);
        assert_eq!(tab.view(watch).body, Some("[]".into()), "it may lack the other's effect");
        let newest = tab.flight();
        tab.respond(newest, ok(), "[1,2]");
        assert_eq!(seen(&tab, watch), base("[1,2]", &[]));
    }
}

pub(super) fn adopt(tab: &mut Tab, mutation: u32, body: &str) {
    let id = tab.keep(body);
    let (mutation, size) = (MutationId(mutation), body.len() as u32);
    tab.input(Input::Adopt { mutation, body: id, size, url: url(POSTS) });
}

#[test]
fn p5_mutations_of_a_lane_run_one_after_another_and_others_at_once() {
    let mut tab = Tab::new();
    let in_lane = |tab: &mut Tab, lane: &str| tab.mutate(POSTS, &[], |new| new.lane = lane.into());
    let [one, two, other] = [in_lane(&mut tab, "a"), in_lane(&mut tab, "a"), in_lane(&mut tab, "b")];
    let free = in_lane(&mut tab, "");
    let to_send: Vec<u32> = tab.mutating.submitted.iter().map(|(mutation, _)| *mutation).collect();
    assert_eq!(to_send, [one, other, free]);
    tab.mutating.submitted.truncate(1);
    let write = tab.send(one);
    tab.settle(write, 500);
    assert_eq!(tab.mutating.ended, [(one, Ending::Failed)]);
    tab.send(two);
}

#[test]
fn p5_paused_mutations_are_resumed_in_order() {
    let mut tab = Tab::new();
    tab.input(Input::Signal(Signal::Offline));
    let [one, two] = [(); 2].map(|()| tab.mutate(POSTS, &[], |new| new.lane = "a".into()));
    assert_eq!(tab.mutating.submitted, []);
    tab.input(Input::Signal(Signal::Online));
    let write = tab.send(one);
    assert_eq!(tab.mutating.submitted, []);
    tab.settle(write, 200);
    tab.send(two);
}

#[test]
fn p5_what_is_withdrawn_before_it_was_sent_was_never_there() {
    let (mut tab, watch) = watching();
    tab.input(Input::Signal(Signal::Offline));
    let one = add(&mut tab);
    tab.input(Input::Withdraw(MutationId(one)));
    assert_eq!(tab.mutating.ended, [(one, Ending::Withdrawn)]);
    assert_eq!(seen(&tab, watch), base("[]", &[]));
    tab.input(Input::Signal(Signal::Online));
    assert_eq!(tab.mutating.submitted, []);
    assert!(!tab.view(watch).stale);
}

#[test]
fn p1_what_is_withdrawn_after_it_was_sent_may_have_been_done() {
    let (mut tab, watch) = watching();
    let one = add(&mut tab);
    let write = tab.send(one);
    tab.input(Input::Withdraw(MutationId(one)));
    tab.input(Input::Unanswered(write));
    assert_eq!(seen(&tab, watch), base("[]", &[]));
    assert!(tab.view(watch).stale, "nobody knows");
    assert!(tab.flights.len() > 1);
}

#[test]
fn p5_a_mutation_is_tried_again_as_often_as_it_says_with_the_same_key() {
    let mut tab = Tab::new();
    let one = tab.mutate(POSTS, &[], |new| new.retries = 1);
    let key = tab.mutating.submitted[0].1.clone();
    let write = tab.send(one);
    tab.input(Input::Unanswered(write));
    assert_eq!(tab.mutating.progress[&one], (Progress::Waiting, 1));
    assert_eq!(tab.mutating.submitted, []);
    tab.now = tab.deadline.unwrap();
    tab.wake();
    assert_eq!(tab.mutating.submitted, [(one, key)]);
    let write = tab.send(one);
    tab.settle(write, 503);
    assert_eq!(tab.mutating.ended, [(one, Ending::Failed)]);
}

#[test]
fn p5_a_query_that_met_a_write_waits_for_an_answer_that_did_not() {
    let mut tab = Tab::new();
    let read = tab.query(POSTS, Kind::Query, "{}");
    let one = add(&mut tab);
    let write = tab.send(one);
    tab.respond(tab.flight(), ok(), "[maybe 1]");
    assert_eq!(tab.outcome_of(read), None);
    tab.settle(write, 200);
    tab.respond(tab.flight(), ok(), "[1]");
    assert_eq!(tab.outcome_of(read), Some(Outcome::Data { body: "[1]".into(), stale: false }));
    assert_eq!(tab.layers(POSTS), NONE);
}

#[test]
fn p9_plain_fetch_is_given_what_the_server_said() {
    let mut tab = Tab::new();
    let one = add(&mut tab);
    tab.send(one);
    let read = tab.ask(POSTS, |_| {});
    let second = tab.ask(POSTS, |_| {});
    tab.respond(tab.flight(), ok(), "[maybe 1]");
    assert_eq!(tab.outcome_of(read), Some(Outcome::Network));
    assert!(matches!(tab.outcome_of(second), Some(Outcome::Cached { body, .. }) if body == "[maybe 1]"));
    assert_eq!(tab.cached(POSTS), None, "and it is not kept");
}

#[test]
fn p10_what_was_done_and_nobody_looks_at_is_forgotten() {
    let mut tab = Tab::new();
    let one = add(&mut tab);
    assert_eq!(tab.layers(POSTS), [one]);
    let write = tab.send(one);
    tab.settle(write, 200);
    assert_eq!(tab.layers(POSTS), NONE);
}

#[test]
fn p5_a_layer_over_what_is_not_watched_stays_until_it_is_fetched() {
    let mut tab = Tab::new();
    tab.fill(POSTS, "[]");
    let one = add(&mut tab);
    let write = tab.send(one);
    // The header names something else, and no map knows better.
    tab.answer(write, head(200, &[("x-cache-invalidate", "other")]));
    assert_eq!(tab.layers(POSTS), NONE, "a write drops its own URL");
    let two = tab.mutate("/api/elsewhere", &["/api/list"], |_| {});
    assert_eq!(tab.layers("/api/list"), [two]);
    tab.fill("/api/list", "[2?]");
    assert_eq!(tab.layers("/api/list"), [two], "it was not sent yet, as far as is known");
}

#[test]
fn p5_a_function_of_the_pages_is_a_mutation_too() {
    let (mut tab, watch) = watching();
    let one = tab.mutate("", &[POSTS], |new| (new.method, new.url) = (String::new(), String::new()));
    assert_eq!(tab.mutating.submitted.len(), 1);
    let mutation = MutationId(one);
    tab.input(Input::Settled { mutation, done: true, head: ResponseHead::default() });
    assert_eq!(tab.mutating.ended, [(one, Ending::Done)]);
    assert_eq!(seen(&tab, watch), base("[]", &[one]));
    tab.respond(tab.flight(), ok(), "[1]");
    assert_eq!(seen(&tab, watch), base("[1]", &[]));
}

#[test]
fn p5_a_temporary_id_becomes_the_real_one_in_what_waits() {
    let mut tab = Tab::new();
    let post = tab.mutate(POSTS, &[POSTS], |new| new.temp = "tmp1".into());
    let reply = tab.mutate("/api/posts/tmp1/replies", &["/api/posts/tmp1"], |_| {});
    assert_eq!(tab.mutating.submitted.len(), 1, "a reply waits for its post");
    assert_eq!(tab.layers("/api/posts/tmp1"), [reply]);
    let write = tab.send(post);
    tab.input(Input::Rename { mutation: MutationId(post), id: "17".into() });
    assert_eq!(tab.layers("/api/posts/tmp1"), NONE);
    assert_eq!(tab.layers("/api/posts/17"), [reply]);
    tab.settle(write, 201);
    assert_eq!(tab.mutating.submitted.len(), 1, "now it is sent");
}

#[test]
fn p5_what_names_a_temporary_id_in_its_body_waits_too() {
    let mut tab = Tab::new();
    let chapter = tab.mutate(POSTS, &[], |new| new.temp = "tmp1".into());
    let scene = tab.mutate("/api/scenes", &[], |new| new.needs = "tmp0 tmp1".into());
    let write = tab.send(chapter);
    assert_eq!(tab.mutating.submitted, []);
    tab.input(Input::Rename { mutation: MutationId(chapter), id: "17".into() });
    tab.settle(write, 201);
    tab.send(scene);
}
