//! The first line of a stored entry: everything that the core knows of it, as text.
//!
//! The line begins with a version, the build id and the epoch of the storage: an entry of another
//! version, build or epoch is no entry.

use alloc::{rc::Rc, string::String, vec::Vec};

use crate::engine::StoredItem;
use crate::entry::{Entry, Stored};
use crate::journal::Fence;
use crate::text::{FIELD, MEMBER, PAIR, escape, push_number, unescape};
use crate::url::Url;

const VERSION: &str = "1";

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
    let mut field = |text: &str| {
        out.push(FIELD);
        out.push_str(text);
    };
    field(&escape(stamp.buster));
    field(&escape(stamp.epoch));
    field(&entry.fence.encode());
    let mut numbers = String::new();
    for number in [
        entry.sent,
        entry.generated,
        entry.fresh_until,
        entry.stale_while_revalidate_until,
        entry.expires,
        u64::from(entry.size),
    ] {
        if !numbers.is_empty() {
            numbers.push(MEMBER);
        }
        push_number(&mut numbers, number);
    }
    field(&numbers);
    field(&escape(entry.url.as_str()));
    field(&escape(&entry.key));
    field(&list(entry.tags.iter().map(|tag| escape(tag))));
    field(&list(entry.fields.iter().map(|(name, value)| pair(name, Some(value)))));
    field(&list(entry.vary.iter().map(|(name, value)| pair(name, value.as_deref()))));
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

/// The entry of a stored item, with its body in memory.
///
/// # Errors
/// [`Unfit`] says why it is none.
pub fn decode(found: &StoredItem, stamp: Stamp<'_>) -> Result<Entry, Unfit> {
    let mut fields = found.header.split(FIELD);
    let mut next = || fields.next().and_then(unescape);
    match (next(), next(), next()) {
        (Some(version), Some(_), Some(_)) if version != VERSION => Err(Unfit::Unreadable),
        (Some(_), Some(buster), Some(epoch)) if buster == stamp.buster && epoch == stamp.epoch => {
            read(fields, found).ok_or(Unfit::Unreadable)
        }
        (Some(_), Some(_), Some(_)) => Err(Unfit::Outdated),
        _ => Err(Unfit::Unreadable),
    }
}

fn read<'a>(mut fields: impl Iterator<Item = &'a str>, found: &StoredItem) -> Option<Entry> {
    let fence = Fence::decode(fields.next()?)?;
    let mut numbers = fields.next()?.split(MEMBER).map(str::parse::<u64>);
    let mut number = || numbers.next()?.ok();
    let entry = Entry {
        fence,
        sent: number()?,
        generated: number()?,
        fresh_until: number()?,
        stale_while_revalidate_until: number()?,
        expires: number()?,
        size: u32::try_from(number()?).ok()?,
        url: Url::parse(&unescape(fields.next()?)?)?,
        key: Rc::from(unescape(fields.next()?)?),
        tags: members(fields.next()?).map(|tag| Some(Rc::from(unescape(tag)?))).collect::<Option<_>>()?,
        fields: members(fields.next()?)
            .map(|text| unpair(text).and_then(|(name, value)| Some((name, value?))))
            .collect::<Option<_>>()?,
        vary: members(fields.next()?).map(unpair).collect::<Option<_>>()?,
        stale_since: None,
        body: Some(found.body),
        stored: Stored::Yes,
        refused: false,
    };
    (fields.next().is_none() && found.rest_len > entry.size).then_some(entry)
}

fn list(members: impl Iterator<Item = String>) -> String {
    members.collect::<Vec<_>>().join(",")
}

fn members(field: &str) -> impl Iterator<Item = &str> {
    field.split(MEMBER).filter(|member| !member.is_empty())
}

fn pair(name: &str, value: Option<&str>) -> String {
    let mut out = escape(name);
    if let Some(value) = value {
        out.push(PAIR);
        out.push_str(&escape(value));
    }
    out
}

fn unpair(text: &str) -> Option<(String, Option<String>)> {
    match text.split_once(PAIR) {
        Some((name, value)) => Some((unescape(name)?, Some(unescape(value)?))),
        None => Some((unescape(text)?, None)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use alloc::{format, vec};

    use proptest::prelude::*;

    use super::*;
    use crate::engine::BodyId;

    const STAMP: Stamp<'_> = Stamp { buster: "b=1", epoch: "e,1" };

    fn entry() -> Entry {
        Entry {
            key: Rc::from("https://a.test/x?q=1,2#omit"),
            url: Url::parse("https://a.test/x?q=1,2").unwrap(),
            tags: vec![Rc::from("story:42"), Rc::from("a,b\tc")],
            fields: vec![(String::from("chapterId"), String::from("3=3"))],
            vary: vec![(String::from("accept"), Some(String::new())), (String::from("x"), None)],
            fence: Fence::decode("docdocdoc:7,other:1").unwrap(),
            sent: 1,
            generated: 2,
            fresh_until: 3,
            stale_while_revalidate_until: 4,
            expires: 5,
            stale_since: None,
            size: 6,
            body: Some(BodyId(9)),
            stored: Stored::Yes,
            refused: false,
        }
    }

    fn item(header: String) -> StoredItem {
        StoredItem { header, rest_len: 100, body: BodyId(9) }
    }

    #[test]
    fn p4_a_record_reads_back_as_written() {
        let entry = entry();
        let back = decode(&item(encode(&entry, STAMP)), STAMP).unwrap();
        assert_eq!(format!("{back:?}"), format!("{entry:?}"));
    }

    #[test]
    fn p7_a_record_of_another_build_epoch_or_length_is_none() {
        let header = encode(&entry(), STAMP);
        let outdated = Some(Unfit::Outdated);
        assert_eq!(decode(&item(header.clone()), Stamp { buster: "b=2", ..STAMP }).err(), outdated);
        assert_eq!(decode(&item(header.clone()), Stamp { epoch: "e", ..STAMP }).err(), outdated);
        let unreadable = Some(Unfit::Unreadable);
        assert_eq!(decode(&StoredItem { rest_len: 6, ..item(header.clone()) }, STAMP).err(), unreadable);
        for end in 0..header.len() {
            // Cut inside the last list, a record may still be whole in form; the length tells.
            if header[end..].contains(FIELD) {
                let cut = item(String::from(&header[..end]));
                assert!(decode(&cut, STAMP).is_err(), "{end}");
            }
        }
    }

    proptest! {
        #[test]
        fn p7_decode_never_panics(header in any::<String>(), tail in "[0-9,:a-z\t%=]*") {
            let header = if header.len() % 2 == 0 { header } else { format!("1\tb%3D1\te%2C1\t{tail}") };
            if let Ok(entry) = decode(&item(header), STAMP) {
                prop_assert!(entry.size < 100);
            }
        }
    }
}
