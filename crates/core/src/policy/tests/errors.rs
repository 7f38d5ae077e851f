use alloc::string::ToString;

use super::*;

fn check(document: &str, message: &str) {
    let error = Policy::from_value(&value(document), None).unwrap_err();
    assert_eq!(error.to_string(), message, "{document}");
    assert_eq!(error.code(), "config-invalid");
}

#[test]
fn an_error_in_a_rule_names_its_path() {
    for (rules, message) in [
        (r#"{}"#, "rules: must be a list"),
        (r#"[1]"#, "rules[0]: must be an object"),
        (r#"[{"match":"/a"},{}]"#, "rules[1]: needs \"match\""),
        (r#"[{"match":1}]"#, "rules[0].match: must be a text"),
        (
            r#"[{"match":"api/*"}]"#,
            "rules[0].match: must begin with \"/\" or with an origin such as \"https://example.org/\"",
        ),
        (r#"[{"match":"/a?b"}]"#, "rules[0].match: must have no \"?\" and no \"#\""),
        (
            r#"[{"match":"/a","mach":1}]"#,
            "rules[0].mach: is not known here; known are \"match\", \"methods\", \"cache\", \"safe\", \"durable\", \"staleTime\", \"gcTime\", \"persist\", \"mode\", \"tags\"",
        ),
        (r#"[{"match":"/a","match":"/b"}]"#, "rules[0].match: is there twice"),
        (
            r#"[{"match":"/a","staleTime":-1}]"#,
            "rules[0].staleTime: must be a number of milliseconds, not negative",
        ),
        (
            r#"[{"match":"/a","staleTime":"5"}]"#,
            "rules[0].staleTime: must be a number of milliseconds, not negative",
        ),
        (
            r#"[{"match":"/a","gcTime":1e300}]"#,
            "rules[0].gcTime: must be a number of milliseconds, not negative",
        ),
        (r#"[{"match":"/a","cache":"no"}]"#, "rules[0].cache: must be true or false"),
        (r#"[{"match":"/a","safe":1}]"#, "rules[0].safe: must be true or false"),
        (r#"[{"match":"/a","durable":true}]"#, "rules[0]: needs \"methods\""),
        (r#"[{"match":"/a","persist":[]}]"#, "rules[0].persist: must be true or false"),
        (r#"[{"match":"/a","mode":"fast"}]"#, "rules[0].mode: must be one of \"fresh\", \"swr\""),
        (r#"[{"match":"/a","methods":"POST"}]"#, "rules[0].methods: must be a list"),
        (r#"[{"match":"/a","methods":[]}]"#, "rules[0].methods: must be at least one method"),
        (
            r#"[{"match":"/a","methods":["POST","post"]}]"#,
            "rules[0].methods[1]: must be one of \"GET\", \"HEAD\", \"POST\", \"PUT\", \"PATCH\", \"DELETE\", \"OPTIONS\", \"TRACE\"",
        ),
        (r#"[{"match":"/a","tags":"x"}]"#, "rules[0].tags: must be a list"),
        (r#"[{"match":"/a","tags":["x",1]}]"#, "rules[0].tags[1]: must be a text"),
        (
            r#"[{"match":"/a"},{"match":"/b"},{"match":"/api/:id","tags":["{x}"]}]"#,
            "rules[2].tags[0]: names {x}, which match \"/api/:id\" does not have",
        ),
        (r#"[{"match":"/a","tags":["{}"]}]"#, "rules[0].tags[0]: names {}, which match \"/a\" does not have"),
        (r#"[{"match":"/:id","tags":["x{id"]}]"#, "rules[0].tags[0]: has a brace without its partner"),
        (r#"[{"match":"/:id","tags":["x}"]}]"#, "rules[0].tags[0]: has a brace without its partner"),
        (r#"[{"match":"/:id","tags":["{a{id}}"]}]"#, "rules[0].tags[0]: has a brace without its partner"),
        (
            r#"[{"match":"/a","tags":[""]}]"#,
            "rules[0].tags[0]: must be a tag: not empty, not \"*\", not beginning with \"/\"",
        ),
        (
            r#"[{"match":"/a","tags":["/a"]}]"#,
            "rules[0].tags[0]: must be a tag: not empty, not \"*\", not beginning with \"/\"",
        ),
    ] {
        check(&[r#"{"rules":"#, rules, "}"].concat(), message);
    }
}

#[test]
fn an_error_in_an_entity_names_its_path() {
    for (entities, message) in [
        (r#"[]"#, "entities: must be an object"),
        (r#"{"a":1}"#, "entities.a: must be an object"),
        (r#"{"a":{}}"#, "entities.a: needs \"path\""),
        (r#"{"a":{"path":"/a"}}"#, "entities.a.path: must be a path with \":id\" in it"),
        (r#"{"a":{"path":"/a/:id/:id"}}"#, "entities.a.path: has the same name twice"),
        (r#"{"a":{"path":"/a/:id"},"a":{"path":"/b/:id"}}"#, "entities.a: is there twice"),
        (
            r#"{"a:b":{"path":"/a/:id"}}"#,
            "entities.a:b: must be under a name of letters, digits, \"_\", \"-\" and \".\"",
        ),
        (
            r#"{"a":{"path":"/a/:id","list":[]}}"#,
            "entities.a.list: is not known here; known are \"path\", \"parents\", \"actions\", \"collection\", \"lists\"",
        ),
        (
            r#"{"a":{"path":"/a/:id","collection":"a"}}"#,
            "entities.a.collection: must begin with \"/\" or with an origin such as \"https://example.org/\"",
        ),
        (r#"{"a":{"path":"/a/:id","collection":1}}"#, "entities.a.collection: must be a text"),
        (
            r#"{"a":{"path":"/a/:id","actions":["/x"]}}"#,
            "entities.a.actions[0]: must be what follows the path and a \"/\"",
        ),
        (r#"{"a":{"path":"/a/:id","actions":["x/:id"]}}"#, "entities.a.actions[0]: has the same name twice"),
        (
            r#"{"a":{"path":"/a/:id","lists":["*"]}}"#,
            "entities.a.lists[0]: must be a tag: not empty, not \"*\", not beginning with \"/\"",
        ),
        (r#"{"a":{"path":"/a/:id","parents":["b"]}}"#, "entities.a.parents: must be an object"),
        (r#"{"a":{"path":"/a/:id","parents":{"b":1}}}"#, "entities.a.parents.b: must be the name of a field"),
        (
            r#"{"a":{"path":"/a/:id","parents":{"b":"bId"}}}"#,
            "entities.a.parents.b: \"b\" is no entity of this document",
        ),
        (
            r#"{"a":{"path":"/a/:id","parents":{"a":"aId"}}}"#,
            "entities.a.parents.a: makes \"a\" its own ancestor",
        ),
        (
            r#"{"x":{"path":"/x/:id","parents":{"a":"aId"}},"a":{"path":"/a/:id","parents":{"r":"rId","b":"bId"}},
                "b":{"path":"/b/:id","parents":{"a":"aId"}},"r":{"path":"/r/:id"}}"#,
            "entities.a.parents.b: makes \"a\" its own ancestor",
        ),
    ] {
        check(&[r#"{"entities":"#, entities, "}"].concat(), message);
    }
}

#[test]
fn an_error_at_the_top_names_its_path() {
    check("[]", "options: must be an object");
    check(r#"{"rules":[],"rules":[]}"#, "rules: is there twice");
    check(
        r#"{"staletime":1}"#,
        "staletime: is not known here; known are \"rules\", \"entities\", \"scope\", \"buster\", \"maxAge\", \
         \"settleMs\", \"maxEntries\", \"maxBytes\", \"maxStorage\", \"maxEntrySize\", \"persist\", \"query\", \
         \"prefetchStaleTime\", \"prefetch\", \"metrics\", \"flags\", \"observeXhr\", \"prefetchHtml\", \"$schema\"",
    );
}

#[test]
fn what_is_null_is_not_there() {
    for document in [
        "null",
        "{}",
        r#"{"rules":null,"entities":null,"maxAge":5,"scope":null}"#,
        r#"{"rules":[{"match":"/a","methods":null,"tags":null,"staleTime":null,"mode":null}]}"#,
        r#"{"entities":{"a":{"path":"/a/:id","parents":null,"collection":null}}}"#,
    ] {
        assert!(Policy::from_value(&value(document), None).is_ok(), "{document}");
    }
}

#[test]
fn options_of_another_type_or_out_of_range_are_refused() {
    let millis = "must be a number of milliseconds, not negative";
    for (options, message) in [
        (r#"{"maxAge":-1}"#, ["maxAge: ", millis].concat()),
        (r#"{"settleMs":1e300}"#, ["settleMs: ", millis].concat()),
        (r#"{"settleMs":true}"#, ["settleMs: ", millis].concat()),
        (r#"{"maxEntries":4294967296}"#, "maxEntries: must be a number from 0 to 4294967295".into()),
        (r#"{"scope":"me"}"#, "scope: must be an object".into()),
        (r#"{"persist":"yes"}"#, "persist: must be true or false".into()),
        (r#"{"observeXhr":0}"#, "observeXhr: must be true or false".into()),
        (r#"{"flags":true}"#, "flags: must be an object".into()),
    ] {
        check(options, &message);
    }
    let fraction = value(r#"{"maxAge":1500.7,"maxEntries":10,"scope":{},"persist":false,"buster":null}"#);
    let [_, _, scope, buster, max_age, settle, _, _, _, _, persist, ..] =
        Node::root(&fraction).fields(&document::TOP).unwrap();
    assert!(scope.as_object().is_some());
    assert_eq!(buster.as_str(), None);
    assert_eq!((max_age.as_millis(), settle.as_millis()), (Some(1500), None));
    assert_eq!(persist.as_bool(), Some(false));
}
