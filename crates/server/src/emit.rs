//! Writing the headers.

use everfresh_core::header::{MAX_MEMBERS, format_groups, format_invalidate_within, format_tags};
use everfresh_core::target::{Member, Target};
use http::header::{CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue};

/// Longest value of a header that the layer writes, in bytes.
const LIMIT: usize = 4096;

const TAGS: HeaderName = HeaderName::from_static("x-cache-tags");
const GROUPS: HeaderName = HeaderName::from_static("cache-groups");
const INVALIDATE: HeaderName = HeaderName::from_static("x-cache-invalidate");
const GROUP_INVALIDATION: HeaderName = HeaderName::from_static("cache-group-invalidation");

/// Names a read. An answer whose names can't be written, because they are too many or not in ASCII, must not
/// be kept, since no invalidation could name it.
pub(crate) fn name_read(headers: &mut HeaderMap, tags: &[String]) {
    if tags.is_empty() {
        return;
    }
    let value = (tags.len() <= MAX_MEMBERS).then(|| format_tags(tags)).flatten();
    let Some(value) = value.filter(|value| value.len() <= LIMIT) else {
        if !headers.contains_key(TAGS) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        return;
    };
    set(headers, TAGS, &value);
    if let Some(groups) = groups_within(tags) {
        set(headers, GROUPS, &groups);
    }
}

/// Names what a write touched, widened where that is too much for a header: first to kinds, then to everything.
pub(crate) fn name_write(headers: &mut HeaderMap, tags: &[String]) {
    if tags.is_empty() {
        return;
    }
    let members: Vec<Member> = tags.iter().map(|tag| Member::drop(Target::Tag(tag.clone()))).collect();
    set(headers, INVALIDATE, &format_invalidate_within(&members, LIMIT));
    // Groups can't say "everything": where they can't be written, X-Cache-Invalidate stands alone.
    if let Some(groups) = groups_within(tags).or_else(|| groups_within(&kinds(tags))) {
        set(headers, GROUP_INVALIDATION, &groups);
    }
}

fn groups_within(tags: &[String]) -> Option<String> {
    format_groups(tags).filter(|value| value.len() <= LIMIT && tags.len() <= MAX_MEMBERS)
}

/// The kinds of tags such as `story:42`; other tags as they are.
fn kinds(tags: &[String]) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    for tag in tags {
        let kind = tag.split_once(':').map_or(tag.as_str(), |(kind, _)| kind);
        if !kinds.iter().any(|known| known == kind) {
            kinds.push(kind.to_owned());
        }
    }
    kinds
}

/// Sets a header that the handler has not set.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.entry(name).or_insert(value);
    }
}
