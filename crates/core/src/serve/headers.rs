//! What answers say in their headers.

use alloc::{string::String, vec, vec::Vec};

use super::targets::tag_members;
use crate::header::{MAX_MEMBERS, format_groups, format_invalidate_within, format_tags, widen_to_kinds};
use crate::target::{Member, Target};

/// A header: its name in lower case, and its value. One that the handler has set itself is kept.
pub type Header = (&'static str, String);

/// Longest value of a header that a server half writes, in bytes.
pub const LIMIT: usize = 4096;

/// Names a read. `None` where its names can't be written, because they are too many or not in ASCII: unless its
/// handler names it, such an answer must not be kept, since no invalidation could name it.
pub fn name_read(tags: &[String]) -> Option<Vec<Header>> {
    if tags.is_empty() {
        return Some(Vec::new());
    }
    let value = format_tags(tags).filter(|value| tags.len() <= MAX_MEMBERS && value.len() <= LIMIT)?;
    let mut headers = vec![("x-cache-tags", value)];
    headers.extend(groups_within(tags).map(|groups| ("cache-groups", groups)));
    Some(headers)
}

/// Names what a write touched, widened where that is too much for a header: first to kinds, then to everything.
pub fn name_write(tags: &[String]) -> Vec<Header> {
    if tags.is_empty() {
        return Vec::new();
    }
    let members = tag_members(tags);
    let mut headers = vec![("x-cache-invalidate", format_invalidate_within(&members, LIMIT))];
    // Groups can't say "everything": where they can't be written, X-Cache-Invalidate stands alone.
    let kinds = || groups_within(&tags_of(widen_to_kinds(&members)));
    let groups = groups_within(tags).or_else(kinds);
    headers.extend(groups.map(|groups| ("cache-group-invalidation", groups)));
    headers
}

fn groups_within(tags: &[String]) -> Option<String> {
    format_groups(tags).filter(|value| value.len() <= LIMIT && tags.len() <= MAX_MEMBERS)
}

/// The tags among these.
fn tags_of(members: Vec<Member>) -> Vec<String> {
    let tag = |member: Member| match member.target {
        Target::Tag(tag) => Some(tag),
        _ => None,
    };
    members.into_iter().filter_map(tag).collect()
}
