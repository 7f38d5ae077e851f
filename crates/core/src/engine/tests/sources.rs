//! Data that is made of several answers: what names one of these names the data.

use alloc::{format, vec, vec::Vec};

use super::tab::*;
use crate::engine::*;
use crate::header;

const KEY: &str = "/.key/%22page%22";

/// A tab that has the data of a key, made of these.
fn made_of(tags: &str) -> Tab {
    let mut tab = Tab::new();
    tab.query(KEY, Kind::Query, r#"{ "staleTime": 60000 }"#);
    tab.respond(tab.flight(), head(200, &[("x-cache-tags", tags)]), "made");
    assert!(tab.peek(KEY).is_some(), "{tags}");
    tab
}

fn invalidate(tab: &mut Tab, targets: &str, origin: Option<&str>) {
    let members = header::parse_invalidate(targets).members;
    tab.input(Input::Invalidate { members, origin: origin.map(Into::into) });
}

/// How many entries the last invalidation matched.
fn matched(tab: &Tab) -> u32 {
    let counts = tab.events.iter().rev().find_map(|event| match event {
        Event::Invalidate { count, .. } => Some(*count),
        _ => None,
    });
    counts.unwrap()
}

#[test]
fn p1_what_names_an_answer_names_the_data_that_is_made_of_it() {
    for (targets, named) in [
        (r#""/api/scenes/1""#, true),
        (r#""/api/scenes/1?draft=1""#, true),
        (r#""/api/scenes/1?draft=2""#, false),
        (r#""/api/scenes/*""#, true),
        (r#""/api/scenes/*?draft=1""#, true),
        (r#""/api/scenes""#, false),
        (r#""/api/scenes/11""#, false),
        ("scene:1", true),
        ("scene", true),
        ("chapter", false),
        ("*", true),
    ] {
        let mut tab = made_of(r#""/api/scenes/1?draft=1", "/api/users/me""#);
        invalidate(&mut tab, targets, None);
        assert_eq!(tab.peek(KEY).is_none(), named, "{targets}");
        assert_eq!(matched(&tab), u32::from(named), "{targets}");
    }
}

#[test]
fn p1_a_write_to_what_data_is_made_of_drops_it() {
    let mut tab = made_of(r#""/api/scenes/1""#);
    let write = tab.write("PATCH", "/api/scenes/1", vec![]);
    tab.answer(write, ok());
    assert_eq!(tab.peek(KEY), None);
}

#[test]
fn p2_data_is_late_where_an_answer_that_it_is_made_of_is() {
    let mut tab = Tab::new();
    tab.query(KEY, Kind::Query, r#"{ "staleTime": 60000 }"#);
    let flight = tab.flight();
    let write = tab.write("PATCH", "/api/scenes/1", vec![]);
    tab.answer(write, ok());
    tab.respond(flight, head(200, &[("x-cache-tags", r#""/api/scenes/1""#)]), "old");
    assert_eq!(tab.peek(KEY), None);
}

#[test]
fn p8_another_origin_names_nothing_of_this_one() {
    let mut tab = made_of(r#""/api/scenes/1""#);
    invalidate(&mut tab, r#""/api/scenes/1""#, Some("https://b.test"));
    assert!(tab.peek(KEY).is_some());
}

#[test]
fn p1_it_is_found_after_a_reload_and_stale_counts_it_once() {
    let mut tab = Tab::new();
    let options = r#"{ "staleTime": 60000, "persist": true, "tags": ["/api/scenes/1", "/api/scenes/2"] }"#;
    tab.query(KEY, Kind::Query, options);
    tab.respond(tab.flight(), ok(), "made");
    tab.idle();
    let mut tab = tab.reload();
    assert!(tab.peek(KEY).is_some());
    invalidate(&mut tab, r#""/api/scenes/*";mode=stale"#, None);
    assert_eq!(matched(&tab), 1);
    invalidate(&mut tab, r#""/api/scenes/2""#, None);
    assert_eq!(tab.peek(KEY), None);
    assert_eq!(tab.stored(), Vec::<&str>::new());
}

#[test]
fn it_is_no_more_found_by_what_newer_data_is_not_made_of() {
    let mut tab = made_of(r#""/api/scenes/1""#);
    tab.wait(60_000);
    tab.query(KEY, Kind::Query, r#"{ "staleTime": 60000, "waitForFresh": true }"#);
    tab.respond(tab.flight(), head(200, &[("x-cache-tags", r#""/api/scenes/2""#)]), "newer");
    invalidate(&mut tab, r#""/api/scenes/1""#, None);
    assert!(tab.peek(KEY).is_some());
    invalidate(&mut tab, r#""/api/scenes/2""#, None);
    assert_eq!(tab.peek(KEY), None);
}

#[test]
fn what_is_removed_takes_nothing_along_that_is_made_of_it() {
    let mut tab = made_of(r#""/api/scenes/1""#);
    tab.fill("/api/scenes/1", "scene");
    tab.input(Input::Remove(url("/api/scenes/1")));
    assert_eq!(tab.peek("/api/scenes/1"), None);
    assert!(tab.peek(KEY).is_some());
}

#[test]
fn p1_somebody_who_watches_it_sees_it_stale() {
    let mut tab = Tab::new();
    let watch = tab.watch(KEY, r#"{ "tags": ["/api/scenes/1"] }"#);
    tab.respond(tab.flight(), ok(), "made");
    let write = tab.write("PATCH", "/api/scenes/1", vec![]);
    tab.answer(write, ok());
    assert!(tab.view(watch).stale && tab.view(watch).fetching, "{:?}", tab.view(watch));
}

#[test]
fn p10_many_sources_are_no_work_for_others() {
    let mut tab = Tab::new();
    for page in 0..50 {
        let tags = format!(r#"{{ "staleTime": 60000, "tags": ["/api/a/{page}", "/api/b/{page}"] }}"#);
        tab.query(&format!("/.key/{page}"), Kind::Query, &tags);
        tab.respond(tab.flight(), ok(), "made");
    }
    invalidate(&mut tab, r#""/api/b/7""#, None);
    assert_eq!(matched(&tab), 1);
    assert_eq!(tab.peek("/.key/7"), None);
    assert!(tab.peek("/.key/8").is_some());
}

#[test]
fn p1_what_a_function_tells_of_its_answer_is_invalidated_in_the_same_turn() {
    for (header, named) in [
        ("x-cache-invalidate", r#""/api/scenes/1""#),
        ("x-cache-invalidate", "scene:1"),
        ("cache-group-invalidation", r#""scene:1""#),
        ("clear-site-data", r#""cache""#),
    ] {
        let mut tab = made_of(r#""/api/scenes/1""#);
        let one = tab.mutate("", &[], |new| (new.method, new.url) = Default::default());
        let head = head(200, &[(header, named)]);
        tab.input(Input::Settled { mutation: MutationId(one), done: true, head });
        assert_eq!(tab.mutating.ended, [(one, Ending::Done)]);
        assert_eq!(tab.peek(KEY), None, "{header}: {named}");
    }
}
