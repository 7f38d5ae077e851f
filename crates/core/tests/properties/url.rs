//! URLs and keys: normalising is idempotent, and a key finds its URL again.

use everfresh_core::journal::Claim;
use everfresh_core::key::{self, item_prefix};
use everfresh_core::url::Url;

pub(crate) fn check(text: &str) {
    let base = Url::parse("https://example.org/a/b?c").expect("a URL");
    let urls = [
        Url::parse(text),
        Url::parse(&format!("https://{text}")),
        Url::parse(&format!("http://h/{text}?{text}")),
        base.join(text),
    ];
    for url in urls.into_iter().flatten() {
        let whole = url.as_str();
        assert_eq!(Url::parse(whole).as_ref(), Some(&url), "normalising twice changes nothing");
        assert_eq!(Url::parse(&escaped(&url)).as_ref(), Some(&url), "escapes that are not needed go");
        assert!(whole.is_ascii() && !whole.contains(['#', ' ', '\\', '"', '<']));
        assert!(
            url.path().starts_with('/') && !url.path().split('/').any(|part| part == "." || part == "..")
        );
        assert_eq!(format!("{}{}", url.origin(), url.path_and_query()), whole);
        assert_eq!(Url::parse(url.origin()).expect("an origin is a URL").origin(), url.origin());
        assert_eq!(url.join("").as_ref(), Some(&url));
        assert_eq!(url.join(whole).as_ref(), Some(&url));
        // What begins with two slashes names a host.
        if !url.path().starts_with("//") {
            assert_eq!(url.join(url.path_and_query()).as_ref(), Some(&url));
        }
        for (variant, authorization) in [("", None), (text, None), ("omit", Some(7))] {
            let key = key::key(&url, variant, authorization);
            assert_eq!(Url::parse(key.split('#').next().unwrap_or_default()), Some(url.clone()));
        }
    }
    // A scope can't reach into another's names.
    let claim = Claim::default().followed_by(5, "document1", text);
    assert_eq!(claim.scope(), text);
    for other in ["", "me", "me|", "%7C"] {
        let later = claim.followed_by(1, "document2", other);
        assert!(later.is_newer_than(&claim) && !claim.is_newer_than(&later));
        let (ours, theirs) = (item_prefix(&claim), item_prefix(&later));
        assert!(!ours.starts_with(&*theirs) && !theirs.starts_with(&*ours));
    }
}

/// The URL with every letter, digit, `-`, `_` and `~` of its path escaped, unless it is part of an escape.
fn escaped(url: &Url) -> String {
    let mut text = url.origin().to_owned();
    for (at, byte) in url.path().bytes().enumerate() {
        let in_escape = url.path()[at.saturating_sub(2)..=at].contains('%');
        match byte {
            b'-' | b'_' | b'~' if !in_escape => text.push_str(&format!("%{byte:02x}")),
            byte if byte.is_ascii_alphanumeric() && !in_escape => text.push_str(&format!("%{byte:02X}")),
            byte => text.push(char::from(byte)),
        }
    }
    text + &url.path_and_query()[url.path().len()..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]
        #[test]
        fn p1_normalising_twice_changes_nothing(
            rest in "[ -~\u{e9}]{0,40}", path in "(/?[.a%2eE'\\\\]{0,4}){0,6}", host in "[a-zA-Z.:@\\[\\]0-9]{0,10}"
        ) {
            super::check(&rest);
            super::check(&path);
            super::check(&format!("HTTPS://{host}{path}"));
        }

        #[test]
        fn p7_any_text_is_a_url_or_none(text in any::<String>()) {
            super::check(&text);
        }
    }
}
