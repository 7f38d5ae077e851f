//! Texts with `{names}` in them.

use std::collections::BTreeMap;

/// The names in a text, each that is between braces and made of letters, digits and `_`.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|(_, name)| name)
}

/// The text with values in the place of names; what has none stays.
pub(crate) fn fill(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut filled = String::with_capacity(text.len());
    for (before, name) in pieces(text) {
        filled.push_str(before);
        let Some(name) = name else { continue };
        match values.get(name) {
            Some(value) => filled.push_str(value),
            None => filled.extend(["{", name, "}"]),
        }
    }
    filled
}

/// What is before each name, and the name; at last what is behind all.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest.take()?;
        let mut from = 0;
        while let Some(open) = text[from..].find('{').map(|at| from + at) {
            let behind = &text[open + 1..];
            let length =
                behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(behind.len());
            if length > 0 && behind[length..].starts_with('}') {
                rest = Some(&behind[length + 1..]);
                return Some((&text[..open], Some(&behind[..length])));
            }
            from = open + 1;
        }
        Some((text, None))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_values() {
        let values = BTreeMap::from([("a".to_owned(), "1".to_owned()), ("b_2".to_owned(), "{a}".to_owned())]);
        for (text, filled) in [
            ("", ""),
            ("/x/{a}/{b_2}?{a}", "/x/1/{a}?1"),
            ("{c}", "{c}"),
            (r#"{"text":"{a}","n":{"x":"{a}"}}"#, r#"{"text":"1","n":{"x":"1"}}"#),
            ("{{a}}{}{a", "{1}{}{a"),
        ] {
            assert_eq!(fill(text, &values), filled);
        }
        assert_eq!(names("{a}{ü}{b}{c").collect::<Vec<_>>(), ["a", "b"]);
    }
}
