#![allow(clippy::unwrap_used)]

use alloc::string::ToString;
use std::format;

use proptest::prelude::*;

use super::*;

fn canonical(text: &str) -> Option<String> {
    Url::parse(text).map(|url| url.as_str().to_string())
}

#[test]
fn spellings_of_one_resource_are_one() {
    for (text, expected) in [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG/A", "https://example.org/A"),
        ("https://example.org:443/", "https://example.org/"),
        ("http://example.org:80/", "http://example.org/"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("http://example.org:/", "http://example.org/"),
        ("http://localhost:03000/", "http://localhost:3000/"),
        ("http://[::1]:3000/a", "http://[::1]:3000/a"),
        ("http://[2001:DB8::A]/", "http://[2001:db8::a]/"),
        ("https://example.org?x=1", "https://example.org/?x=1"),
        ("https://example.org/a?", "https://example.org/a?"),
        ("https://example.org/a#b", "https://example.org/a"),
        ("https://example.org/a?x#b?c", "https://example.org/a?x"),
        ("https://example.org#x", "https://example.org/"),
        ("  https://example.org/a  ", "https://example.org/a"),
        // Dot segments.
        ("https://example.org/a/./b/../c", "https://example.org/a/c"),
        ("https://example.org/a/..", "https://example.org/"),
        ("https://example.org/a/b/.", "https://example.org/a/b/"),
        ("https://example.org/../../a", "https://example.org/a"),
        ("https://example.org/a/%2e%2E/b", "https://example.org/b"),
        ("https://example.org/a//b/", "https://example.org/a//b/"),
        ("https://example.org//", "https://example.org//"),
        ("https://example.org/a/...", "https://example.org/a/..."),
        ("https://example.org/?a/../b", "https://example.org/?a/../b"),
        // Percent-encoding.
        ("https://example.org/%7euser/%41", "https://example.org/~user/A"),
        ("https://example.org/a%2fb%3f", "https://example.org/a%2Fb%3F"),
        ("https://example.org/caf\u{e9}", "https://example.org/caf%C3%A9"),
        ("https://example.org/a b?c d", "https://example.org/a%20b?c%20d"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/%zz%4", "https://example.org/%25zz%254"),
        ("https://example.org/a[0]?b[]=1", "https://example.org/a%5B0%5D?b%5B%5D=1"),
        ("https://example.org/it's?q=it's", "https://example.org/it's?q=it%27s"),
        ("https://example.org/a\\b", "https://example.org/a/b"),
        ("https://example.org/?a\\b", "https://example.org/?a%5Cb"),
        ("https://example.org/?b=2&a=1+1", "https://example.org/?b=2&a=1+1"),
        ("https://example.org/a?b?c", "https://example.org/a?b?c"),
    ] {
        assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_no_web_url_is_refused() {
    for text in [
        "",
        "/a",
        "example.org",
        "https:",
        "https:/example.org",
        "https://",
        "https:///a",
        "https://?a",
        "https://:80/",
        "ftp://example.org/",
        "data:text/plain,x",
        "blob:https://example.org/1",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org\\@evil.example/",
        "https://example.org:x/",
        "https://example.org:65536/",
        "https://example.org:99999999999999999999/",
        "https://exa mple.org/",
        "https://ex%61mple.org/",
        "https://ex\u{e9}mple.org/",
        "https://[::1/",
        "https://[abc]/",
        "https://a:b:80/",
        "https://example.org/a\nb",
        "https://example.org/a\u{0}",
        "\thttps://example.org/",
    ] {
        let url = canonical(text);
        // A backslash ends the host, as in browsers.
        if text.contains('\\') {
            assert_eq!(url.as_deref(), Some("https://example.org/@evil.example/"));
        } else {
            assert_eq!(url, None, "{text}");
        }
    }
}

#[test]
fn parts_are_slices_of_the_whole() {
    let url = Url::parse("http://localhost:3000/a/b?c=d").unwrap();
    assert_eq!(url.origin(), "http://localhost:3000");
    assert_eq!(url.path(), "/a/b");
    assert_eq!(url.query(), Some("c=d"));
    assert_eq!(url.path_and_query(), "/a/b?c=d");
    assert_eq!(Url::parse("http://localhost/a").unwrap().query(), None);
    assert_eq!(Url::parse("http://localhost/a?").unwrap().query(), Some(""));
}

#[test]
fn references_are_resolved() {
    let base = Url::parse("http://a.example:8080/b/c/d;p?q").unwrap();
    for (reference, expected) in [
        ("g", Some("http://a.example:8080/b/c/g")),
        ("./g", Some("http://a.example:8080/b/c/g")),
        ("g/", Some("http://a.example:8080/b/c/g/")),
        ("/g", Some("http://a.example:8080/g")),
        ("//g.example", Some("http://g.example/")),
        ("\\\\g.example\\x", Some("http://g.example/x")),
        ("?y", Some("http://a.example:8080/b/c/d;p?y")),
        ("g?y", Some("http://a.example:8080/b/c/g?y")),
        ("#s", Some("http://a.example:8080/b/c/d;p?q")),
        ("", Some("http://a.example:8080/b/c/d;p?q")),
        (";x", Some("http://a.example:8080/b/c/;x")),
        ("g;x=1/../y", Some("http://a.example:8080/b/c/y")),
        (".", Some("http://a.example:8080/b/c/")),
        ("..", Some("http://a.example:8080/b/")),
        ("../../../g", Some("http://a.example:8080/g")),
        ("g?y/../x", Some("http://a.example:8080/b/c/g?y/../x")),
        ("./a:b", Some("http://a.example:8080/b/c/a:b")),
        ("1:2", Some("http://a.example:8080/b/c/1:2")),
        ("?a:b", Some("http://a.example:8080/b/c/d;p?a:b")),
        (" /g\t", Some("http://a.example:8080/g")),
        ("https://other.example/x", Some("https://other.example/x")),
        ("http:g", None),
        ("mailto:x@example.org", None),
        ("//", None),
        ("//user@h/", None),
    ] {
        let joined = base.join(reference);
        assert_eq!(joined.as_ref().map(Url::as_str), expected, "{reference}");
    }
    let shallow = Url::parse("http://a.example").unwrap();
    assert_eq!(shallow.join("g").unwrap().as_str(), "http://a.example/g");
}

#[test]
fn values_survive_encoding() {
    for value in ["a/b", "caf\u{e9}", "100%", "a b", "?#", "it's", "\u{1f600}"] {
        let mut encoded = String::new();
        push_component(&mut encoded, value);
        assert_eq!(decoded(&encoded), value);
        assert!(encoded.is_ascii());
    }
    assert_eq!(decoded("%ff"), "%ff");
    assert_eq!(decoded("%4"), "%4");
}

proptest! {
    #[test]
    fn every_path_of_a_url_is_its_own_normal_form(text in "/[!-~]{0,20}") {
        let (path, query) = normal_path_and_query(&text);
        let url = Url::parse(&format!("http://h{text}")).unwrap();
        prop_assert_eq!(url.path(), path);
        prop_assert_eq!(url.query(), query.as_deref());
    }
}
