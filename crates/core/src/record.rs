//! The first line of a stored entry: what the core knows of it beside its key, as text.
//!
//! The line begins with a version, the build id and the epoch of the storage: an entry of another
//! version, build or epoch is no entry.

use alloc::{boxed::Box, string::String, vec::Vec};

use crate::engine::StoredItem;
use crate::entry::{Entry, Stored};
use crate::journal::Fence;
use crate::text::{FIELD, MEMBER, PAIR, cut, number, pieces, push_escaped, push_number, shared, unescape};
use crate::url::Url;

const VERSION: &str = "4";

/// What a record must agree with to be one of ours.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    /// The build id.
    pub buster: &'a str,
    /// The epoch of the storage, as the sentinel holds it.
    pub epoch: &'a str,
}

/// The line of an entry.
pub fn encode(entry: &Entry, stamp: Stamp<'_>) -> String {
    let mut out = String::from(VERSION);
    push_field(&mut out, stamp.buster);
    push_field(&mut out, stamp.epoch);
    out.push(FIELD);
    out.push_str(&entry.fence.positions);
    out.push(FIELD);
    for number in [
        entry.sent,
        entry.received,
        entry.generated,
        entry.prefetched.map_or(entry.fresh_until, |prefetched| prefetched.fresh_until),
        entry.stale_while_revalidate_until,
        entry.stale_if_error_until,
        u64::from(entry.must_revalidate),
        entry.expires,
        u64::from(entry.size),
    ] {
        separate(&mut out);
        push_number(&mut out, number);
    }
    out.push(FIELD);
    for tag in &entry.tags {
        separate(&mut out);
        push_escaped(&mut out, tag);
    }
    out.push(FIELD);
    push_pairs(&mut out, &entry.fields);
    out.push(FIELD);
    push_pairs(&mut out, &entry.validators);
    out
}

/// Why a stored item is no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Of another build or epoch.
    Outdated,
    /// Torn, of another version, or none of ours.
    Unreadable,
}

/// The entry that was stored under `key`, with its body in memory.
///
/// # Errors
/// [`Unfit`] says why it is none.
pub fn decode(key: &str, found: &StoredItem, stamp: Stamp<'_>) -> Result<Box<Entry>, Unfit> {
    let mut fields = pieces(&found.header, FIELD);
    let mut field = || fields.next().unwrap_or("%");
    let version = field();
    match (unescape(field()), unescape(field())) {
        (Some(buster), Some(epoch)) if version == VERSION => {
            if buster != stamp.buster || epoch != stamp.epoch {
                return Err(Unfit::Outdated);
            }
            read(key, &mut field, found).ok_or(Unfit::Unreadable)
        }
        _ => Err(Unfit::Unreadable),
    }
}

/// What follows the stamps. A field that is not there reads as `%`, which is none.
fn read<'a>(key: &str, field: &mut dyn FnMut() -> &'a str, found: &StoredItem) -> Option<Box<Entry>> {
    let fence = Fence::stored(field());
    let mut numbers = [0; 9];
    let mut texts = pieces(field(), MEMBER);
    for place in &mut numbers {
        *place = number(texts.next()?)?;
    }
    let [
        sent,
        received,
        generated,
        fresh_until,
        stale_while_revalidate_until,
        stale_if_error_until,
        must_revalidate,
        expires,
        size,
    ] = numbers;
    let mut entry = Box::new(Entry {
        key: shared(key),
        url: Url::parse(cut(key, '#').map_or(key, |(url, _)| url))?,
        tags: Vec::new(),
        fields: Vec::new(),
        validators: Vec::new(),
        fence,
        sent,
        received,
        generated,
        fresh_until,
        stale_while_revalidate_until,
        stale_if_error_until,
        must_revalidate: must_revalidate != 0,
        expires,
        stale_since: None,
        size: u32::try_from(size).ok().filter(|size| found.rest_len > *size)?,
        body: Some(found.body),
        stored: Stored::Yes,
        refused: false,
        item_size: 0,
        local: false,
        prefetched: None,
        groups: None,
        because: None,
    });
    for text in members(field()) {
        entry.tags.push(shared(&unescape(text)?));
    }
    for pairs in [&mut entry.fields, &mut entry.validators] {
        for text in members(field()) {
            let (name, value) = cut(text, PAIR)?;
            pairs.push((unescape(name)?, unescape(value)?));
        }
    }
    (field() == "%").then_some(entry)
}

fn push_field(out: &mut String, text: &str) {
    out.push(FIELD);
    push_escaped(out, text);
}

fn push_pairs(out: &mut String, pairs: &[(String, String)]) {
    for (name, value) in pairs {
        separate(out);
        push_escaped(out, name);
        out.push(PAIR);
        push_escaped(out, value);
    }
}

/// Sets a member apart from the one before.
fn separate(out: &mut String) {
    if !out.ends_with(FIELD) {
        out.push(MEMBER);
    }
}

fn members(field: &str) -> impl Iterator<Item = &str> {
    pieces(field, MEMBER).filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use alloc::{format, rc::Rc, vec};

    use super::*;
    use crate::engine::BodyId;

    const KEY: &str = "https://a.test/x?q=1,2#omit";
    const STAMP: Stamp<'_> = Stamp { buster: "b=1", epoch: "e,1" };

    fn entry() -> Entry {
        Entry {
            key: Rc::from(KEY),
            url: Url::parse("https://a.test/x?q=1,2").unwrap(),
            tags: vec![Rc::from("story:42"), Rc::from("a,b\tc")],
            fields: vec![(String::from("chapterId"), String::from("3=3"))],
            validators: vec![(String::from("etag"), String::from("W/\"a,b=c\""))],
            fence: Fence::stored("docdocdoc:7,other:1"),
            sent: 1,
            received: 8,
            generated: 2,
            fresh_until: 3,
            stale_while_revalidate_until: 4,
            stale_if_error_until: 7,
            must_revalidate: true,
            expires: 5,
            stale_since: None,
            size: 6,
            body: Some(BodyId(9)),
            stored: Stored::Yes,
            refused: false,
            item_size: 0,
            local: false,
            prefetched: None,
            groups: None,
            because: None,
        }
    }

    fn item(header: String) -> StoredItem {
        StoredItem { header, rest_len: 100, body: BodyId(9) }
    }

    #[test]
    fn p4_a_record_reads_back_as_written() {
        let entry = entry();
        let back = decode(KEY, &item(encode(&entry, STAMP)), STAMP).unwrap();
        assert_eq!(format!("{back:?}"), format!("{entry:?}"));
    }

    #[test]
    fn p7_a_record_of_another_build_epoch_or_length_is_none() {
        let header = encode(&entry(), STAMP);
        let outdated = Some(Unfit::Outdated);
        assert_eq!(decode(KEY, &item(header.clone()), Stamp { buster: "b=2", ..STAMP }).err(), outdated);
        assert_eq!(decode(KEY, &item(header.clone()), Stamp { epoch: "e", ..STAMP }).err(), outdated);
        let unreadable = Some(Unfit::Unreadable);
        assert_eq!(decode(KEY, &StoredItem { rest_len: 6, ..item(header.clone()) }, STAMP).err(), unreadable);
        for end in 0..header.len() {
            // Cut inside the last list, a record may still be whole in form; the length tells.
            if header[end..].contains(FIELD) {
                let cut = item(String::from(&header[..end]));
                assert!(decode(KEY, &cut, STAMP).is_err(), "{end}");
            }
        }
    }
}
