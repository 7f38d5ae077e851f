#![allow(clippy::unwrap_used)]

use alloc::rc::Rc;
use std::string::ToString;

use super::*;
use crate::header::parse_invalidate;
use crate::subject::Subject;

fn url(path: &str) -> Url {
    Url::parse(&format!("https://example.org{path}")).unwrap()
}

fn named(header: &str) -> Vec<String> {
    marks_named(&parse_invalidate(header).members)
}

#[test]
fn an_entry_carries_what_may_name_it() {
    let found = marks(&url("/api/x/1?a=b"), &["story:1".into(), "/api/y?c".into()]);
    let expected = [
        "*",
        "p/api/x/1",
        "q/api/x/1?a=b",
        "d/",
        "d/api/",
        "d/api/x/",
        "tstory:1",
        "t/api/y?c",
        "p/api/y",
        "q/api/y?c",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_pattern_is_the_directory_that_holds_its_matches() {
    for (header, expected) in [
        ("\"/api/x/*\"", "d/api/x/"),
        ("\"/api/x*\"", "d/api/"),
        ("\"/api/*/comments\"", "d/api/"),
        ("\"/*\"", "d/"),
        ("\"/a?x=*\"", "p/a"),
        ("\"/a?x=1\"", "q/a?x=1"),
        ("\"/a\"", "p/a"),
        ("story:1", "tstory:1"),
        ("story:1, *", "*"),
    ] {
        assert_eq!(named(header), [expected], "{header}");
    }
}

/// Paths of these pieces, to many depths, with and without a query.
fn places() -> Vec<String> {
    let deep = "/d".repeat(MAX_DEPTH + 3);
    let mut places: Vec<String> =
        ["/", "/a", "/a/", "/a/b", "/a/b/", "/a/bc/d", "/ab", "/a?x=1", "/a?", "/a/b?x=/c/d", "//a", "/a//b"]
            .iter()
            .map(ToString::to_string)
            .collect();
    places.push(format!("{deep}/e"));
    places.push(deep);
    places
}

#[test]
fn p1_whatever_names_an_entry_bumps_a_mark_of_it() {
    let mut targets: Vec<String> =
        ["*", "\"/*\"", "\"/a*\"", "\"/a/*\"", "\"/a/*/d\"", "\"/*b\"", "\"/a*?x=*\"", "\"/a?*\""]
            .iter()
            .map(ToString::to_string)
            .collect();
    targets.extend(["tag", "story:1", "\"/a/b?x=*\"", "\"/*/*\""].iter().map(ToString::to_string));
    for place in places() {
        targets.push(format!("\"{place}\""));
        targets.push(format!("\"{place}*\""));
        targets.push(format!("\"{place}/*\""));
    }
    let mut matches = 0;
    for place in places() {
        for tags in [&[][..], &["tag"], &["story:1", "/a/b?x=1"], &["/a/bc/d"]] {
            let url = url(&place);
            let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
            let shared: Vec<Rc<str>> = tags.iter().map(|tag| Rc::from(tag.as_str())).collect();
            let carried = marks(&url, &tags);
            for target in &targets {
                let members = parse_invalidate(target).members;
                let bumped = marks_named(&members);
                if (Subject { url: &url, tags: &shared }).is_named_by_any(&members, None) {
                    matches += 1;
                    assert!(bumped.iter().any(|mark| carried.contains(mark)), "{target} on {place} {tags:?}");
                }
            }
        }
    }
    assert!(matches > 100);
}

#[test]
fn a_neighbour_is_left_alone() {
    let carried = marks(&url("/api/x/1"), &["story:1".into()]);
    for target in ["\"/api/x/2\"", "\"/api/y/*\"", "\"/api/x/1/*\"", "story:2", "\"/api/x/1?a=b\""] {
        assert!(!named(target).iter().any(|mark| carried.contains(mark)), "{target}");
    }
}

#[test]
fn p10_a_path_of_any_depth_has_few_marks() {
    assert!(marks(&url(&"/a".repeat(4000)), &[]).len() <= MAX_DEPTH + 3);
}
