//! Reading the values of headers.

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::structured::{self, Bare, Item};
use super::target::{Named, is_whole, named};
use super::{HeaderProblem, MAX_BYTES, MAX_MEMBERS};
use crate::json;
use crate::target::{Member, Mode};
use crate::text::{cut, cut_last, pieces, push_new};

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
        Self { members: Member::everything(), problem: Some(problem) }
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
    // What is no text, such as a bare number, is a tag all the same: nobody else gives it a meaning.
    let parts = match parts(value)? {
        Some(parts) => parts,
        None => split(&recoded(value))?,
    };
    let mut tags = Vec::with_capacity(parts.len());
    for part in &parts {
        if !is_whole(&part.text) {
            return Err(HeaderProblem::Unreadable);
        }
        push_new(&mut tags, &part.text);
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
        if let structured::Member::Item(Item { value: Bare::String(group), .. }) = member {
            push_new(&mut groups, &group);
            if groups.len() > MAX_MEMBERS {
                return Err(HeaderProblem::TooMany);
            }
        }
    }
    Ok(groups)
}

/// Whether a `Clear-Site-Data` says that what we hold must go: `"cache"`, `"storage"` or `"*"`.
pub fn clears_cache(value: &str) -> bool {
    pieces(value, ',').any(|kind| matches!(kind.trim_ascii(), "\"cache\"" | "\"storage\"" | "\"*\""))
}

fn read_invalidate(value: &str, origin: Option<&str>) -> Invalidation {
    let parts = match parts(value) {
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

/// The part that a member of a structured list is; none where it is no text.
fn part(member: structured::Member) -> Option<Part> {
    let structured::Member::Item(item) = member else {
        return None;
    };
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
/// member that is no text.
fn parts(value: &str) -> Result<Option<Vec<Part>>, HeaderProblem> {
    if value.len() > MAX_BYTES {
        return Err(HeaderProblem::TooLarge);
    }
    let mut parts = Vec::new();
    if value.trim_ascii_start().starts_with('[') {
        let list = json::parse(&recoded(value)).ok_or(HeaderProblem::Unreadable)?;
        for member in list.as_array().unwrap_or_default() {
            parts.push(with_mode(member.as_str().ok_or(HeaderProblem::Unreadable)?));
        }
    } else if let Some(members) = structured::parse_list(value) {
        for member in members {
            match part(member) {
                Some(part) => parts.push(part),
                None => return Ok(None),
            }
        }
    } else {
        parts = split(&recoded(value))?;
    }
    if parts.len() > MAX_MEMBERS {
        return Err(HeaderProblem::TooMany);
    }
    Ok(Some(parts))
}

/// Header values reach script as one character for each byte. Where these bytes are UTF-8, it is what
/// was meant.
fn recoded(value: &str) -> Cow<'_, str> {
    let mut bytes = Vec::with_capacity(value.len());
    for character in value.chars() {
        match u8::try_from(character) {
            Ok(byte) => bytes.push(byte),
            Err(_) => return value.into(),
        }
    }
    String::from_utf8(bytes).map_or(value.into(), Cow::from)
}

/// The parts between commas, as they stand; in double quotes, a comma is no end.
fn split(value: &str) -> Result<Vec<Part>, HeaderProblem> {
    let mut parts = Vec::new();
    let mut rest = value.trim_ascii_start();
    while !rest.is_empty() {
        let mut quoted = None;
        if let Some(text) = rest.strip_prefix('"') {
            let (inner, tail) = cut(text, '"').ok_or(HeaderProblem::Unreadable)?;
            quoted = Some(inner);
            rest = tail;
        }
        let (bare, tail) = cut(rest, ',').unwrap_or((rest, ""));
        rest = tail.trim_ascii_start();
        let mut part = with_mode(bare.trim_ascii());
        match quoted {
            Some(_) if !part.text.is_empty() => return Err(HeaderProblem::Unreadable),
            Some(inner) => part.text = inner.into(),
            None if bare.trim_ascii().is_empty() => continue,
            None => {}
        }
        parts.push(part);
    }
    Ok(parts)
}

/// A text without the quotes around it.
fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// Takes a `;mode=` off the end of a part.
fn with_mode(text: &str) -> Part {
    if let Some((before, param)) = cut_last(text, ';')
        && let Some((name, mode)) = cut(param, '=')
        && let Some(mode) = read_mode(unquoted(mode.trim_ascii()))
        && name.trim_ascii().eq_ignore_ascii_case("mode")
    {
        return Part { text: before.trim_ascii_end().into(), mode };
    }
    Part { text: text.into(), mode: Mode::Drop }
}
