//! Room: how many mutations are kept, and what makes way for one more (P10).

use super::layers::{add, watching};
use super::mutating::NONE;
use super::outbox::stored;
use super::tab::*;
use crate::engine::*;

const POSTS: &str = "/api/posts";

#[test]
fn p10_one_more_than_fits_is_refused_and_none_is_dropped() {
    let mut tab = Tab::new();
    let room = tab.disk.borrow().items.len() + 1;
    tab.disk.borrow_mut().room = Some(room);
    let one = tab.edit("/one", &[POSTS], "");
    let two = tab.edit("/two", &[POSTS], "");
    assert_eq!(tab.mutating.ended, [(two, Ending::Full)]);
    assert_eq!(tab.layers(POSTS), [one]);
    assert_eq!(stored(&tab), ["/one"]);
    assert!(tab.problems().contains(&"outbox-full"));
}

#[test]
fn p10_entries_make_room_for_edits() {
    let mut tab = Tab::new();
    tab.fill("/api/scenes/1", "scene");
    tab.idle();
    let room = tab.disk.borrow().items.len();
    tab.disk.borrow_mut().room = Some(room);
    tab.edit("/one", &[], "");
    assert_eq!(tab.mutating.ended, []);
    assert_eq!(stored(&tab), ["/one"]);
    assert_eq!(tab.stored(), [""; 0]);
}

#[test]
fn p10_what_was_done_makes_room_and_its_data_goes_with_it() {
    let (old, list) = ("/api/old", "/api/list");
    let (mut tab, watch) = watching();
    tab.fill(old, "old");
    tab.fill(list, "list");
    let mut done = |path| {
        let one = tab.mutate("", &[path], |new| new.url = String::new());
        tab.input(Input::Settled { mutation: MutationId(one), done: true, head: ResponseHead::default() });
        one
    };
    let [watched, first, second] = [POSTS, old, list].map(&mut done);
    tab.input(Input::Signal(Signal::Offline));
    for _ in 0..996 {
        tab.mutate("/waits", &[], |_| {});
    }
    assert_eq!(tab.layers(old), [first], "there is room for one more");
    let last = add(&mut tab);
    assert_eq!(tab.layers(old), NONE, "the oldest that nobody watches goes");
    assert_eq!(tab.peek(old), None, "and the data that lacks it: nothing is lost from view (P5)");
    assert_eq!(tab.layers(list), [second]);
    assert_eq!(tab.peek(list), Some(Outcome::Data { body: "list".into(), stale: true }));
    let more = add(&mut tab);
    assert_eq!(tab.peek(list), None);
    let full = add(&mut tab);
    assert_eq!(tab.mutating.ended.len(), 3, "there was room for this one");
    let refused = add(&mut tab);
    assert_eq!(tab.mutating.ended.last(), Some(&(refused, Ending::Full)), "what waits makes room for none");
    assert_eq!(tab.view(watch).body, Some("[]".into()));
    assert_eq!(tab.layers(POSTS), [watched, last, more, full], "who watches loses nothing");
}
