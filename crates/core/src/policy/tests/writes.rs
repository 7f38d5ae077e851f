use alloc::string::ToString;
use std::format;

use proptest::prelude::*;

use super::*;

type Known = &'static [(&'static str, &'static str, &'static [(&'static str, &'static str)])];

/// Scene 7 is in chapter 3, which is in story 42.
const CACHED: Known = &[("scene", "7", &[("chapterId", "3")]), ("chapter", "3", &[("storyId", "42")])];

struct Case {
    write: &'static str,
    request: &'static [(&'static str, &'static str)],
    answer: &'static [(&'static str, &'static str)],
    authoritative: bool,
    known: Known,
}

/// A write of which the request and the answer tell nothing.
const fn write(write: &'static str, known: Known) -> Case {
    Case { write, request: &[], answer: &[], authoritative: false, known }
}

fn own(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn touched(policy: &Policy, case: &Case) -> Option<Touched> {
    let (method, path) = case.write.split_once(' ').unwrap();
    let facts = WriteFacts {
        method,
        url: &url(path),
        request: &own(case.request),
        answer: &own(case.answer),
        authoritative: case.authoritative,
    };
    policy.touched(&facts, &mut |kind, id| {
        let same = |known: &&(&str, &str, &[(&str, &str)])| (known.0, known.1) == (kind, id);
        case.known.iter().filter(same).map(|(_, _, fields)| own(fields)).collect()
    })
}

fn check(case: &Case, tags: &[&str], unknown: &[(&str, &str)]) {
    let mut found = touched(&policy(), case).unwrap();
    let mut tags = tags.to_vec();
    tags.sort_unstable();
    found.tags.sort_unstable();
    assert_eq!(found.tags, tags, "{}", case.write);
    assert_eq!(found.unknown, own(unknown), "{}", case.write);
}

#[test]
fn a_write_touches_its_entity_and_all_that_it_belongs_to() {
    check(
        &write("PATCH /api/scenes/7", CACHED),
        &["scene:7", "chapter:3", "chapters", "story:42", "stories"],
        &[],
    );
    check(&write("DELETE /api/chapters/3", CACHED), &["chapter:3", "chapters", "story:42", "stories"], &[]);
    check(&write("PUT /api/stories/42", CACHED), &["story:42", "stories"], &[]);
}

#[test]
fn an_action_touches_its_entity() {
    check(&write("POST /community/posts/9/like", &[]), &["post:9", "posts"], &[]);
    check(&write("POST /community/posts/9/replies", &[]), &["post:9", "posts"], &[]);
    check(&write("DELETE /community/posts/9/replies/2", &[]), &["post:9", "posts"], &[]);
    check(&write("POST /api/stories/42/write", &[]), &["story:42", "stories"], &[]);
}

#[test]
fn a_url_of_no_entity_is_told_so() {
    for path in [
        "POST /api/other",
        "POST /community/posts/9/unlisted",
        "POST /community/posts/9/like/1",
        "POST https://other.example/api/stories",
    ] {
        assert_eq!(touched(&policy(), &write(path, &[])), None, "{path}");
    }
}

#[test]
fn what_the_answer_says_of_parents_counts() {
    let case = Case {
        answer: &[("chapterId", "3")],
        ..write("PATCH /api/scenes/7", &[("chapter", "3", &[("storyId", "42")])])
    };
    check(&case, &["scene:7", "chapter:3", "chapters", "story:42", "stories"], &[("scene", "7")]);
}

#[test]
fn an_answer_tells_nothing_of_grandparents() {
    let case = Case { answer: &[("chapterId", "3"), ("storyId", "42")], ..write("PATCH /api/scenes/7", &[]) };
    check(
        &case,
        &["scene:7", "chapter:3", "chapters", "story", "stories"],
        &[("scene", "7"), ("chapter", "3")],
    );
}

#[test]
fn an_unknown_parent_is_its_whole_kind() {
    check(
        &write("PATCH /api/scenes/8", CACHED),
        &["scene:8", "chapter", "chapters", "story", "stories"],
        &[("scene", "8")],
    );
    check(
        &write("PATCH /api/scenes/7", &[("scene", "7", &[("chapterId", "4")])]),
        &["scene:7", "chapter:4", "chapters", "story", "stories"],
        &[("chapter", "4")],
    );
}

#[test]
fn a_parent_in_the_request_may_be_a_move() {
    let case = Case { request: &[("chapterId", "5")], ..write("PATCH /api/scenes/7", CACHED) };
    check(&case, &["scene:7", "chapter:3", "chapter", "chapters", "story:42", "story", "stories"], &[]);
}

#[test]
fn a_server_that_knows_both_states_touches_exactly_those() {
    let moved = Case {
        request: &[("chapterId", "5")],
        authoritative: true,
        ..write(
            "PATCH /api/scenes/7",
            &[
                ("scene", "7", &[("chapterId", "3")]),
                ("scene", "7", &[("chapterId", "5")]),
                ("chapter", "3", &[("storyId", "42")]),
                ("chapter", "5", &[("storyId", "43")]),
            ],
        )
    };
    check(&moved, &["scene:7", "chapter:3", "chapter:5", "chapters", "story:42", "story:43", "stories"], &[]);
}

#[test]
fn an_empty_value_says_that_there_is_no_parent() {
    let case = write("PATCH /api/scenes/7", &[("scene", "7", &[("chapterId", "")])]);
    check(&case, &["scene:7"], &[]);
}

#[test]
fn a_post_to_a_collection_touches_its_lists() {
    check(&write("POST /api/stories", &[]), &["stories"], &[]);
    check(&write("POST /community/posts", &[]), &["posts"], &[]);
}

#[test]
fn a_post_to_a_collection_touches_the_parents_of_what_is_made() {
    // The URL names the parent.
    let case = write("POST /api/stories/42/chapters", &[]);
    check(&case, &["chapters", "story:42", "stories"], &[]);
    // The request names it too: without a server that knows, it could be any.
    let case = Case { request: &[("storyId", "42")], ..write("POST /api/stories/42/chapters", &[]) };
    check(&case, &["chapters", "story:42", "story", "stories"], &[]);
    let case = Case { authoritative: true, ..case };
    check(&case, &["chapters", "story:42", "stories"], &[]);
}

#[test]
fn other_writes_to_a_collection_touch_all_of_it() {
    check(&write("DELETE /api/stories", &[]), &["story", "stories"], &[]);
    check(&write("PUT /api/stories/42/chapters", &[]), &["chapter", "chapters", "story:42", "stories"], &[]);
}

#[test]
fn every_way_up_is_followed_once() {
    let document = r#"{"entities":{
        "top":{"path":"/top/:id"},
        "left":{"path":"/left/:id","parents":{"top":"topId"}},
        "right":{"path":"/right/:id","parents":{"top":"topId"}},
        "leaf":{"path":"/leaf/:id","parents":{"left":"leftId","right":"rightId"}}}}"#;
    let policy = Policy::from_value(&value(document), Some(ORIGIN)).unwrap();
    let case = write(
        "PUT /leaf/1",
        &[
            ("leaf", "1", &[("leftId", "2"), ("rightId", "3")]),
            ("left", "2", &[("topId", "4")]),
            ("right", "3", &[("topId", "4")]),
        ],
    );
    assert_eq!(touched(&policy, &case).unwrap().tags, ["leaf:1", "left:2", "right:3", "top:4"]);
}

#[test]
fn p10_too_many_entities_are_named_by_their_kinds() {
    let policy = policy();
    let facts = WriteFacts {
        method: "PUT",
        url: &url("/api/scenes/7"),
        request: &[],
        answer: &[],
        authoritative: true,
    };
    let mut lookups = 0;
    let found = policy.touched(&facts, &mut |kind, _| {
        lookups += 1;
        let field = if kind == "scene" { "chapterId" } else { "storyId" };
        (0..10_000).map(|id| own(&[(field, &format!("{kind}-{id}"))])).collect()
    });
    assert_eq!(found.unwrap().tags, ["scene", "chapter", "story", "chapters", "stories"]);
    assert!(lookups < 1_000, "{lookups}");
}

proptest! {
    #[test]
    fn no_fact_makes_a_write_touch_less(
        stored in prop::option::of("[1-3]"), asked in prop::option::of("[1-3]"),
        answered in prop::option::of("[1-3]"),
    ) {
        let policy = policy();
        let field = |value: &Option<String>| -> Fields {
            value.iter().map(|value| ("chapterId".to_string(), value.clone())).collect()
        };
        let facts = WriteFacts {
            method: "PATCH",
            url: &url("/api/scenes/7"),
            request: &field(&asked),
            answer: &field(&answered),
            authoritative: false,
        };
        let touched = policy
            .touched(&facts, &mut |kind, _| match (kind, &stored) {
                ("scene", Some(_)) => alloc::vec![field(&stored)],
                _ => Vec::new(),
            })
            .unwrap();
        let has = |chapter: &String| {
            touched.tags.contains(&format!("chapter:{chapter}")) || touched.tags.contains(&"chapter".into())
        };
        prop_assert!(touched.tags.contains(&"scene:7".into()));
        prop_assert!(stored.iter().chain(&asked).chain(&answered).all(has));
        prop_assert!(touched.tags.iter().any(|tag| tag.starts_with("chapter")));
        prop_assert!(touched.tags.contains(&"stories".into()));
    }
}
