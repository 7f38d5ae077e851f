//! Answers that vary by request headers (RFC 9111, section 4.1).

use alloc::{format, string::String, vec, vec::Vec};

use super::tab::*;
use crate::engine::*;

fn speaking(language: &'static str) -> impl Fn(&mut Request) {
    move |request| request.headers = vec![("accept-language".into(), language.into())]
}

fn vary(names: &str) -> ResponseHead {
    head(200, &[("vary", names)])
}

/// Asks, and has it answered where that is for the network.
fn fill(tab: &mut Tab, path: &str, change: impl Fn(&mut Request), head: ResponseHead, body: &str) {
    let read = tab.ask(path, change);
    assert!(!tab.outcomes.contains_key(&read.0), "{path} is cached already");
    tab.respond(tab.flight(), head, body);
}

/// The body that a request is answered with from the cache.
fn cached(tab: &mut Tab, path: &str, change: impl Fn(&mut Request)) -> Option<String> {
    let read = tab.ask(path, change);
    match tab.outcomes.get(&read.0) {
        Some(Outcome::Cached { body, .. }) => Some(body.clone()),
        _ => {
            tab.input(Input::Abort(read));
            None
        }
    }
}

/// French, German, and what there is for those who name no language.
fn three(head: &ResponseHead) -> Tab {
    let mut tab = Tab::new();
    fill(&mut tab, "/api/a", speaking("fr"), head.clone(), "français");
    fill(&mut tab, "/api/a", speaking("de"), head.clone(), "deutsch");
    fill(&mut tab, "/api/a", |_| {}, head.clone(), "any");
    tab
}

fn all(tab: &mut Tab) -> Vec<Option<String>> {
    let default = cached(tab, "/api/a", |_| {});
    vec![cached(tab, "/api/a", speaking("fr")), cached(tab, "/api/a", speaking("de")), default]
}

fn bodies() -> Vec<Option<String>> {
    ["français", "deutsch", "any"].map(|body| Some(String::from(body))).into()
}

#[test]
fn answers_that_vary_stand_beside_each_other() {
    let mut tab = three(&vary("Accept-Language, Accept-Encoding, Authorization"));
    assert_eq!(all(&mut tab), bodies());
    assert_eq!(cached(&mut tab, "/api/a", speaking("it")), None);
    assert_eq!(cached(&mut tab, "/api/ab", speaking("fr")), None);
}

#[test]
fn p4_after_a_reload_the_names_of_items_tell_which_there_are() {
    let mut tab = three(&vary("accept-language"));
    tab.idle();
    assert_eq!(tab.stored().len(), 3);
    assert!(tab.stored().iter().all(|name| name.starts_with("/api/a#~accept-language=")));
    // At once, and after they were looked at in idle time.
    let mut tab = tab.reload();
    assert_eq!(all(&mut tab), bodies());
    let mut tab = tab.reload_idle();
    assert_eq!(cached(&mut tab, "/api/a", speaking("it")), None);
    assert_eq!(all(&mut tab), bodies());
}

#[test]
fn p1_an_invalidation_reaches_all_of_them() {
    for target in ["\"/api/a\"", "\"/api/*\"", "news", "*"] {
        let mut answer = vary("accept-language");
        answer.headers.push(("x-cache-tags".into(), "news".into()));
        let mut tab = three(&answer);
        tab.idle();
        let write = tab.write("PATCH", "/api/b", vec![]);
        tab.answer(write, head(200, &[("x-cache-invalidate", target)]));
        assert_eq!(all(&mut tab), [None, None, None], "{target}");
        assert!(tab.stored().is_empty(), "{target}");
        assert_eq!(all(&mut tab.reload()), [None, None, None], "{target}");
    }
    let mut tab = three(&vary("accept-language"));
    let write = tab.write("PATCH", "/api/a", vec![]);
    tab.answer(write, ok());
    assert_eq!(all(&mut tab), [None, None, None], "by its URL");
}

#[test]
fn an_answer_that_names_nothing_varies_as_those_before_it() {
    let mut tab = Tab::new();
    fill(&mut tab, "/api/a", speaking("fr"), vary("accept-language"), "français");
    fill(&mut tab, "/api/a", |_| {}, ok(), "any");
    assert_eq!(cached(&mut tab, "/api/a", |_| {}).as_deref(), Some("any"));
    assert_eq!(cached(&mut tab, "/api/a", speaking("de")), None);
    assert_eq!(cached(&mut tab, "/api/a", speaking("fr")).as_deref(), Some("français"));
}

#[test]
fn an_answer_that_varies_takes_the_place_of_one_that_did_not() {
    let mut tab = Tab::new();
    tab.fill("/api/a", "any");
    let reload = |request: &mut Request| {
        speaking("fr")(request);
        request.cache = CacheMode::Reload;
    };
    tab.ask("/api/a", reload);
    tab.respond(tab.flight(), vary("accept-language"), "français");
    assert_eq!(cached(&mut tab, "/api/a", |_| {}), None);
    assert_eq!(cached(&mut tab, "/api/a", speaking("fr")).as_deref(), Some("français"));
    assert_eq!(tab.bodies.len(), 1);
}

#[test]
fn another_choice_of_headers_replaces_what_it_answers() {
    let mut tab = Tab::new();
    let both = |request: &mut Request| {
        request.headers = vec![("accept".into(), "x".into()), ("accept-language".into(), "fr".into())];
    };
    let reload = |request: &mut Request| {
        both(request);
        request.cache = CacheMode::Reload;
    };
    fill(&mut tab, "/api/a", both, vary("accept-language"), "old");
    tab.ask("/api/a", reload);
    tab.respond(tab.flight(), vary("accept"), "new");
    assert_eq!(cached(&mut tab, "/api/a", both).as_deref(), Some("new"));
    assert_eq!(cached(&mut tab, "/api/a", speaking("fr")), None);
}

#[test]
fn p8_values_are_hashed() {
    let mut tab = Tab::new();
    let with_key = |request: &mut Request| request.headers = vec![("x-api-key".into(), "secret".into())];
    fill(&mut tab, "/api/a", with_key, vary("X-Api-Key"), "mine");
    assert_eq!(cached(&mut tab, "/api/a", with_key).as_deref(), Some("mine"));
    tab.idle();
    let disk = format!("{:?}", tab.disk.borrow());
    assert!(disk.contains("x-api-key") && !disk.contains("secret"));
    let entries = format!("{:?}", tab.engine.entries().collect::<Vec<_>>());
    assert!(!entries.contains("secret"));
}

#[test]
fn what_script_can_t_see_makes_an_answer_uncacheable_unless_it_can_t_differ() {
    for (names, kept) in [
        ("Cookie", false),
        ("accept, Cookie", false),
        ("User-Agent", false),
        ("Referer", false),
        ("Sec-CH-UA", false),
        ("Save-Data", false),
        ("*", false),
        ("Origin", true),
        ("Origin, Access-Control-Request-Method, Access-Control-Request-Headers", true),
        ("Host", true),
        (",, ,", true),
        (&format!("x-{}", "x".repeat(600)), false),
    ] {
        let mut tab = Tab::new();
        tab.fill_with("/api/a", vary(names), "x");
        assert_eq!(tab.cached("/api/a").is_some(), kept, "{names}");
    }
}

#[test]
fn of_another_origin_all_headers_count_since_vary_may_not_be_seen() {
    let mut tab = Tab::new();
    fill(&mut tab, "https://b.test/a", speaking("fr"), ok(), "français");
    assert_eq!(cached(&mut tab, "https://b.test/a", |_| {}), None);
    assert_eq!(cached(&mut tab, "https://b.test/a", speaking("de")), None);
    assert_eq!(cached(&mut tab, "https://b.test/a", speaking("fr")).as_deref(), Some("français"));
    let asks = |request: &mut Request| {
        speaking("fr")(request);
        request.headers.push(("cache-control".into(), "max-age=60".into()));
    };
    assert!(cached(&mut tab, "https://b.test/a", asks).is_some(), "what it asks of us is no other answer");
}

#[test]
fn p8_of_another_origin_with_cookies_a_scope_or_a_rule_must_say_whose_it_is() {
    let config = |scope: &str, rule: &str| {
        format!(r#"{{ {scope} "rules": [{{ "match": "https://b.test/*"{rule} }}] }}"#)
    };
    let age = ("cache-control", "max-age=60");
    for (scope, rule, headers, kept) in [
        ("", "", &[age][..], false),
        ("", "", &[age, ("vary", "origin")], true),
        ("", r#", "staleTime": 60000"#, &[age], true),
        (r#""scope": { "id": "me" },"#, "", &[age], true),
    ] {
        let include = |request: &mut Request| request.variant = "include".into();
        let mut tab = Tab::open(Default::default(), 1_000_000, &config(scope, rule));
        fill(&mut tab, "https://b.test/a", include, head(200, headers), "mine");
        assert_eq!(
            cached(&mut tab, "https://b.test/a", include).is_some(),
            kept,
            "{scope} {rule} {headers:?}"
        );
        fill(&mut tab, "https://b.test/a", |_| {}, head(200, headers), "anybody's");
        assert!(cached(&mut tab, "https://b.test/a", |_| {}).is_some());
    }
}

#[test]
fn p1_what_a_peek_was_told_holds_no_longer_once_another_variant_is_there() {
    let mut tab = Tab::new();
    fill(&mut tab, "/api/a", |_| {}, vary("accept-language"), "any");
    assert_eq!(tab.changed, []);
    fill(&mut tab, "/api/a", speaking("fr"), vary("accept"), "français");
    assert_eq!(tab.changed.len(), 1, "who names no language is given the newer one");
    tab.idle();
    let mut tab = tab.reload();
    assert_eq!(cached(&mut tab, "/api/a", speaking("fr")).as_deref(), Some("français"));
    assert_eq!(tab.changed, [None], "as it is when it comes out of storage");
}
