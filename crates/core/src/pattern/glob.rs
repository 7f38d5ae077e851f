//! A pattern with wildcards over path and query.

use alloc::string::String;

use crate::text::has;
use crate::url::split_before;

/// A pattern in which `*` is any run of characters, `/` included, and all else stands for itself.
///
/// A pattern with a `?` is matched against path and query, any other against the path alone, whatever
/// the query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    text: String,
}

impl Glob {
    /// A pattern of this text.
    pub fn new(text: &str) -> Self {
        Self { text: text.into() }
    }

    /// The pattern's text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole of the path, or of path and query, is as the pattern says.
    pub fn matches(&self, path: &str, query: Option<&str>) -> bool {
        let query = if has(&self.text, '?') { query } else { None };
        matches(self.text.as_bytes(), &Subject { path: path.as_bytes(), query })
    }

    /// What every match begins with, as far as it is in the path.
    pub fn literal_prefix(&self) -> &str {
        let (prefix, _) = split_before(&self.text, b"*?");
        prefix
    }
}

/// Path and query, read as one text without joining them.
struct Subject<'a> {
    path: &'a [u8],
    query: Option<&'a str>,
}

impl Subject<'_> {
    fn at(&self, position: usize) -> Option<u8> {
        match position.checked_sub(self.path.len()) {
            None => Some(self.path[position]),
            Some(0) => self.query.map(|_| b'?'),
            Some(beyond) => self.query?.as_bytes().get(beyond - 1).copied(),
        }
    }
}

/// Goes through both texts once; on a mismatch the last `*` takes one character more. Earlier ones need
/// not be tried again: the first place where their text fits leaves the most for the rest.
fn matches(pattern: &[u8], subject: &Subject<'_>) -> bool {
    let (mut in_pattern, mut in_subject) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let byte = subject.at(in_subject);
        match pattern.get(in_pattern) {
            Some(b'*') => {
                in_pattern += 1;
                if in_pattern == pattern.len() {
                    return true;
                }
                retry = Some((in_pattern, in_subject));
                continue;
            }
            None if byte.is_none() => return true,
            expected if byte.is_some() && expected == byte.as_ref() => {
                in_pattern += 1;
                in_subject += 1;
                continue;
            }
            _ => {}
        }
        let Some((after_star, taken)) = retry.as_mut() else {
            return false;
        };
        if subject.at(*taken).is_none() {
            return false;
        }
        *taken += 1;
        in_pattern = *after_star;
        in_subject = *taken;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::format;

    use super::*;

    #[test]
    fn matches_path_and_query() {
        for (pattern, url, expected) in [
            ("/api/stories/*", "/api/stories/42", true),
            ("/api/stories/*", "/api/stories/42/scenes/7", true),
            ("/api/stories/*", "/api/stories/", true),
            ("/api/stories/*", "/api/stories", false),
            ("/api/stories/*", "/api/stories/42?draft=1", true),
            ("/api/stories*", "/api/storiesque", true),
            ("/*", "/", true),
            ("*", "/", true),
            ("/a*b*c", "/aXXbYYc", true),
            ("/a*b*c", "/aXXcYYb", false),
            ("/a*b", "/abab", true),
            ("/a?*", "/a", false),
            ("/a?*", "/a?", true),
            ("/a?*", "/a?x=1", true),
            ("/a*?x=*", "/abc?x=1", true),
            ("/a*?x=*", "/abc?y=1", false),
            ("/a?x=*&y=2", "/a?x=1&y=2", true),
            ("/a?x=1", "/a?x=1", true),
            ("/a?x=1", "/a?x=12", false),
            ("/a/*/b?*", "/a/1?q=/b?c", true),
            ("/a/*/b?*", "/a/1/c?d", false),
        ] {
            let (path, query) = match url.split_once('?') {
                Some((path, query)) => (path, Some(query)),
                None => (url, None),
            };
            assert_eq!(Glob::new(pattern).matches(path, query), expected, "{pattern} on {url}");
        }
    }

    #[test]
    fn literal_prefix_ends_at_the_first_wildcard_or_query() {
        for (pattern, prefix) in [("/a/*/b", "/a/"), ("/a", "/a"), ("/a?b*", "/a"), ("*", ""), ("", "")] {
            assert_eq!(Glob::new(pattern).literal_prefix(), prefix);
        }
    }

    #[test]
    fn p10_a_hostile_pattern_costs_no_more_than_its_product() {
        let pattern = Glob::new(&format!("{}b", "a*".repeat(500)));
        assert!(!pattern.matches(&"a".repeat(20_000), None));
    }
}
