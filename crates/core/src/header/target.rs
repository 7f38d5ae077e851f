//! What the text of one member names.

use alloc::{borrow::Cow, string::String};

use crate::pattern::Glob;
use crate::target::Target;
use crate::url::{Url, normal_path_and_query, normal_pattern};

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
    match authority_start(text) {
        Some(start) => absolute(text, start, origin),
        None => Named::Target(Target::Tag(text.into())),
    }
}

/// Whether a text can be a name. U+FFFD stands where the browser lost a byte: nobody knows what it named.
pub(super) fn is_whole(text: &str) -> bool {
    let is_lost = |character: char| character.is_control() || character == '\u{fffd}';
    !text.is_empty() && !text.chars().any(is_lost)
}

/// The text that names this target and nothing else, if there is one. A path with a `*` in it has
/// none, but the pattern of that text covers it, which is as good for an invalidation.
pub(super) fn text_of(target: &Target) -> Option<Cow<'_, str>> {
    let (text, literal_star): (Cow<'_, str>, bool) = match target {
        Target::All => return Some("*".into()),
        Target::Tag(tag) => (tag.into(), false),
        Target::Pattern(glob) => (glob.as_str().into(), false),
        Target::Path { path, query: None } => (path.into(), path.contains('*')),
        Target::Path { path, query: Some(query) } => {
            let text = String::from_iter([path.as_str(), "?", query.as_str()]);
            let literal_star = text.contains('*');
            (text.into(), literal_star)
        }
    };
    let covered = match named(&text, None) {
        Named::Target(read) if literal_star => read == Target::Pattern(Glob::new(&text)),
        Named::Target(read) => read == *target,
        _ => false,
    };
    covered.then_some(text)
}

fn local(text: &str) -> Target {
    let without_fragment = text.split('#').next().unwrap_or("");
    if without_fragment.contains('*') {
        return Target::Pattern(Glob::new(&normal_pattern(without_fragment)));
    }
    let (path, query) = normal_path_and_query(without_fragment);
    Target::Path { path, query }
}

/// Where the authority of an absolute URL begins.
fn authority_start(text: &str) -> Option<usize> {
    let is_web =
        |scheme: &&str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    ["http://", "https://"].iter().find(|scheme| is_web(scheme)).map(|scheme| scheme.len())
}

fn absolute(text: &str, authority: usize, origin: Option<&str>) -> Named {
    let end = text[authority..].find(['/', '?', '#', '\\']).map_or(text.len(), |end| authority + end);
    let Some(own) = Url::parse(&text[..end]) else {
        return Named::Unreadable;
    };
    if origin.is_some_and(|origin| origin != own.origin()) {
        return Named::Foreign;
    }
    match &text[end..] {
        rest if rest.starts_with('/') => Named::Target(local(rest)),
        rest => Named::Target(local(&String::from_iter(["/", rest]))),
    }
}
