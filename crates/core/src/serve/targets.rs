//! What a server's own caches have to drop.

use alloc::{string::String, vec::Vec};

use crate::header::{MAX_MEMBERS, parse_groups, parse_invalidate, widen_to_kinds};
use crate::own::own_urls;
use crate::policy::Policy;
use crate::target::{Member, Target};
use crate::url::Url;

/// What an answer says of itself, by the headers that its handler has set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    /// `X-Cache-Invalidate`.
    pub invalidate: Option<&'a str>,
    /// `Cache-Group-Invalidation`.
    pub groups: Option<&'a str>,
    /// `Location`.
    pub location: Option<&'a str>,
    /// `Content-Location`.
    pub content_location: Option<&'a str>,
}

/// What a write at `url` makes old: what browsers are told of, and what RFC 9111, section 4.4, says: its own URL, and
/// `Location` and `Content-Location` of the same origin, each with any query.
///
/// What the handler says in `X-Cache-Invalidate` stands in place of `tags`. Each target is there once. Tags are widened to
/// their kinds where they are more than browsers take, and so to everything where kinds are.
pub fn targets(url: &Url, tags: &[String], told: &Told<'_>) -> Vec<Member> {
    let mut members = Vec::new();
    match told.invalidate {
        // Of whatever origin: a server may not know the names that it has.
        Some(value) => add_all(&mut members, parse_invalidate(value).members),
        None => add_all(&mut members, bounded(tag_members(tags))),
    }
    match told.groups.map(parse_groups) {
        Some(Ok(groups)) => add_all(&mut members, tag_members(&groups)),
        Some(Err(_)) => add_all(&mut members, Member::everything()),
        None => {}
    }
    add_all(&mut members, own_urls(url, url, [told.location, told.content_location]));
    members
}

/// The paths that the map knows for the tags among these: a cache that knows its entries by their URLs alone finds them
/// by nothing else. What is there already is not repeated.
pub fn paths(policy: &Policy, members: &[Member]) -> Vec<Member> {
    let mut paths = Vec::new();
    for member in members {
        if let Target::Tag(tag) = &member.target {
            for target in policy.paths_of(tag) {
                let found = Member { target, mode: member.mode };
                if !members.contains(&found) {
                    add(&mut paths, found);
                }
            }
        }
    }
    paths
}

pub(super) fn tag_members(tags: &[String]) -> Vec<Member> {
    tags.iter().map(|tag| Member::drop(Target::Tag(tag.clone()))).collect()
}

fn bounded(members: Vec<Member>) -> Vec<Member> {
    if members.len() <= MAX_MEMBERS {
        return members;
    }
    let kinds = widen_to_kinds(&members);
    if kinds.len() <= MAX_MEMBERS { kinds } else { Member::everything() }
}

fn add_all(members: &mut Vec<Member>, more: Vec<Member>) {
    for member in more {
        add(members, member);
    }
}

fn add(members: &mut Vec<Member>, member: Member) {
    if !members.contains(&member) {
        members.push(member);
    }
}
