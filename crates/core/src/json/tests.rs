#![allow(clippy::unwrap_used)]

use alloc::{rc::Rc, string::String};

use proptest::prelude::*;

use super::*;
use crate::value::{MAX_DEPTH, Value};

fn check(text: &str) {
    assert_eq!(parse(text), serde_json::from_str::<Value>(text).ok(), "{text}");
}

#[test]
fn agrees_with_serde_json_on_edge_cases() {
    for text in [
        "[]",
        " [ ] ",
        r#"["a"]"#,
        r#" [ "a" , "b" ] "#,
        r#"["a",]"#,
        r#"[,"a"]"#,
        r#"["a" "b"]"#,
        r#"["a"]x"#,
        r#"["a"#,
        r#"["a"#,
        "[",
        "",
        "{",
        "}",
        "{}",
        " { } ",
        r#"{"a":1}"#,
        r#"{"a":1,}"#,
        r#"{"a"}"#,
        r#"{a:1}"#,
        r#"{"a":[{"b":null}],"a":true}"#,
        r#"{"a" : false , "b":"c"}"#,
        r#"["\u00e9\ud83d\ude00\n\/"]"#,
        r#"["\ud83d"]"#,
        r#"["\ud83dx"]"#,
        r#"["\ude00"]"#,
        r#"["\ud83d\ud83d"]"#,
        r#"["\u12"]"#,
        r#"["\x"]"#,
        "[\"\u{1}\"]",
        "[\"\u{7f}\"]",
        "1",
        "-1",
        "01",
        "-",
        "1.",
        ".5",
        "0",
        "1e",
        "+1",
        "nul",
        "nulll",
        "true",
        "[1 2]",
        "[1,2]",
        "9007199254740991",
        "\"a\"",
        "\u{feff}1",
        "[\u{a0}1]",
    ] {
        check(text);
    }
}

#[test]
fn numbers_have_no_exponent() {
    for text in ["1e3", "1E+3", "25e-2", "[1.5e1]", "1.", ".5", "01.5", "1.e2"] {
        assert_eq!(parse(text), None, "{text}");
    }
    for text in ["-0.5", "0.25", "0.15", "[1.5]", "0.000001", "1.50"] {
        check(text);
    }
}

#[test]
fn p10_nesting_is_bounded() {
    for depth in [MAX_DEPTH, MAX_DEPTH + 1] {
        check(&["[".repeat(depth), "]".repeat(depth)].concat());
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(text in any::<String>(), number in -1_000_000_i64..1 << 52, flag in any::<bool>()) {
        let texts = [Rc::from(text.as_str()), Rc::from("b")];
        let mut object = Object::new();
        object.text(&text, &text).number("n", number).flag("f", flag).texts("l", &texts);
        let written = object.optional("o", None).optional("p", Some("q")).list("e", "{}").finish();
        let read = serde_json::from_str::<Value>(&written).unwrap();
        prop_assert_eq!(parse(&written), Some(read.clone()));
        let members = read.as_object().unwrap();
        prop_assert_eq!(&members[0], &(text.clone(), Value::String(text)));
        prop_assert_eq!(members[1].1.as_number(), Some(number as f64));
        prop_assert_eq!(members[2].1.as_bool(), Some(flag));
        prop_assert_eq!(members[3].1.as_array().unwrap().len(), 2);
        prop_assert_eq!(&members[4].1, &Value::Null);
    }
}
