//! Headers that mean no good (P7, P10).

use alloc::{format, string::String, vec, vec::Vec};

use proptest::prelude::*;

use super::tab::*;
use crate::engine::*;

fn after(value: &str) -> (Tab, bool) {
    let mut tab = Tab::new();
    tab.fill("/api/a", "a");
    let write = tab.write("POST", "/api/search", vec![]);
    tab.answer(write, head(200, &[("x-cache-invalidate", value)]));
    let kept = tab.cached("/api/a").is_some();
    (tab, kept)
}

impl Tab {
    /// What it has complained of.
    pub(super) fn problems(&self) -> Vec<&'static str> {
        let problem = |event: &Event| match event {
            Event::Problem { code, .. } => Some(*code),
            _ => None,
        };
        self.events.iter().filter_map(problem).collect()
    }
}

#[test]
fn p10_a_header_that_is_too_much_widens_to_everything_of_its_origin() {
    let many: Vec<String> = (0..10_000).map(|n| format!("t{n}")).collect();
    for (value, code) in [
        ("x".repeat(100_000), "header-too-large"),
        (many[..300].join(","), "header-too-many"),
        (String::from("\u{1}\u{2}"), "header-unreadable"),
    ] {
        let (tab, kept) = after(&value);
        assert!(!kept, "{code}");
        assert_eq!(tab.problems(), [code]);
    }
}

#[test]
fn p7_unreadable_tags_make_an_answer_uncacheable() {
    let mut tab = Tab::new();
    let many: Vec<String> = (0..10_000).map(|n| format!("t{n}")).collect();
    tab.fill_with("/api/a", head(200, &[("x-cache-tags", &many.join(","))]), "a");
    assert_eq!(tab.get("/api/a"), None);
    assert_eq!(tab.problems().len(), 1);
}

#[test]
fn bad_options_name_their_place() {
    for (options, path) in [
        (r#"{ "rules": [{ "match": "/a" }, { "match": 3 }] }"#, "rules[1].match"),
        (r#"{ "maxAge": -1 }"#, "maxAge"),
        (r#"{ "maxEntries": "many" }"#, "maxEntries"),
        (r#"{ "scope": 4 }"#, "scope"),
        (r#"{ "scope": {} }"#, "scope.id"),
        (r#"{ "scope": { "id": "" } }"#, "scope.id"),
        (r#"{ "unheardOf": true }"#, "unheardOf"),
    ] {
        let environment =
            Environment { origin: ORIGIN.into(), document: "doc12345".into(), hash_key: [0, 0] };
        let error = Engine::new(&value(options), environment).unwrap_err();
        assert_eq!(error.path, path);
    }
}

proptest! {
    #[test]
    fn p7_no_header_panics_and_the_page_s_fetch_goes_on(value in any::<String>(), tags in any::<String>(), status in 0u16..600) {
        let mut tab = Tab::new();
        tab.fill("/api/a", "a");
        let names = ["x-cache-invalidate", "x-cache-tags", "cache-groups", "cache-group-invalidation", "vary", "cache-control", "expires", "age", "location", "clear-site-data", "date"];
        let headers: Vec<(&str, &str)> = names.iter().enumerate().map(|(n, name)| (*name, if n % 2 == 0 { value.as_str() } else { tags.as_str() })).collect();
        let write = tab.write("PATCH", "/api/scenes/1", vec![]);
        tab.answer(write, head(status, &headers));
        let read = tab.ask("/api/b", |_| {});
        let flight = tab.flight();
        tab.respond(flight, head(status, &headers), "b");
        prop_assert_eq!(&tab.outcomes[&read.0], &Outcome::Network);
    }
}
