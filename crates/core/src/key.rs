//! Keys: what makes two requests the same (design section 3).
//!
//! A key is the canonical URL, and behind a `#`, which no such URL contains, whatever else makes the
//! answer differ. An answer that varies by request headers is stored under the key of its request with
//! `#~names=hash` behind it, so that the name of a stored item tells which headers matter. The name of a stored
//! item has in front whose it is.

use alloc::{rc::Rc, string::String};
use core::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::journal::Claim;
use crate::text::{cut_last, joined, pieces, push_escaped, push_number, shared};
use crate::url::Url;

/// The prefix of stored entries.
pub const ENTRY_PREFIX: &str = "everfresh:e:";
/// The prefix of journals.
pub const JOURNAL_PREFIX: &str = "everfresh:j:";
/// The prefix of writes that the script shim saw before the engine was ready.
pub const EARLY_PREFIX: &str = "everfresh:early:";
/// The prefix of durable mutations.
pub const EDIT_PREFIX: &str = "everfresh:o:";
/// What the names of items begin with that hold what was learnt of a user's ways.
pub const WAYS_PREFIX: &str = "everfresh:p:";
/// Changes whenever a journal has grown: looking costs one read.
pub const HEAD: &str = "everfresh:head";
/// The sentinel: where it is missing, storage was cleared or could not be written.
pub const SENTINEL: &str = "everfresh:epoch";

/// Whether the sentinel's text says that nothing stored counts: some document could not record what it did.
pub fn is_blank(sentinel: &str) -> bool {
    sentinel.is_empty() || sentinel.starts_with('!')
}

/// The key of a GET. `authorization` is the hash that stands for the header (P8).
pub fn key(url: &Url, variant: &str, authorization: Option<u64>) -> Rc<str> {
    if variant.is_empty() && authorization.is_none() {
        return shared(url.as_str());
    }
    let mut key = String::from(url.as_str());
    key.push('#');
    key.push_str(variant);
    if let Some(hash) = authorization {
        key.push_str("#auth=");
        push_number(&mut key, hash);
    }
    shared(&key)
}

/// What stands between the key of a request and the headers that its answer varies by.
pub const VARIES: &str = "#~";

/// The key of an answer to a request for `key` with these headers, where it varies by the headers `names` (in lower
/// case, with commas between). Their values are hashed, since some of them are not to be stored.
pub fn varied(key: &str, names: &str, headers: &[(String, String)]) -> Rc<str> {
    if names.is_empty() {
        return shared(key);
    }
    let mut values = String::new();
    for name in pieces(names, ',') {
        push_header(&mut values, "", header(headers, name));
    }
    let mut varied = String::from(key);
    for part in [VARIES, names, "="] {
        varied.push_str(part);
    }
    push_number(&mut varied, hash([0; 2], &values));
    shared(&varied)
}

/// The headers that the answer of a key varies by, as [`varied`] was given them.
pub fn names(key: &str) -> &str {
    let last = cut_last(key, '#').and_then(|(_, last)| cut_last(last.strip_prefix('~')?, '='));
    last.map_or("", |(names, _)| names)
}

/// The key of the request whose answer is stored under this one.
pub fn unvaried(key: &str) -> &str {
    if names(key).is_empty() { key } else { cut_last(key, '#').map_or(key, |(request, _)| request) }
}

/// A hash of all headers that may make an answer differ: of another origin, `Vary` may be there and not be seen.
/// `None` where there are none.
pub fn any_headers(headers: &[(String, String)]) -> Option<u64> {
    let mut all = String::new();
    for (name, value) in headers {
        if !matches!(name.as_str(), "authorization" | "cache-control" | "pragma") {
            push_header(&mut all, name, Some(value));
        }
    }
    if all.is_empty() { None } else { Some(hash([0; 2], &all)) }
}

/// What the names of all items begin with that were stored while this claim counted; those that are nobody's where
/// it says nothing. A scope that comes back finds nothing of before.
pub fn item_prefix(claim: &Claim) -> Rc<str> {
    joined(&joined(ENTRY_PREFIX, claim.text()), "|")
}

/// What the names of a user's durable mutations begin with.
pub fn edit_prefix(scope: &str) -> Rc<str> {
    let mut prefix = String::from(EDIT_PREFIX);
    push_escaped(&mut prefix, scope);
    prefix.push('|');
    shared(&prefix)
}

/// The item that holds what was learnt of a user's ways.
pub fn ways(scope: &str) -> Rc<str> {
    let mut item = String::from(WAYS_PREFIX);
    push_escaped(&mut item, scope);
    shared(&item)
}

/// A keyed hash of a header that must not be stored.
pub fn hash(keys: [u64; 2], text: &str) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(keys[0], keys[1]);
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// The value of a header whose `name` is in lower case.
pub fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(has, _)| has == name).map(|(_, value)| value.as_str())
}

fn push_header(out: &mut String, name: &str, value: Option<&str>) {
    out.push('\n');
    out.push_str(name);
    if let Some(value) = value {
        out.push('=');
        out.push_str(value);
    }
}
