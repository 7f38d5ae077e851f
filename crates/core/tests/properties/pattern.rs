//! Patterns: they match what a naive model matches, and what a route expands to, it matches.

use everfresh_core::pattern::{Glob, Route};
use everfresh_core::url::Url;

/// The text is a pattern and a URL's path and query, a line each.
pub(crate) fn check(text: &str) {
    let (pattern, url) = text.split_once('\n').unwrap_or((text, text));
    // The model takes time and room in proportion to the product.
    if pattern.len() > 200 || url.len() > 200 {
        return;
    }
    let (path, query) = match url.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (url, None),
    };
    let glob = Glob::new(pattern);
    let subject = if pattern.contains('?') { url } else { path };
    let expected = model(&tokens(pattern.as_bytes(), false), subject.as_bytes());
    assert_eq!(glob.matches(path, query), expected, "{pattern:?} on {url:?}");
    assert!(!expected || subject.starts_with(glob.literal_prefix()));

    let (Ok(route), Some(url)) = (Route::parse(pattern), Url::parse(&format!("https://a.test/{path}")))
    else {
        return;
    };
    // Where the route has only what stands for itself in a URL too, the model can read it as it is.
    if pattern.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/:*_-".contains(&byte)) {
        let tokens = tokens(pattern.as_bytes(), true);
        let found = route.match_url(&url, Some("https://a.test"));
        assert_eq!(
            found.is_some(),
            model(&tokens, url.path().as_bytes()),
            "{pattern:?} on {url}",
            url = url.as_str()
        );
        let Some(params) = found else { return };
        if let Some(expanded) = route.expand(&params) {
            let again =
                Url::parse(&format!("https://a.test{expanded}")).expect("an expanded route is a path");
            assert_eq!(route.match_url(&again, Some("https://a.test")), Some(params));
        }
    }
}

#[derive(Clone, Copy)]
enum Token {
    Byte(u8),
    /// Any run.
    Star,
    /// A segment that is not empty.
    Name,
}

fn tokens(pattern: &[u8], names: bool) -> Vec<Token> {
    let mut tokens = vec![];
    let mut at = 0;
    while let Some(&byte) = pattern.get(at) {
        at += 1;
        if names && byte == b':' && at > 1 && pattern[at - 2] == b'/' {
            at += pattern[at..].iter().take_while(|byte| **byte != b'/').count();
            tokens.push(Token::Name);
        } else {
            tokens.push(if byte == b'*' { Token::Star } else { Token::Byte(byte) });
        }
    }
    tokens
}

/// Where each beginning of the pattern may end in the text, all at once.
fn model(tokens: &[Token], text: &[u8]) -> bool {
    let mut ends = vec![false; text.len() + 1];
    ends[0] = true;
    for token in tokens {
        let mut next = vec![false; text.len() + 1];
        for from in (0..=text.len()).filter(|&from| ends[from]) {
            match token {
                Token::Byte(byte) if text.get(from) == Some(byte) => next[from + 1] = true,
                Token::Byte(_) => {}
                Token::Star => next[from..].fill(true),
                Token::Name => {
                    let length = text[from..].iter().take_while(|byte| **byte != b'/').count();
                    // A name fills its segment.
                    next[from + length] |= length > 0;
                }
            }
        }
        ends = next;
    }
    ends[text.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn globs_agree_with_the_naive_model(pattern in "[ab*/?]{0,12}", url in "/[ab/]{0,10}(\\?[ab?]{0,6})?") {
            super::check(&format!("{pattern}\n{url}"));
        }

        #[test]
        fn routes_agree_with_the_naive_model(
            segments in prop::collection::vec("\\*|a|a\\*|\\*b|:|b", 1..6), path in "[ab/]{0,10}"
        ) {
            let mut route = String::new();
            for (at, segment) in segments.iter().enumerate() {
                let name = if segment == ":" { at.to_string().replace(char::is_numeric, "x") + &"y".repeat(at) } else { String::new() };
                route.extend(["/", segment, &name]);
            }
            super::check(&format!("{route}\n{path}"));
        }

        #[test]
        fn p7_any_text_is_a_pattern(text in any::<String>()) {
            super::check(&text);
        }
    }
}
