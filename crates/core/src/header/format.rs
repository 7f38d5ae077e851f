//! Writing the values of headers, so that they read back as what was written.

use alloc::{string::String, vec::Vec};

use super::MAX_MEMBERS;
use super::structured::{is_string, is_token, push_string};
use super::target::text_of;
use crate::target::{Member, Mode, Target};
use crate::text::{cut, push_number};

/// Writes the value of `X-Cache-Invalidate`. A target that the grammar can't name, such as a tag that is not
/// in ASCII, is widened to `*`.
pub fn format_invalidate(members: &[Member]) -> String {
    let mut value = String::new();
    for member in members {
        let text = text_of(&member.target).filter(|text| is_string(text));
        match (text.as_deref().unwrap_or("*"), member.mode) {
            // Nothing is left to name beside it.
            ("*", Mode::Drop) => return "*".into(),
            (text, mode) => push_member(&mut value, text, mode),
        }
    }
    value
}

/// As [`format_invalidate`], in at most so many bytes: beyond that a tag such as `story:42` is widened to its
/// kind `story`, and if that is not enough all to `*`.
///
/// An entry that carries `story:42` must carry `story` too, as all entries of an entity do.
pub fn format_invalidate_within(members: &[Member], limit_bytes: usize) -> String {
    let fits =
        |value: &String, members: &[Member]| value.len() <= limit_bytes && members.len() <= MAX_MEMBERS;
    let value = format_invalidate(members);
    if fits(&value, members) {
        return value;
    }
    let kinds = widen_to_kinds(members);
    let value = format_invalidate(&kinds);
    if fits(&value, &kinds) {
        return value;
    }
    if members.iter().all(|member| member.mode == Mode::Stale) {
        return "*;mode=stale".into();
    }
    "*".into()
}

/// Writes the value of `X-Cache-Tags`. `None` where a tag can't be written (it is empty, or not in printable
/// ASCII): a response whose tags can't be told must not be cached by them.
pub fn format_tags<S: AsRef<str>>(tags: &[S]) -> Option<String> {
    let mut value = String::new();
    for tag in tags {
        let tag = tag.as_ref();
        if tag.is_empty() || !is_string(tag) {
            return None;
        }
        push_member(&mut value, tag, Mode::Drop);
    }
    Some(value)
}

/// Writes the value of `Cache-Groups` or `Cache-Group-Invalidation` (RFC 9875). `None` where a group can't be
/// written, because it is not in printable ASCII.
pub fn format_groups<S: AsRef<str>>(groups: &[S]) -> Option<String> {
    let mut value = String::new();
    for group in groups {
        if !is_string(group.as_ref()) {
            return None;
        }
        separate(&mut value);
        push_string(&mut value, group.as_ref());
    }
    Some(value)
}

/// Writes the value of `Cache-Status` (RFC 9211) for an answer from our cache. `detail` must be a token.
pub fn format_cache_status(ttl_seconds: i64, detail: &str) -> String {
    let mut value = String::from("everfresh; hit; ttl=");
    if ttl_seconds < 0 {
        value.push('-');
    }
    push_number(&mut value, ttl_seconds.unsigned_abs());
    value.push_str("; detail=");
    value.push_str(detail);
    value
}

fn push_member(value: &mut String, text: &str, mode: Mode) {
    separate(value);
    if is_token(text) {
        value.push_str(text);
    } else {
        push_string(value, text);
    }
    if mode == Mode::Stale {
        value.push_str(";mode=stale");
    }
}

fn separate(value: &mut String) {
    if !value.is_empty() {
        value.push_str(", ");
    }
}

/// The members with each `kind:id` widened to its kind, each target once, under the stronger mode.
pub(crate) fn widen_to_kinds(members: &[Member]) -> Vec<Member> {
    let mut kinds: Vec<Member> = Vec::new();
    for member in members {
        let target = match &member.target {
            Target::Tag(tag) => match cut(tag, ':') {
                Some((kind, _)) if !kind.is_empty() => Target::Tag(kind.into()),
                _ => member.target.clone(),
            },
            target => target.clone(),
        };
        if let Some(known) = kinds.iter_mut().find(|known| known.target == target) {
            known.mode = known.mode.max(member.mode);
            continue;
        }
        kinds.push(Member { target, mode: member.mode });
        // The rest is for nothing: there are too many targets to be named.
        if kinds.len() > MAX_MEMBERS {
            break;
        }
    }
    kinds
}
