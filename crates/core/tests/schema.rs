//! The schema of the rules document, which ships in the npm package, says of each document what the parser says of it.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use everfresh_core::json;
use everfresh_core::policy::Policy;
use serde_json::{Map, Value, json};

/// What may stand anywhere in a document.
fn values() -> Vec<Value> {
    let texts = ["", "x", "*", "/", "/x", "/x/:id", "x/:id", "/x?y", "https://a.test/x", "GET", "get", "swr"];
    let mut values = vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(30_000),
        json!(1.5),
        json!(-1),
        json!(9_007_199_254_740_992_u64),
        json!([]),
        json!({}),
        json!([1]),
        json!({ "x": 1 }),
    ];
    for text in texts {
        values.extend([json!(text), json!([text]), json!({ "x": text })]);
    }
    values
}

/// What the parser finds that no schema can say: it looks at several places at once.
const ACROSS: [&str; 3] = ["is no entity of this document", "has the same name twice", "its own ancestor"];

#[test]
fn the_schema_and_the_parser_agree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../pkg-template/everfresh.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut told = [0, 0];
    let mut check = |document: Value| {
        let parsed = Policy::from_value(&json::parse(&document.to_string()).unwrap(), None);
        let message = parsed.as_ref().err().map(ToString::to_string).unwrap_or_default();
        if ACROSS.iter().any(|words| message.contains(words)) {
            return;
        }
        assert_eq!(validator.is_valid(&document), parsed.is_ok(), "{document}: {message}");
        told[usize::from(parsed.is_ok())] += 1;
    };

    let names = |place: &str| -> Vec<String> {
        let properties = schema.pointer(place).and_then(Value::as_object).unwrap();
        properties.keys().cloned().chain(["unknown".to_owned()]).collect()
    };
    let with = |mut object: Map<String, Value>, name: &str, value: &Value| {
        object.insert(name.to_owned(), value.clone());
        Value::Object(object)
    };
    let rule = json!({ "match": "/a/:id" }).as_object().unwrap().clone();
    let writes = json!({ "match": "/a", "methods": ["POST"] }).as_object().unwrap().clone();
    let entity = json!({ "path": "/a/:id" }).as_object().unwrap().clone();
    for value in values() {
        for name in names("/properties") {
            check(with(Map::new(), &name, &value));
        }
        for name in names("/$defs/rule/properties") {
            check(json!({ "rules": [with(rule.clone(), &name, &value)] }));
            check(json!({ "rules": [with(writes.clone(), &name, &value)] }));
            check(json!({ "rules": [with(Map::new(), &name, &value)] }));
        }
        for name in names("/$defs/entity/properties") {
            check(json!({ "entities": { "a": with(entity.clone(), &name, &value) } }));
        }
        check(json!({ "entities": { "a b": { "path": "/a/:id" } } }));
    }
    assert!(told.iter().all(|count| *count > 50), "{told:?}");
}

#[test]
fn the_schema_describes_all_that_the_demo_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read =
        |path| -> Value { serde_json::from_str(&std::fs::read_to_string(root.join(path)).unwrap()).unwrap() };
    let validator = jsonschema::validator_for(&read("pkg-template/everfresh.schema.json")).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&read("www/everfresh.json")).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
}
