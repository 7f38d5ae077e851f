//! The cases of `tests/fixtures`, which the TypeScript half runs too, and what must hold for any value.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use everfresh_core::header::structured::{self, Bare, Item, Kind};
use everfresh_core::header::{
    MAX_MEMBERS, clears_cache, format_cache_status, format_groups, format_invalidate,
    format_invalidate_within, format_tags, parse_groups, parse_invalidate, parse_invalidate_for, parse_tags,
};
use everfresh_core::pattern::Glob;
use everfresh_core::target::{Member, Mode, Target};
use proptest::prelude::*;
use serde_json::{Value, json};

fn cases(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(file);
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(!cases.is_empty());
    cases
}

/// The case's value: as it stands, or a text repeated.
fn value_of(case: &Value) -> String {
    match &case["repeat"] {
        Value::Null => case["value"].as_str().unwrap().into(),
        repeat => {
            let text = repeat["text"].as_str().unwrap();
            let count = usize::try_from(repeat["count"].as_u64().unwrap()).unwrap();
            vec![text; count].join(repeat["separator"].as_str().unwrap())
        }
    }
}

fn described(member: &Member) -> Value {
    let mut described = match &member.target {
        Target::Tag(tag) => json!({ "tag": tag }),
        Target::Path { path, query: None } => json!({ "path": path }),
        Target::Path { path, query: Some(query) } => json!({ "path": path, "query": query }),
        Target::Pattern(glob) => json!({ "pattern": glob.as_str() }),
        Target::All => json!({ "all": true }),
    };
    if member.mode == Mode::Stale {
        described["mode"] = json!("stale");
    }
    described
}

#[test]
fn p10_every_invalidation_is_read_or_widened() {
    for case in cases("header-invalidate.json") {
        let value = value_of(&case);
        let read = match case["origin"].as_str() {
            Some(origin) => parse_invalidate_for(&value, origin),
            None => parse_invalidate(&value),
        };
        let name = &case["name"];
        if let Some(count) = case["count"].as_u64() {
            assert_eq!(read.members.len() as u64, count, "{name}");
        } else {
            let members: Vec<Value> = read.members.iter().map(described).collect();
            assert_eq!(Value::Array(members), case["members"], "{name}");
            let problem = read.problem.map(|problem| problem.code());
            assert_eq!(problem, case["problem"].as_str(), "{name}");
        }
    }
}

#[test]
fn tags_groups_and_clearing_are_read() {
    for case in cases("header-tags.json") {
        let (name, value) = (&case["name"], value_of(&case));
        let read = match case["header"].as_str().unwrap() {
            "tags" => parse_tags(&value),
            "groups" => parse_groups(&value),
            _ => {
                assert_eq!(Some(clears_cache(&value)), case["clears"].as_bool(), "{name}");
                continue;
            }
        };
        match read {
            Ok(names) => assert_eq!(json!(names), case["names"], "{name}"),
            Err(problem) => assert_eq!(Some(problem.code()), case["problem"].as_str(), "{name}"),
        }
    }
}

fn described_bare(bare: &Bare) -> Value {
    match bare {
        Bare::String(text) => json!({ "string": text }),
        Bare::Token(text) => json!({ "token": text }),
        Bare::Boolean(flag) => json!(flag),
        Bare::Other(Kind::Integer) => json!({ "other": "integer" }),
        Bare::Other(Kind::Decimal) => json!({ "other": "decimal" }),
        Bare::Other(Kind::Bytes) => json!({ "other": "bytes" }),
        Bare::Other(Kind::Date) => json!({ "other": "date" }),
        Bare::Other(Kind::DisplayString) => json!({ "other": "display-string" }),
    }
}

fn check_item(item: &Item, expected: &Value, name: &Value) {
    let mut value = expected.clone();
    let params = value.as_object_mut().and_then(|members| members.remove("params"));
    assert_eq!(described_bare(&item.value), value, "{name}");
    for (key, expected) in params.as_ref().and_then(Value::as_object).into_iter().flatten() {
        assert_eq!(item.param(key).map(described_bare).as_ref(), Some(expected), "{name}: {key}");
    }
    assert_eq!(item.param("absent"), None, "{name}");
}

fn check_list(list: Option<Vec<structured::Member>>, expected: &Value, name: &Value) {
    let expected = expected.as_array();
    assert_eq!(list.is_some(), expected.is_some(), "{name}");
    let (list, expected) = (list.unwrap_or_default(), expected.cloned().unwrap_or_default());
    assert_eq!(list.len(), expected.len(), "{name}");
    for (member, expected) in list.iter().zip(&expected) {
        match member {
            structured::Member::Item(item) => check_item(item, expected, name),
            structured::Member::Inner(items) => {
                let expected = expected["inner"].as_array().unwrap();
                assert_eq!(items.len(), expected.len(), "{name}");
                for (item, expected) in items.iter().zip(expected) {
                    check_item(item, expected, name);
                }
            }
        }
    }
}

#[test]
fn structured_lists_are_read_strictly() {
    for case in cases("structured-lists.json") {
        assert!(case["list"].is_array() != (case["fails"] == json!(true)), "{}", case["name"]);
        check_list(structured::parse_list(&value_of(&case)), &case["list"], &case["name"]);
    }
}

#[test]
fn names_are_written_as_tokens_where_they_can_be() {
    let tag = |text: &str| Member::drop(Target::Tag(text.into()));
    let path =
        |path: &str, query: Option<&str>| Target::Path { path: path.into(), query: query.map(String::from) };
    for (members, expected) in [
        (vec![], ""),
        (vec![tag("story:42"), tag("stories")], "story:42, stories"),
        (vec![tag("a b"), tag("42"), tag("say \"\\\"")], r#""a b", "42", "say \"\\\"""#),
        (vec![Member::stale(Target::Tag("a".into()))], "a;mode=stale"),
        (vec![Member::stale(path("/a", None))], "\"/a\";mode=stale"),
        (vec![Member::drop(path("/a", Some("x=1")))], "\"/a?x=1\""),
        (vec![Member::drop(Target::Pattern(Glob::new("/a/*")))], "\"/a/*\""),
        (vec![Member::drop(Target::All), tag("a")], "*"),
        (vec![Member::stale(Target::All), tag("a")], "*;mode=stale, a"),
        // What can't be named is widened.
        (vec![tag("caf\u{e9}"), tag("a")], "*"),
        (vec![Member::stale(Target::Tag("caf\u{e9}".into())), tag("a")], "*;mode=stale, a"),
        (vec![tag("")], "*"),
        (vec![tag("/a")], "*"),
        (vec![tag("a\nb")], "*"),
        (vec![tag("https://example.org/a")], "*"),
        (vec![Member::drop(path("/a/../b", None))], "*"),
        (vec![Member::drop(Target::Pattern(Glob::new("a*")))], "*"),
        // A star in a path is covered by the pattern of the same text.
        (vec![Member::drop(path("/a*b", None))], "\"/a*b\""),
        (vec![Member::drop(path("/a", Some("q=*")))], "\"/a?q=*\""),
    ] {
        assert_eq!(format_invalidate(&members), expected);
    }
}

#[test]
fn p10_what_is_too_long_is_widened() {
    let tags = |count: usize, kind: fn(usize) -> String| -> Vec<Member> {
        (0..count).map(|position| Member::drop(Target::Tag(kind(position)))).collect()
    };
    let stories = tags(100, |position| format!("story:{position}"));
    assert_eq!(format_invalidate_within(&stories[..2], 4096), "story:0, story:1");
    assert_eq!(format_invalidate_within(&stories, 100), "story");
    assert_eq!(format_invalidate_within(&stories, 3), "*");
    let mixed = [&stories[..], &[Member::stale(Target::Tag("stories".into()))]].concat();
    assert_eq!(format_invalidate_within(&mixed, 100), "story, stories;mode=stale");

    // The stronger mode of a kind counts.
    let mut modes = stories.clone();
    modes[0].mode = Mode::Stale;
    assert_eq!(format_invalidate_within(&modes, 100), "story");
    modes.iter_mut().for_each(|member| member.mode = Mode::Stale);
    assert_eq!(format_invalidate_within(&modes, 100), "story;mode=stale");
    assert_eq!(format_invalidate_within(&modes, 10), "*;mode=stale");

    let plain = tags(MAX_MEMBERS + 1, |position| format!("t{position}"));
    assert_eq!(format_invalidate_within(&plain, 1 << 20), "*");
    let many = tags(100_000, |position| format!("story:{position}"));
    assert_eq!(format_invalidate_within(&many, 4096), "story");
}

#[test]
fn tags_and_groups_that_cannot_be_written_are_told() {
    assert_eq!(format_tags(&["story:42", "a b", "*"]).as_deref(), Some("story:42, \"a b\", *"));
    assert_eq!(format_tags::<&str>(&[]).as_deref(), Some(""));
    assert_eq!(format_tags(&["a", "caf\u{e9}"]), None);
    assert_eq!(format_tags(&["a\tb"]), None);
    assert_eq!(format_tags(&[""]), None);
    assert_eq!(format_groups(&["a", "b\"c"]).as_deref(), Some("\"a\", \"b\\\"c\""));
    assert_eq!(format_groups(&["\u{7f}"]), None);
}

#[test]
fn cache_status_is_written() {
    assert_eq!(format_cache_status(12, "memory"), "everfresh; hit; ttl=12; detail=memory");
    assert_eq!(format_cache_status(-3, "storage"), "everfresh; hit; ttl=-3; detail=storage");
}

fn any_target() -> impl Strategy<Value = Target> {
    let path = "(/[a-z0-9._~!$&'()+,;=:@-]{1,6}){1,3}/?";
    prop_oneof![
        Just(Target::All),
        "[ -~]{1,12}".prop_map(Target::Tag),
        "[a-z]{1,6}:[0-9]{1,4}".prop_map(Target::Tag),
        (path, prop::option::of("[a-z=&?/%20]{0,8}")).prop_map(|(path, query)| Target::Path { path, query }),
        "/[a-z/*]{0,5}\\*[a-z/?*]{0,5}".prop_map(|text| Target::Pattern(Glob::new(&text))),
    ]
}

fn any_member() -> impl Strategy<Value = Member> {
    (any_target(), prop_oneof![Just(Mode::Drop), Just(Mode::Stale)])
        .prop_map(|(target, mode)| Member { target, mode })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(members in prop::collection::vec(any_member(), 0..8)) {
        let read = parse_invalidate(&format_invalidate(&members));
        prop_assert_eq!(read.problem, None);
        let widened = |written: &Member| {
            read.members.iter().any(|read| read.target == Target::All && read.mode >= written.mode)
        };
        for written in &members {
            prop_assert!(read.members.contains(written) || widened(written));
        }
        // A kind and an id, a path and a pattern are never widened.
        for written in &members {
            let alone = parse_invalidate(&format_invalidate(std::slice::from_ref(written))).members;
            let plain = match &written.target {
                Target::Tag(tag) => tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b':'),
                Target::Path { path, query } => !path.contains("/.") && query.is_none(),
                Target::Pattern(_) | Target::All => true,
            };
            prop_assert!(!plain || alone == std::slice::from_ref(written));
        }
    }

    #[test]
    fn tags_and_groups_read_back(names in prop::collection::hash_set("[ -~]{1,10}", 0..8)) {
        let names: Vec<String> = names.into_iter().collect();
        prop_assert_eq!(parse_tags(&format_tags(&names).unwrap()), Ok(names.clone()));
        prop_assert_eq!(parse_groups(&format_groups(&names).unwrap()), Ok(names));
    }

    #[test]
    fn p10_a_limit_holds(members in prop::collection::vec(any_member(), 0..40), limit in 13_usize..200) {
        let value = format_invalidate_within(&members, limit);
        prop_assert!(value.len() <= limit);
        let read = parse_invalidate(&value).members;
        prop_assert!(members.is_empty() || !read.is_empty());
    }
}
