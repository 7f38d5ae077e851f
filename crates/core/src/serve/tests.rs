#![allow(clippy::unwrap_used)]

use alloc::{format, string::String, string::ToString, vec, vec::Vec};

use super::*;
use crate::engine::Fields;
use crate::header::format_invalidate;
use crate::policy::{About, Policy};
use crate::target::{Member, Target};
use crate::value::Value;

const DOCUMENT: &str = r#"{
  "rules": [
    { "match": "/api/search", "methods": ["POST"], "safe": true },
    { "match": "/api/stories/:id/full", "tags": ["story:{id}", "full"] },
    { "match": "/pages/:a/:b", "tags": ["page-{a}-of-{b}-end"] }
  ],
  "entities": {
    "scene":   { "path": "/api/scenes/:id", "collection": "/api/scenes", "parents": { "chapter": "chapterId" } },
    "chapter": { "path": "/api/chapters/:id", "parents": { "story": "storyId" } },
    "story":   { "path": "/api/stories/:id", "collection": "/api/stories", "lists": ["stories"] },
    "note":    { "path": "/api/stories/:storyId/notes/:id", "parents": { "story": "storyId" } }
  }
}"#;

fn policy() -> Policy {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    Policy::from_value(&document, None).unwrap()
}

fn asked(method: &str, path: &str) -> Asked {
    let url = absolute(Some("https://example.org"), path).unwrap();
    Asked { method: method.into(), url, about: None }
}

fn about(method: &str, path: &str, kind: &str, params: &[(&str, &str)]) -> Asked {
    let params = params.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    Asked { about: Some(About { kind: kind.into(), params }), ..asked(method, path) }
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// What a write touches by its bodies alone.
#[track_caller]
fn check_told(asked: Asked, named: &[&str], answer: &[(&str, &str)], touched: &str) {
    let policy = policy();
    let mut write = Write::told(asked, named.iter().map(ToString::to_string).collect());
    assert_eq!(write.asks(&policy), []);
    write.done(fields(answer));
    assert_eq!(write.asks(&policy), []);
    assert_eq!(write.touched(&policy).join(", "), touched);
}

#[test]
fn p1_an_answer_tells_the_parent() {
    check_told(
        asked("PATCH", "/api/scenes/7"),
        &[],
        &[("chapterId", "3")],
        "scene:7, chapter:3, story, stories",
    );
    check_told(asked("POST", "/api/scenes"), &[], &[("chapterId", "3")], "chapter:3, story, stories");
}

#[test]
fn p1_a_parent_in_the_request_may_be_a_move() {
    let touched = "scene:7, chapter, chapter:3, story, stories";
    check_told(asked("PATCH", "/api/scenes/7"), &["chapterId"], &[("chapterId", "3")], touched);
}

#[test]
fn p1_where_nothing_tells_the_parent_it_is_the_kind() {
    check_told(asked("PATCH", "/api/scenes/7"), &[], &[], "scene:7, chapter, story, stories");
    // There is none.
    check_told(asked("PATCH", "/api/scenes/7"), &[], &[("chapterId", "")], "scene:7");
}

#[test]
fn p1_a_handler_mounted_elsewhere_is_about_what_its_parameters_say() {
    let elsewhere = |params: &[(&str, &str)]| about("PATCH", "/v2/edit", "scene", params);
    let answer = [("chapterId", "3")];
    let touched = "scene:7, chapter:3, story, stories";
    for params in
        [&[("id", "7")][..], &[("id", "1"), ("scene", "7")], &[("id", "1"), ("scene", "2"), ("sceneId", "7")]]
    {
        check_told(elsewhere(params), &[], &answer, touched);
    }
    // A parameter that has the parent's name tells it.
    check_told(elsewhere(&[("sceneId", "7"), ("chapterId", "3")]), &[], &[], touched);
}

#[test]
fn p1_a_handler_that_is_about_nobody_knows_which_touches_the_kind() {
    let touched = "scene, chapter, story, stories";
    for params in [&[][..], &[("id", "")], &[("slug", "7")]] {
        check_told(about("POST", "/v2/edit", "scene", params), &[], &[], touched);
    }
    // The URL says that one is made.
    for params in [&[][..], &[("id", "3")]] {
        check_told(about("POST", "/api/scenes", "scene", params), &[], &[], "chapter, story, stories");
    }
    check_told(about("PUT", "/v2/edit", "nothing", &[]), &[], &[], "");
}

#[test]
fn p1_what_url_and_parameters_say_is_there_once() {
    let policy = policy();
    let mut write = Write::looked_up(about("PATCH", "/api/scenes/7", "scene", &[("sceneId", "7")]));
    assert_eq!(write.asks(&policy), [("scene".to_string(), "7".to_string())]);
    write.tell("scene".into(), "7".into(), Some(fields(&[("chapterId", "")])));
    assert_eq!(write.asks(&policy), []);
    // What they say differently is both.
    check_told(
        about("PATCH", "/api/stories/1", "story", &[("storyId", "2"), ("id", "3")]),
        &[],
        &[],
        "story:1, story:2, stories",
    );
}

#[test]
fn p1_a_read_of_a_handler_mounted_elsewhere_is_named_too() {
    let tags =
        |params: &[(&str, &str)]| about("GET", "/v2/story", "story", params).tags(&policy()).join(", ");
    assert_eq!(tags(&[("storyId", "42")]), "story:42, story");
    assert_eq!(tags(&[]), "story, stories");
    assert_eq!(asked("HEAD", "/api/stories/42").tags(&policy()).join(", "), "story:42, story");
}

#[test]
fn p4_a_write_of_unknown_outcome_may_have_touched_what_its_url_says() {
    let policy = policy();
    let mut write = Write::looked_up(asked("PATCH", "/api/scenes/7"));
    // Known before; but it may be on its way to another one.
    write.tell("scene".into(), "7".into(), Some(fields(&[("chapterId", "3")])));
    assert_eq!(write.may_touch(&policy).join(", "), "scene:7, chapter, story, stories");
    let note = Write::told(asked("PUT", "/api/stories/42/notes/1"), vec![]);
    assert_eq!(note.may_touch(&policy).join(", "), "note:1, story:42, stories");
}

#[test]
fn p10_the_application_is_not_asked_without_end() {
    let policy = policy();
    let mut write = Write::looked_up(asked("POST", "/api/scenes"));
    let answer = (0..100).map(|id| ("chapterId".to_string(), format!("{id}"))).collect();
    write.done(answer);
    let asks = write.asks(&policy);
    assert_eq!(asks.len(), 64);
    for (kind, id) in asks {
        write.tell(kind, id, None);
    }
    assert_eq!(write.asks(&policy), []);
}

#[test]
fn an_answer_is_read_only_where_nothing_else_tells_the_parents() {
    let policy = policy();
    let fields = |write: &Write| write.fields_of_answer(&policy);
    assert_eq!(fields(&Write::looked_up(asked("POST", "/api/scenes"))), ["chapterId"]);
    assert_eq!(fields(&Write::looked_up(asked("PUT", "/api/scenes"))), [""; 0]);
    let mut action = Write::looked_up(about("POST", "/v2/edit", "scene", &[("id", "7")]));
    action.tell("scene".into(), "7".into(), None);
    assert_eq!(fields(&action), [""; 0]);
    assert_eq!(fields(&Write::told(asked("PATCH", "/api/scenes/7"), vec![])), ["chapterId"]);
    assert_eq!(fields(&Write::told(asked("PATCH", "/api/stories/42"), vec![])), [""; 0]);
}

#[test]
fn p10_a_read_has_no_more_names_than_are_read() {
    let tags = |count: usize, length: usize| -> Vec<String> {
        (0..count).map(|number| format!("{number:length$}")).collect()
    };
    for (tags, named) in
        [(tags(256, 1), true), (tags(257, 1), false), (tags(1, 4094), true), (tags(1, 4095), false)]
    {
        assert_eq!(name_read(&tags).is_some(), named, "{} of {}", tags.len(), tags[0].len());
    }
}

#[test]
fn a_write_is_one_by_the_rules() {
    for (method, path, write) in
        [("GET", "/api/scenes/7", false), ("POST", "/api/scenes", true), ("POST", "/api/search", false)]
    {
        assert_eq!(asked(method, path).is_write(&policy()), write, "{method} {path}");
    }
}

#[track_caller]
fn check_targets(tags: &[&str], told: &Told<'_>, expected: &str) {
    let url = absolute(Some("https://example.org"), "/api/scenes?a=1").unwrap();
    let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
    assert_eq!(format_invalidate(&targets(&url, &tags, told)), expected);
}

#[test]
fn p1_a_server_drops_what_browsers_are_told_of_and_the_urls() {
    check_targets(&["scene:7", "stories"], &Told::default(), r#"scene:7, stories, "/api/scenes""#);
    let told = Told { location: Some("/api/scenes/8"), content_location: Some("8"), ..Told::default() };
    check_targets(&[], &told, r#""/api/scenes", "/api/scenes/8", "/api/8""#);
    let foreign = Told { location: Some("https://other.example/api/scenes/8"), ..Told::default() };
    check_targets(&[], &foreign, r#""/api/scenes""#);
}

#[test]
fn p1_what_the_handler_says_stands_in_place_of_the_map() {
    let told = Told { invalidate: Some("mine, \"/b\""), ..Told::default() };
    check_targets(&["scene:7"], &told, r#"mine, "/b", "/api/scenes""#);
    let groups = Told { groups: Some("\"mine\", \"scene:7\""), ..Told::default() };
    check_targets(&["scene:7"], &groups, r#"scene:7, mine, "/api/scenes""#);
    // What can't be read means everything.
    check_targets(&[], &Told { groups: Some("\"mine"), ..Told::default() }, "*");
}

#[test]
fn p10_too_many_tags_are_their_kinds_and_too_many_kinds_everything() {
    let numbered = |before: &str, after: &str| -> Vec<String> {
        (0..=256).map(|number| format!("{before}{number}{after}")).collect()
    };
    let check = |tags: &[String], expected: &str| {
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        check_targets(&tags, &Told::default(), expected);
    };
    check(&numbered("scene:", ""), r#"scene, "/api/scenes""#);
    check(&numbered("kind", ":1"), "*");
}

#[track_caller]
fn check_paths(tag: &str, expected: &str) {
    let members = [Member::drop(Target::Tag(tag.into()))];
    assert_eq!(format_invalidate(&paths(&policy(), &members)), expected);
}

#[test]
fn p1_the_paths_of_a_tag_are_those_where_answers_carry_it() {
    check_paths("scene:7", r#""/api/scenes/7""#);
    check_paths("scene:a b/c", r#""/api/scenes/a%20b%2Fc""#);
    check_paths("scene", r#""/api/scenes/*""#);
    check_paths("scene:..", r#""/api/scenes/*""#);
    check_paths("story:42", r#""/api/stories/42", "/api/stories/*/full""#);
    check_paths("stories", r#""/api/stories""#);
    check_paths("note:1", r#""/api/stories/*/notes/1""#);
    check_paths("full", r#""/api/stories/*/full""#);
    check_paths("page-1-of-2-end", r#""/pages/*/*""#);
    check_paths("page-of-2-end", "");
    check_paths("page-1-of-2", "");
    check_paths("other", "");
}

#[test]
fn a_path_that_is_named_already_is_not_repeated() {
    let path = Target::Path { path: "/api/scenes/7".into(), query: None };
    let members = [Member::drop(Target::Tag("scene:7".into())), Member::drop(path)];
    assert_eq!(paths(&policy(), &members), []);
}
