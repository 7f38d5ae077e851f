use super::*;

#[test]
fn the_first_matching_rule_wins() {
    let policy = policy();
    let rule = policy.rule_for("GET", &url("/api/stories/42")).unwrap();
    assert_eq!(rule.stale_time, Some(30_000));
    assert_eq!(rule.gc_time, Some(1_800_000));
    assert_eq!(rule.persist, Some(true));
    assert_eq!(rule.mode, ReadMode::Swr);
    assert!(rule.cache);

    assert!(!policy.rule_for("GET", &url("/api/live/x")).unwrap().cache);
    let rest = policy.rule_for("HEAD", &url("/api/other?x=1")).unwrap();
    assert_eq!((rest.stale_time, rest.persist, rest.mode), (None, None, ReadMode::Fresh));
}

#[test]
fn p9_without_a_rule_there_is_none() {
    let policy = policy();
    assert!(policy.rule_for("GET", &url("/community/posts/1")).is_none());
    assert!(policy.rule_for("GET", &url("https://other.example/api/x")).is_none());
    assert!(policy.rule_for("POST", &url("/api/other")).is_none());
    assert!(policy.rule_for("DELETE", &url("/api/search")).is_none());
    assert!(policy.rule_for("POST", &url("/api/search")).unwrap().safe);
}

#[test]
fn without_a_base_origin_rules_are_of_every_origin() {
    let policy = Policy::from_value(&value(DOCUMENT), None).unwrap();
    assert!(policy.rule_for("GET", &url("https://other.example/api/x")).is_some());
}

#[test]
fn safe_requests_are_no_writes() {
    let policy = policy();
    for (method, path, safe) in [
        ("GET", "/anything", true),
        ("HEAD", "/anything", true),
        ("OPTIONS", "/anything", true),
        ("TRACE", "/anything", true),
        ("POST", "/api/search", true),
        ("PUT", "/api/search", false),
        ("POST", "/api/stories", false),
        ("QUERY", "/api/search", false),
    ] {
        assert_eq!(policy.is_safe(method, &url(path)), safe, "{method} {path}");
    }
}

#[test]
fn a_safe_rule_without_methods_is_for_every_method() {
    let document = r#"{"rules":[{"match":"/a/*"},{"match":"/a/find","safe":true},
        {"match":"/b/find","methods":["POST"]},{"match":"/b/find","safe":true}]}"#;
    let policy = Policy::from_value(&value(document), Some(ORIGIN)).unwrap();
    assert!(policy.is_safe("POST", &url("/a/find")));
    assert!(policy.is_safe("PUT", &url("/b/find")));
    assert!(!policy.is_safe("POST", &url("/b/find")), "the first rule for POST says nothing of it");
    assert!(!policy.is_safe("POST", &url("/a/other")));
}

#[test]
fn answers_carry_the_tags_of_rule_and_entity() {
    let policy = policy();
    for (path, tags) in [
        ("/api/stories/42", &["story:42", "any", "story"][..]),
        ("/api/stories/a%20b", &["story:a b", "any", "story"]),
        ("/api/stories", &["stories"]),
        ("/api/scenes/7", &["scene:7", "scene"]),
        ("/api/stories/42/chapters", &["chapters"]),
        ("/api/stories/42/write", &[]),
        ("/api/other", &[]),
        ("https://cdn.example/x/y", &["cdn-x"]),
        ("https://other.example/api/stories/42", &[]),
        ("/community/posts/1", &["post:1", "post"]),
    ] {
        assert_eq!(policy.tags_for("GET", &url(path)), tags, "{path}");
    }
}

#[test]
fn an_answer_of_two_entities_carries_the_tags_of_both() {
    let document = r#"{"entities":{"me":{"path":"/users/me/:id"},"user":{"path":"/users/:id"},
        "any":{"path":"/users/:id"},"users":{"path":"/x/:id","collection":"/users/:of","lists":["l"]}}}"#;
    let policy = Policy::from_value(&value(document), Some(ORIGIN)).unwrap();
    assert_eq!(policy.tags_for("GET", &url("/users/1")), ["user:1", "user", "any:1", "any", "l"]);
}

#[test]
fn bodies_are_searched_only_where_it_tells_parents() {
    let policy = policy();
    for (method, path, fields) in [
        ("GET", "/api/scenes/7", &["chapterId"][..]),
        ("PATCH", "/api/scenes/7", &["chapterId"]),
        ("GET", "/api/stories/42", &[]),
        ("POST", "/api/stories/42/write", &[]),
        ("GET", "/api/stories/42/chapters", &[]),
        ("POST", "/api/stories/42/chapters", &["storyId"]),
        ("POST", "/api/other", &[]),
    ] {
        assert_eq!(policy.parent_fields(method, &url(path)), fields.join("\n"), "{method} {path}");
    }
}

#[test]
fn the_url_of_an_entity_is_found_from_its_id() {
    let policy = policy();
    let of = |kind, id, origin| policy.entity_url(kind, id, origin).map(|url| String::from(url.as_str()));
    assert_eq!(of("chapter", "3", None).unwrap(), "https://example.org/api/chapters/3");
    assert_eq!(
        of("chapter", "a/b", Some("http://localhost:1")).unwrap(),
        "http://localhost:1/api/chapters/a%2Fb"
    );
    assert_eq!(of("chapter", "", None), None);
    assert_eq!(of("unknown", "3", None), None);

    let server = Policy::from_value(&value(DOCUMENT), None).unwrap();
    assert_eq!(server.entity_url("chapter", "3", None), None);
}
