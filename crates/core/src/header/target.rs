//! What the text of one member names.

use alloc::string::String;

use crate::pattern::Glob;
use crate::target::Target;
use crate::text::has;
use crate::url::{Url, normal_path_and_query, normal_pattern, split_before};

/// What a text names, seen from an origin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Something of the origin.
    Target(Target),
    /// A URL of another origin.
    Foreign,
    /// Nothing that can be told.
    Unreadable,
}

/// Tells what a text names. Without an origin, an absolute URL counts as one of the right origin.
pub(super) fn named(text: &str, origin: Option<&str>) -> Named {
    if !is_whole(text) {
        return Named::Unreadable;
    }
    if text == "*" {
        return Named::Target(Target::All);
    }
    if text.starts_with('/') {
        return Named::Target(local(text));
    }
    for scheme in ["http://", "https://"] {
        if let Some((start, rest)) = text.split_at_checked(scheme.len())
            && start.eq_ignore_ascii_case(scheme)
        {
            return absolute(scheme, rest, origin);
        }
    }
    Named::Target(Target::Tag(text.into()))
}

/// Whether a text can be a name. U+FFFD stands where the browser lost a byte: nobody knows what it named.
pub(super) fn is_whole(text: &str) -> bool {
    let is_lost = |character: char| character.is_control() || character == '\u{fffd}';
    !text.is_empty() && !text.chars().any(is_lost)
}

/// The text that names this target and nothing else, if there is one. A path with a `*` in it has
/// none, but the pattern of that text covers it, which is as good for an invalidation.
pub(super) fn text_of(target: &Target) -> Option<String> {
    let mut text = String::new();
    let mut literal_star = false;
    match target {
        Target::All => return Some("*".into()),
        Target::Tag(tag) => text.push_str(tag),
        Target::Pattern(glob) => text.push_str(glob.as_str()),
        Target::Path { path, query } => {
            text.push_str(path);
            if let Some(query) = query {
                text.push('?');
                text.push_str(query);
            }
            literal_star = has(&text, '*');
        }
    }
    let covered = match named(&text, None) {
        Named::Target(Target::Pattern(read)) if literal_star => read.as_str() == text,
        Named::Target(read) => read == *target,
        _ => false,
    };
    covered.then_some(text)
}

fn local(text: &str) -> Target {
    let (without_fragment, _) = split_before(text, b"#");
    if has(without_fragment, '*') {
        return Target::Pattern(Glob::new(&normal_pattern(without_fragment)));
    }
    let (path, query) = normal_path_and_query(without_fragment);
    Target::Path { path, query }
}

fn absolute(scheme: &str, rest: &str, origin: Option<&str>) -> Named {
    let (authority, rest) = split_before(rest, b"/?#\\");
    let mut own = String::from(scheme);
    own.push_str(authority);
    let Some(own) = Url::parse(&own) else {
        return Named::Unreadable;
    };
    if origin.is_some_and(|origin| origin != own.origin()) {
        return Named::Foreign;
    }
    let mut path = String::new();
    if !rest.starts_with('/') {
        path.push('/');
    }
    path.push_str(rest);
    Named::Target(local(&path))
}
