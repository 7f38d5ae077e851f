#![allow(clippy::unwrap_used)]

use std::string::ToString;
use std::vec::Vec;

use super::*;
use crate::policy::Policy;
use crate::serve::absolute;
use crate::value::Value;

const NOW: Millis = 1_000_000;

fn decide(rule: &str, status: u16, headers: &[(&str, &str)]) -> Result<Lifetime, Unshared> {
    let document: Value = serde_json::from_str(&std::format!(r#"{{ "rules": [{rule}] }}"#)).unwrap();
    let policy = Policy::from_value(&document, None).unwrap();
    let url = absolute(None, "/a").unwrap();
    let headers: Vec<_> = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let head = ResponseHead { status, headers, ..ResponseHead::default() };
    shared_lifetime(&head, policy.rule_for("GET", &url).unwrap(), NOW, NOW)
}

const PLAIN: &str = r#"{ "match": "/a" }"#;
const TIMED: &str = r#"{ "match": "/a", "staleTime": 5000 }"#;

#[test]
fn p8_what_is_somebodys_is_not_shared_whatever_the_rule_says() {
    for (headers, expected) in [
        (&[("cache-control", "max-age=60, Private")][..], Unshared::Private),
        (&[("cache-control", "private=\"set-cookie\", max-age=60")], Unshared::Private),
        (&[("cache-control", "public, No-Store")], Unshared::NoStore),
        (&[("cache-control", "public, max-age=60"), ("set-cookie", "a=b")], Unshared::SetCookie),
        (&[("cache-control", "max-age=60"), ("vary", "accept, *")], Unshared::Varies),
        (&[("cache-control", "max-age=60"), ("content-type", "text/event-stream")], Unshared::Partial),
        (&[("cache-control", "max-age=60"), ("content-range", "bytes 0-1/2")], Unshared::Partial),
    ] {
        for rule in [PLAIN, TIMED] {
            assert_eq!(decide(rule, 200, headers), Err(expected), "{headers:?}");
        }
    }
}

#[test]
fn freshness_is_the_rules_or_that_of_a_shared_cache() {
    for (rule, value, expected) in [
        (PLAIN, "max-age=60", Some(60_000)),
        (PLAIN, "max-age=60, s-maxage=10", Some(10_000)),
        (PLAIN, "max-age=0, s-maxage=10", Some(10_000)),
        (PLAIN, "max-age=60, s-maxage=0", None),
        (PLAIN, "no-cache, max-age=60", None),
        (PLAIN, "", None),
        (TIMED, "", Some(5_000)),
        (TIMED, "max-age=60", Some(5_000)),
    ] {
        let fresh = decide(rule, 200, &[("cache-control", value)]).map(|life| life.fresh_until - NOW);
        assert_eq!(fresh.ok(), expected, "{value}");
    }
    assert_eq!(decide(PLAIN, 404, &[("cache-control", "max-age=60")]).map(|life| life.storable), Ok(true));
    assert_eq!(decide(PLAIN, 500, &[("cache-control", "max-age=60")]), Err(Unshared::Status));
    assert!(!Unshared::Status.lasts() && Unshared::Private.lasts());
}

#[test]
fn graces_end_where_the_answer_must_be_revalidated() {
    let graces = |rule, value: &str| {
        let life = decide(rule, 200, &[("cache-control", value)]).unwrap();
        (life.stale_while_revalidate_until - NOW, life.stale_if_error_until - NOW)
    };
    assert_eq!(graces(PLAIN, "max-age=1, stale-while-revalidate=2, stale-if-error=3"), (3000, 4000));
    for end in ["must-revalidate", "proxy-revalidate", "s-maxage=1"] {
        let value = std::format!("max-age=1, stale-while-revalidate=2, stale-if-error=3, {end}");
        assert_eq!(graces(PLAIN, &value), (1000, 1000), "{end}");
    }
    let swr = r#"{ "match": "/a", "staleTime": 1000, "gcTime": 9000, "mode": "swr" }"#;
    assert_eq!(graces(swr, ""), (10_000, 1000));
}

#[test]
fn jitter_shortens_and_leaves_something() {
    let life = decide(TIMED, 200, &[]).unwrap();
    assert_eq!(jittered(life, NOW, 0.0), life);
    assert_eq!(jittered(life, NOW, 0.1).fresh_until, NOW + 4500);
    assert_eq!(jittered(life, NOW, 7.0).fresh_until, NOW + 1);
}
