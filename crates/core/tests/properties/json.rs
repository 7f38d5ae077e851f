//! JSON and options: what is read is what serde_json reads, and options are taken or refused with a path.

use everfresh_core::engine::{Engine, Environment};
use everfresh_core::json;
use everfresh_core::value::Value;

pub(crate) fn check(text: &str) {
    let read = json::parse(text);
    match serde_json::from_str::<Value>(text) {
        // serde_json also reads exponents, which ours refuses, and rounds long fractions otherwise.
        Ok(value) if is_whole(&value) && !text.contains(['.', 'e', 'E']) => assert_eq!(read, Some(value)),
        Ok(_) => {}
        // What is too large for a number is infinite, as browsers read it, and refused by serde_json.
        Err(_) => assert!(read.as_ref().is_none_or(|value| !is_whole(value)), "{text:?}"),
    }
    let Some(options) = read else { return };
    let environment =
        Environment { origin: "https://a.test".into(), document: "document1".into(), hash_key: [1, 2] };
    if let Err(error) = Engine::new(&options, environment) {
        assert!(!error.to_string().is_empty());
    }
}

/// Whether there is no number in it that ours and theirs may round differently.
fn is_whole(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.abs() < 9_007_199_254_740_992.0,
        Value::Array(members) => members.iter().all(is_whole),
        Value::Object(members) => members.iter().all(|(_, member)| is_whole(member)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    const OPTIONS: &str = "\\{(\"(rules|entities|scope|buster|maxAge|settleMs|maxEntries|persist|x)\": ?\
        (\\[\\]|\\{\\}|\"a\"|-?[0-9]{1,5}|true|null|\\[\\{\"match\": \"/[a:*?]{0,3}\"(, \"(staleTime|tags|mode|methods|safe)\": \
        (1|\\[\"a:\\{id\\}\"\\]|\"swr\"|\\[\"POST\"\\]|true))?\\}\\]|\\{\"a\": \\{\"path\": \"/[a:/]{0,4}\"\\}\\}),? ?){0,3}\\}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn p7_options_are_taken_or_refused(text in OPTIONS) {
            super::check(&text);
        }

        #[test]
        fn p7_json_is_read_as_others_read_it(
            text in r#"[\[{]?("([a\\u0"]|\\u[d0][89c]00)*"[, :]?|[0-9]{1,4},?|[\]}]){0,4}[\]}]?"#
        ) {
            super::check(&text);
        }

        #[test]
        fn p7_any_text_is_read_or_refused(text in any::<String>()) {
            super::check(&text);
        }
    }
}
