//! What a write invalidates without being told (RFC 9111, section 4.4).

use alloc::{string::String, vec, vec::Vec};

use crate::target::{Member, Target};
use crate::url::Url;

/// The URLs that a non-error answer to a write invalidates: its own, and of the same origin, `answered`, which is where
/// redirects led, and what its headers `Location` and `Content-Location` name, seen from there; with any query, to be
/// safe.
// Inlined, the browser's wasm is smaller.
#[inline(always)]
pub(crate) fn own_urls(url: &Url, answered: &Url, references: [Option<&str>; 2]) -> Vec<Member> {
    let mut members = vec![Member::drop(path(url))];
    for reference in references {
        if let Some(other) = reference.and_then(|reference| answered.join(reference)) {
            add(&mut members, url, &other);
        }
    }
    add(&mut members, url, answered);
    members
}

/// The path of a URL, with any query.
pub(crate) fn path(url: &Url) -> Target {
    Target::Path { path: String::from(url.path()), query: None }
}

fn add(members: &mut Vec<Member>, url: &Url, other: &Url) {
    let member = Member::drop(path(other));
    if other.origin() == url.origin() && !members.contains(&member) {
        members.push(member);
    }
}
