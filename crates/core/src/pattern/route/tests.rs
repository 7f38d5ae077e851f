#![allow(clippy::unwrap_used)]

use alloc::string::ToString;
use std::format;

use proptest::prelude::*;

use super::*;

fn values(route: &str, url: &str) -> Option<Vec<(String, String)>> {
    let url = Url::parse(url).unwrap();
    let params = Route::parse(route).unwrap().match_url(&url, Some("https://example.org"))?;
    Some(params.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
}

#[test]
fn matches_paths_and_names_segments() {
    for (route, path, expected) in [
        ("/api/stories/:id", "/api/stories/42", Some(&[("id", "42")][..])),
        ("/api/stories/:id", "/api/stories/42?draft=1", Some(&[("id", "42")])),
        ("/api/stories/:id", "/api/stories/42/", None),
        ("/api/stories/:id", "/api/stories/", None),
        ("/api/stories/:id", "/api/stories", None),
        ("/api/stories/:id", "/api/stories/42/scenes", None),
        ("/api/stories/:id/", "/api/stories/42/", Some(&[("id", "42")])),
        ("/api/stories/:id/", "/api/stories/42", None),
        ("/a/:x/b/:y", "/a/1/b/2", Some(&[("x", "1"), ("y", "2")])),
        ("/a/:x/b/:y", "/a/1/c/2", None),
        ("/:x", "/", None),
        ("/a/:id", "/a/caf%C3%A9%2F1", Some(&[("id", "caf\u{e9}/1")])),
        ("/a/:id", "/a/%FF", Some(&[("id", "%FF")])),
        ("/caf\u{e9}/:id", "/caf%C3%A9/1", Some(&[("id", "1")])),
        ("/things:batch", "/things:batch", Some(&[])),
        ("/api/*", "/api/", Some(&[])),
        ("/api/*", "/api/a/b", Some(&[])),
        ("/api/*", "/api", None),
        ("/api*", "/api", Some(&[])),
        ("*", "/a", None),
        ("/*/x/:id", "/a/x/1", Some(&[("id", "1")])),
        ("/*/x/:id", "/a/x/b/x/1", Some(&[("id", "1")])),
        ("/*/x/:id", "/x/1", None),
        ("/:a/*/:b", "/1/2/3/4", Some(&[("a", "1"), ("b", "4")])),
        ("/:a/*.json", "/1/x/y.json", Some(&[("a", "1")])),
        ("/:a/*.json", "/1/x/y.jsonx", None),
        ("/a/*/b/*/c", "/a/1/b/2/b/3/c", Some(&[])),
        ("/a/**", "/a/b", Some(&[])),
    ] {
        if route == "*" {
            assert_eq!(Route::parse(route), Err(RouteError::NoPath));
            continue;
        }
        let expected = expected
            .map(|pairs| pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect());
        assert_eq!(values(route, &format!("https://example.org{path}")), expected, "{route} on {path}");
    }
}

#[test]
fn p8_a_route_without_an_origin_is_of_the_base_origin() {
    let route = Route::parse("/a/:id").unwrap();
    let own = Url::parse("https://example.org/a/1").unwrap();
    let other = Url::parse("https://other.example/a/1").unwrap();
    assert!(route.match_url(&own, Some("https://example.org")).is_some());
    assert!(route.match_url(&other, Some("https://example.org")).is_none());
    assert!(route.match_url(&other, None).is_some());
}

#[test]
fn a_route_with_an_origin_is_of_that_origin() {
    let route = Route::parse("https://API.example:443/a/:id").unwrap();
    assert_eq!(route.origin(), Some("https://api.example"));
    let url = Url::parse("https://api.example/a/1").unwrap();
    assert_eq!(route.match_url(&url, Some("https://example.org")).unwrap().get("id"), Some("1"));
    assert_eq!(route.match_url(&url, None).unwrap().get("id"), Some("1"));
    let other = Url::parse("https://example.org/a/1").unwrap();
    assert!(route.match_url(&other, Some("https://example.org")).is_none());
    assert!(route.match_url(&other, None).is_none());
}

#[test]
fn bad_routes_are_refused() {
    for (text, error) in [
        ("", RouteError::NoPath),
        ("a/b", RouteError::NoPath),
        ("https://example.org", RouteError::NoPath),
        ("ftp://example.org/a", RouteError::BadOrigin),
        ("https://user@example.org/a", RouteError::BadOrigin),
        ("https://*.example.org/a", RouteError::BadOrigin),
        ("https://example.org?x/a", RouteError::BadOrigin),
        ("/a?b", RouteError::Query),
        ("/a#b", RouteError::Query),
        ("/a/:", RouteError::BadName),
        ("/a/:1", RouteError::BadName),
        ("/a/:id.json", RouteError::BadName),
        ("/a/:id*", RouteError::BadName),
        ("/a/:id/:id", RouteError::DuplicateName),
    ] {
        assert_eq!(Route::parse(text), Err(error), "{text}");
        assert!(!error.message().is_empty());
    }
}

#[test]
fn expands_to_the_path_of_an_entity() {
    let expand =
        |route: &str, id: &str| Route::parse(route).unwrap().expand(&Params::from_iter([("id", id)]));
    assert_eq!(expand("/a/:id", "42").as_deref(), Some("/a/42"));
    assert_eq!(expand("/a/:id/b", "x/y z").as_deref(), Some("/a/x%2Fy%20z/b"));
    assert_eq!(expand("/a/:id/:other", "42"), None);
    assert_eq!(expand("/a/:id/*", "42"), None);
    for id in ["", ".", ".."] {
        assert_eq!(expand("/a/:id", id), None);
    }
}

#[test]
fn p10_a_hostile_path_costs_no_more_than_its_product() {
    let route = Route::parse(&format!("/{}b", "*a".repeat(200))).unwrap();
    let url = Url::parse(&format!("http://h/{}", "a".repeat(8_000))).unwrap();
    assert!(route.match_url(&url, None).is_none());
}

proptest! {
    #[test]
    fn what_is_expanded_matches(id in any::<String>()) {
        let route = Route::parse("/a/:id/b").unwrap();
        if let Some(path) = route.expand(&Params::from_iter([("id", id.as_str())])) {
            let url = Url::parse(&format!("http://h{path}")).unwrap();
            prop_assert_eq!(url.path(), &path);
            let params = route.match_url(&url, None).unwrap();
            prop_assert_eq!(params.get("id"), Some(id.as_str()));
        }
    }
}
