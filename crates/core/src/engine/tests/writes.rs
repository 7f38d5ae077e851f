//! Writes: what they touch is gone when the page learns that they succeeded.

use alloc::{format, string::String, vec, vec::Vec};

use super::tab::*;
use crate::engine::*;

impl Tab {
    pub(super) fn causes(&self) -> Vec<Cause> {
        let cause = |event: &Event| match event {
            Event::Invalidate { cause, .. } => Some(*cause),
            _ => None,
        };
        self.events.iter().filter_map(cause).collect()
    }
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| (String::from(*name), String::from(*value))).collect()
}

/// A tab with a scene, its chapter, another chapter and something else, all cached.
fn studio() -> Tab {
    let mut tab = Tab::new();
    tab.get("/api/scenes/7");
    let flight = tab.flight();
    tab.respond_with(flight, ok(), "scene", fields(&[("chapterId", "3")]));
    tab.fill("/api/chapters/3", "chapter 3");
    tab.fill("/api/chapters/4", "chapter 4");
    tab.fill_with("/api/chapters", head(200, &[("x-cache-tags", "chapters")]), "chapters");
    tab.fill("/api/else", "else");
    tab.idle();
    tab
}

/// Which of the studio's paths are still in memory, and in storage.
fn left(tab: &mut Tab) -> Vec<&'static str> {
    let all = ["/api/scenes/7", "/api/chapters/3", "/api/chapters/4", "/api/chapters", "/api/else"];
    let stored = tab.stored();
    all.into_iter()
        .filter(|path| {
            let cached = tab.cached(path).is_some();
            assert_eq!(cached, stored.iter().any(|stored| stored == path), "{path}: both layers agree");
            cached
        })
        .collect()
}

#[test]
fn p1_the_header_s_targets_are_gone_from_memory_and_storage() {
    let mut tab = studio();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "scene:7, \"/api/chapters/3\"")]));
    assert_eq!(left(&mut tab), ["/api/chapters/4", "/api/chapters", "/api/else"]);
    assert_eq!(tab.causes(), [Cause::Header, Cause::Write]);
}

#[test]
fn p1_without_a_header_the_map_tells() {
    let mut tab = studio();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, ok());
    // The parent is known from the cached scene; lists of what is touched go too.
    assert_eq!(left(&mut tab), ["/api/chapters/4", "/api/else"]);
    assert_eq!(tab.causes(), [Cause::Map, Cause::Write]);
}

#[test]
fn p1_a_parent_in_the_request_may_be_a_move() {
    let mut tab = studio();
    let write = tab.write("PATCH", "/api/scenes/7", fields(&[("chapterId", "4")]));
    tab.answer(write, ok());
    assert_eq!(left(&mut tab), ["/api/else"]);
}

#[test]
fn p1_an_unknown_parent_takes_its_kind() {
    let mut tab = studio();
    let write = tab.write("DELETE", "/api/scenes/99", vec![]);
    tab.answer(write, head(204, &[]));
    assert_eq!(left(&mut tab), ["/api/scenes/7", "/api/else"]);
}

#[test]
fn cache_groups_count_on_success_alone() {
    let mut tab = studio();
    let write = tab.write("POST", "/api/unmapped", vec![]);
    tab.answer(write, head(400, &[("cache-group-invalidation", "\"chapter\"")]));
    assert_eq!(left(&mut tab).len(), 5);
    let write = tab.write("POST", "/api/unmapped", vec![]);
    tab.answer(write, head(201, &[("cache-group-invalidation", "\"chapter\"")]));
    assert_eq!(left(&mut tab), ["/api/scenes/7", "/api/chapters", "/api/else"]);
}

#[test]
fn a_refused_write_invalidates_only_what_its_header_names() {
    let mut tab = studio();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, head(422, &[]));
    assert_eq!(left(&mut tab).len(), 5);
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, head(409, &[("x-cache-invalidate", "scene:7")]));
    assert!(!left(&mut tab).contains(&"/api/scenes/7"));
}

#[test]
fn p1_a_write_invalidates_its_url_and_its_locations() {
    let mut tab = Tab::new();
    for path in ["/api/x", "/api/x?page=2", "/api/made", "/api/content", "/api/far", "/api/else"] {
        tab.fill(path, path);
    }
    let write = tab.write("POST", "/api/x", vec![]);
    let named = [
        ("location", "/api/made"),
        ("content-location", "https://a.test/api/content"),
        ("x-unrelated", "/api/else"),
    ];
    tab.answer(write, head(201, &named));
    for gone in ["/api/x", "/api/x?page=2", "/api/made", "/api/content"] {
        assert_eq!(tab.cached(gone), None, "{gone}");
    }
    assert!(tab.cached("/api/far").is_some());
    let write = tab.write("POST", "/api/y", vec![]);
    tab.answer(write, head(201, &[("location", "https://b.test/api/else")]));
    assert!(tab.cached("/api/else").is_some());
}

#[test]
fn p1_no_read_joins_a_request_older_than_the_write() {
    let mut tab = Tab::new();
    tab.get("/api/scenes/7");
    let before = tab.flight();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "scene:7")]));
    assert_eq!(tab.get("/api/scenes/7"), None);
    assert_ne!(tab.flight(), before, "the read asks for itself");
    // The answer that it joins now is its own.
    tab.respond(tab.flight(), ok(), "new");
    tab.respond(before, ok(), "old");
    assert_eq!(tab.cached("/api/scenes/7").as_deref(), Some("new"));
}

#[test]
fn p2_a_late_answer_is_not_stored_even_by_tags_it_brings_itself() {
    let mut tab = Tab::new();
    tab.get("/api/else");
    let flight = tab.flight();
    let write = tab.write("POST", "/api/unmapped", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "surprise")]));
    tab.respond(flight, head(200, &[("x-cache-tags", "surprise")]), "old");
    assert_eq!(tab.get("/api/else"), None);
    assert!(tab.events.iter().any(|event| matches!(event, Event::LateFill { .. })));
}

#[test]
fn p2_nothing_is_stored_while_a_write_that_touches_it_runs() {
    let mut tab = Tab::new();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.fill("/api/scenes/7", "before the write?");
    tab.fill("/api/else", "else");
    tab.idle();
    assert_eq!(tab.stored(), ["/api/else"]);
    tab.answer(write, head(422, &[]));
    tab.fill("/api/scenes/7", "still there");
    assert_eq!(tab.cached("/api/scenes/7").as_deref(), Some("still there"));
}

#[test]
fn p1_an_unknown_outcome_invalidates_and_settles() {
    let mut tab = studio();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.input(Input::Unanswered(write));
    assert_eq!(left(&mut tab), ["/api/chapters/4", "/api/else"]);
    tab.fill("/api/scenes/7", "maybe old: the write may still be on its way");
    tab.fill("/api/scenes/7", "maybe old");
    tab.wait(10_000);
    tab.fill("/api/scenes/7", "settled");
    assert_eq!(tab.cached("/api/scenes/7").as_deref(), Some("settled"));
}

#[test]
fn p10_too_many_unknown_outcomes_make_everything_suspect() {
    let mut tab = studio();
    let fail = |tab: &mut Tab, number: usize| {
        let write = tab.write("PATCH", &format!("/api/scenes/{number}"), vec![]);
        tab.input(Input::Unanswered(write));
    };
    (100..164).for_each(|number| fail(&mut tab, number));
    tab.fill("/api/other/1", "1");
    assert_eq!(tab.cached("/api/other/1").as_deref(), Some("1"), "each is suspect alone");
    fail(&mut tab, 164);
    tab.fill("/api/other/2", "maybe old");
    assert_eq!(tab.cached("/api/other/2"), None);
    tab.wait(10_000);
    tab.fill("/api/other/2", "2");
    assert_eq!(tab.cached("/api/other/2").as_deref(), Some("2"));
}

#[test]
fn p1_a_server_error_does_not_tell_whether_the_write_was_done() {
    let mut tab = studio();
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, head(504, &[]));
    assert_eq!(tab.causes(), [Cause::Unknown]);
    assert_eq!(left(&mut tab), ["/api/chapters/4", "/api/else"]);
}

#[test]
fn p1_an_unmapped_write_of_unknown_outcome_makes_its_origin_suspect() {
    let mut tab = studio();
    let write = tab.write("POST", "/api/unmapped", vec![]);
    tab.input(Input::Unanswered(write));
    assert_eq!(tab.get("/api/else"), None);
    assert!(tab.engine.entries().all(|entry| entry.stale_since.is_some()));
}

#[test]
fn a_safe_write_leaves_no_intent_and_its_header_counts() {
    let mut tab = studio();
    let write = tab.write("POST", "/api/search", vec![]);
    let journals = tab.disk.borrow().snapshot().journals;
    assert!(journals.iter().all(|(_, text)| text.lines().count() == 1), "{journals:?}");
    tab.answer(write, head(200, &[("x-cache-invalidate", "chapters")]));
    assert_eq!(left(&mut tab), ["/api/scenes/7", "/api/chapters/3", "/api/chapters/4", "/api/else"]);
}

#[test]
fn p8_a_header_reaches_its_own_origin_alone() {
    let mut tab = studio();
    tab.fill("https://b.test/x", "b");
    let write = tab.write("POST", "https://b.test/x", vec![]);
    let named = "*, scene:7, \"/api/else\", \"https://a.test/api/else\"";
    tab.answer(write, head(200, &[("x-cache-invalidate", named)]));
    assert_eq!(left(&mut tab).len(), 5);
    assert_eq!(tab.get("https://b.test/x"), None);
    // Redirected to another origin, the answer speaks for that one.
    let write = tab.write("POST", "/api/hop", vec![]);
    let answer = head(200, &[("x-cache-invalidate", "*")]);
    tab.answer(write, ResponseHead { url: Some("https://b.test/end".into()), ..answer });
    assert_eq!(left(&mut tab).len(), 5);
}

#[test]
fn a_get_s_header_counts_once_and_spares_its_own_key() {
    let mut tab = studio();
    let named = [("x-cache-invalidate", "chapter"), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")];
    tab.wait(30_000);
    tab.fill_with("/api/chapters/3", head(200, &named), "again");
    assert_eq!(tab.cached("/api/chapters/3").as_deref(), Some("again"), "no refetch loop");
    let spared = tab.engine.entries().filter(|entry| entry.url.path().contains("/chapters/")).count();
    assert_eq!(spared, 1);
    tab.fill("/api/chapters/4", "4");
    // The browser's own cache repeats the answer, header and all.
    let replayed = head(200, &named);
    let observe = |head: ResponseHead| Input::Observed {
        method: "GET".into(),
        url: "https://a.test/api/chapters/3".into(),
        head,
    };
    tab.input(observe(replayed));
    assert_eq!(tab.cached("/api/chapters/4").as_deref(), Some("4"));
    tab.input(observe(head(304, &[("x-cache-invalidate", "chapter")])));
    assert_eq!(tab.cached("/api/chapters/4").as_deref(), Some("4"));
}

#[test]
fn clear_site_data_clears() {
    let mut tab = studio();
    let observed = head(200, &[("clear-site-data", "\"cache\", \"cookies\"")]);
    tab.input(Input::Observed { method: "GET".into(), url: "https://a.test/logout".into(), head: observed });
    assert!(left(&mut tab).is_empty());
}

#[test]
fn after_an_invalidation_the_browser_s_cache_is_bypassed() {
    let mut tab = Tab::new();
    tab.fill("/api/scenes/7", "old");
    assert_eq!(tab.flights.last().map(|(_, reload)| *reload), Some(false));
    let write = tab.write("PATCH", "/api/scenes/7", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "scene:7")]));
    tab.fill("/api/scenes/7", "new");
    assert_eq!(tab.flights.last().map(|(_, reload)| *reload), Some(true));
    tab.wait(30_000);
    tab.get("/api/scenes/7");
    assert_eq!(tab.flights.last().map(|(_, reload)| *reload), Some(false), "the entry was fetched since");
}

#[test]
fn the_page_may_invalidate_by_call() {
    let mut tab = studio();
    let members = crate::header::parse_invalidate("\"/api/chapters/*\", scene:7").members;
    tab.input(Input::Invalidate { members, origin: None });
    assert_eq!(left(&mut tab), ["/api/chapters", "/api/else"]);
    tab.input(Input::Clear);
    assert!(left(&mut tab).is_empty());
    assert!(tab.bodies.is_empty());
}

#[test]
fn p8_what_a_server_pushes_is_gone_from_both_layers_within_its_origin() {
    let mut tab = studio();
    let targets = || crate::header::parse_invalidate("\"/api/chapters/*\", scene:7").members;
    tab.input(Input::Pushed(targets(), "https://b.test".into()));
    assert_eq!(left(&mut tab).len(), 5, "another origin's server");
    tab.input(Input::Pushed(targets(), "https://a.test".into()));
    assert_eq!(left(&mut tab), ["/api/chapters", "/api/else"]);
    assert_eq!(tab.causes(), [Cause::Push, Cause::Push]);
}

#[test]
fn p2_what_was_asked_for_before_a_push_is_not_stored() {
    let mut tab = Tab::new();
    tab.get("/api/scenes/7");
    let flight = tab.flight();
    let members = crate::header::parse_invalidate("scene:7").members;
    tab.input(Input::Pushed(members, "https://a.test".into()));
    tab.respond(flight, ok(), "old");
    assert_eq!(tab.cached("/api/scenes/7"), None);
}

#[test]
fn p1_a_kind_names_whatever_carries_a_tag_of_it() {
    let mut tab = Tab::new();
    tab.fill_with("/api/a", head(200, &[("x-cache-tags", "book:42")]), "a");
    tab.fill_with("/api/b", head(200, &[("x-cache-tags", "bookish:42")]), "b");
    let write = tab.write("POST", "/api/x", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", "book")]));
    assert_eq!(tab.cached("/api/a"), None);
    assert!(tab.cached("/api/b").is_some());
}
