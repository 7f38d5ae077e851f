//! Reading the values of headers.

use alloc::{borrow::Cow, string::String, vec, vec::Vec};

use super::structured::{self, Bare, Item};
use super::target::{Named, is_whole, named};
use super::{HeaderProblem, MAX_BYTES, MAX_MEMBERS, json_array};
use crate::target::{Member, Mode, Target};

/// What an `X-Cache-Invalidate` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalidation {
    /// What is invalidated.
    pub members: Vec<Member>,
    /// What was wrong; the members are widened accordingly.
    pub problem: Option<HeaderProblem>,
}

impl Invalidation {
    fn everything(problem: HeaderProblem) -> Self {
        Self { members: vec![Member::drop(Target::All)], problem: Some(problem) }
    }
}

/// Reads the value of `X-Cache-Invalidate`: a structured list of targets, a JSON array of them, or targets
/// between commas.
///
/// A target is `*` (everything), a text beginning with `/` (a path, with a `*` a pattern) or a tag; an
/// absolute URL counts by its path. `;mode=stale` after one keeps what it matches, marked stale; inside a
/// JSON string too. What is too large, too long or can't be read means everything.
pub fn parse_invalidate(value: &str) -> Invalidation {
    read_invalidate(value, None)
}

/// Reads the value of an `X-Cache-Invalidate` that came from this origin: as [`parse_invalidate`], but
/// absolute URLs of another origin are skipped, which [`HeaderProblem::ForeignOrigin`] tells.
pub fn parse_invalidate_for(value: &str, origin: &str) -> Invalidation {
    read_invalidate(value, Some(origin))
}

/// Reads the value of `X-Cache-Tags`: a structured list of tokens and strings, a JSON array of strings, or
/// tags between commas. Each tag is there once, in order.
///
/// # Errors
/// [`HeaderProblem`] where the value is too large, has too many tags, or can't be read: then the answer's tags
/// are not known.
pub fn parse_tags(value: &str) -> Result<Vec<String>, HeaderProblem> {
    let parts = parts(value, |item| match item.value {
        Bare::String(text) | Bare::Token(text) => Some(Part { text, mode: Mode::Drop }),
        _ => None,
    })?;
    // What is no text, such as a bare number, is a tag all the same: nobody else gives it a meaning.
    let parts = match parts {
        Some(parts) => parts,
        None => split(&recoded(value))?,
    };
    let mut tags = Vec::with_capacity(parts.len());
    for Part { text, .. } in parts {
        if !is_whole(&text) {
            return Err(HeaderProblem::Unreadable);
        }
        if !tags.contains(&text) {
            tags.push(text);
        }
    }
    Ok(tags)
}

/// Reads the value of `Cache-Groups` or `Cache-Group-Invalidation` (RFC 9875): a structured list of strings.
/// Parameters are ignored, members that are no strings too.
///
/// # Errors
/// [`HeaderProblem`] where the value is too large, has too many members or is no structured list.
pub fn parse_groups(value: &str) -> Result<Vec<String>, HeaderProblem> {
    if value.len() > MAX_BYTES {
        return Err(HeaderProblem::TooLarge);
    }
    let members = structured::parse_list(value).ok_or(HeaderProblem::Unreadable)?;
    let mut groups = Vec::new();
    for member in members {
        if let structured::Member::Item(Item { value: Bare::String(group), .. }) = member
            && !groups.contains(&group)
        {
            if groups.len() == MAX_MEMBERS {
                return Err(HeaderProblem::TooMany);
            }
            groups.push(group);
        }
    }
    Ok(groups)
}

/// Whether a `Clear-Site-Data` says that what we hold must go: `"cache"`, `"storage"` or `"*"`.
pub fn clears_cache(value: &str) -> bool {
    value.split(',').any(|kind| matches!(kind.trim(), "\"cache\"" | "\"storage\"" | "\"*\""))
}

fn read_invalidate(value: &str, origin: Option<&str>) -> Invalidation {
    let parts = match parts(value, invalidation_part) {
        Ok(Some(parts)) => parts,
        Ok(None) => return Invalidation::everything(HeaderProblem::Unreadable),
        Err(problem) => return Invalidation::everything(problem),
    };
    let mut members = Vec::with_capacity(parts.len());
    let mut problem = None;
    for Part { text, mode } in parts {
        match named(&text, origin) {
            Named::Target(target) => members.push(Member { target, mode }),
            Named::Foreign => problem = Some(HeaderProblem::ForeignOrigin),
            Named::Unreadable => return Invalidation::everything(HeaderProblem::Unreadable),
        }
    }
    Invalidation { members, problem }
}

/// The text of a member, and what becomes of what it matches.
struct Part {
    text: String,
    mode: Mode,
}

fn invalidation_part(item: Item) -> Option<Part> {
    let mode = match item.param("mode") {
        Some(Bare::String(mode) | Bare::Token(mode)) => read_mode(mode),
        _ => None,
    };
    match item.value {
        Bare::String(text) | Bare::Token(text) => Some(Part { text, mode: mode.unwrap_or(Mode::Drop) }),
        _ => None,
    }
}

fn read_mode(text: &str) -> Option<Mode> {
    if text.eq_ignore_ascii_case("stale") {
        Some(Mode::Stale)
    } else if text.eq_ignore_ascii_case("drop") {
        Some(Mode::Drop)
    } else {
        None
    }
}

/// The members of a value in any of its three forms; `Ok(None)` where it is a structured list with a
/// member that `read` refuses.
fn parts(value: &str, read: impl Fn(Item) -> Option<Part>) -> Result<Option<Vec<Part>>, HeaderProblem> {
    if value.len() > MAX_BYTES {
        return Err(HeaderProblem::TooLarge);
    }
    let parts = if value.trim_start().starts_with('[') {
        let members = json_array::parse(&recoded(value)).ok_or(HeaderProblem::Unreadable)?;
        members.iter().map(|text| with_mode(text)).map(own).collect()
    } else if let Some(members) = structured::parse_list(value) {
        let read = |member| match member {
            structured::Member::Item(item) => read(item),
            structured::Member::Inner(_) => None,
        };
        match members.into_iter().map(read).collect::<Option<Vec<_>>>() {
            Some(parts) => parts,
            None => return Ok(None),
        }
    } else {
        split(&recoded(value))?
    };
    if parts.len() > MAX_MEMBERS {
        return Err(HeaderProblem::TooMany);
    }
    Ok(Some(parts))
}

/// Header values reach script as one character for each byte. Where these bytes are UTF-8, it is what
/// was meant.
fn recoded(value: &str) -> Cow<'_, str> {
    if value.is_ascii() {
        return value.into();
    }
    let bytes = value.chars().map(|character| u8::try_from(character).ok()).collect::<Option<_>>();
    match bytes.map(String::from_utf8) {
        Some(Ok(text)) => text.into(),
        _ => value.into(),
    }
}

/// The parts between commas, as they stand; in double quotes, a comma is no end.
fn split(value: &str) -> Result<Vec<Part>, HeaderProblem> {
    let mut parts = Vec::new();
    let mut rest = value.trim_start();
    while !rest.is_empty() {
        let quoted = rest.strip_prefix('"').map(|rest| {
            let end = rest.find('"').ok_or(HeaderProblem::Unreadable)?;
            Ok((&rest[..end], &rest[end + 1..]))
        });
        let (inner, tail) = match quoted.transpose()? {
            Some((inner, tail)) => (Some(inner), tail),
            None => (None, rest),
        };
        let end = tail.find(',').unwrap_or(tail.len());
        let part = tail[..end].trim();
        rest = tail.get(end + 1..).unwrap_or("").trim_start();
        match inner {
            Some(inner) => {
                let (text, mode) = with_mode(part);
                if !text.is_empty() {
                    return Err(HeaderProblem::Unreadable);
                }
                parts.push(own((inner, mode)));
            }
            None if part.is_empty() => {}
            None => parts.push(own(with_mode(part))),
        }
    }
    Ok(parts)
}

/// Takes a `;mode=` off the end of a part.
fn with_mode(part: &str) -> (&str, Mode) {
    let read = || {
        let (text, param) = part.rsplit_once(';')?;
        let (name, mode) = param.split_once('=')?;
        let mode = read_mode(mode.trim().trim_matches('"'))?;
        name.trim().eq_ignore_ascii_case("mode").then_some((text.trim_end(), mode))
    };
    read().unwrap_or((part, Mode::Drop))
}

fn own((text, mode): (&str, Mode)) -> Part {
    Part { text: text.into(), mode }
}
