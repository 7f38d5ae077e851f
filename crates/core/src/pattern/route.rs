//! A pattern with named segments, as rules and entities write it.

use alloc::{string::String, vec::Vec};

use crate::text::{cut, has, pieces};
use crate::url::{Url, decoded, push_component, push_literal};

/// A pattern over paths: `:name` is one segment that is not empty, `*` any run of characters, `/`
/// included. An origin may stand in front of it. A trailing slash is significant, the query is not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    text: String,
    origin: Option<String>,
    /// The path in canonical form, each name in braces, which occur in no such path.
    pattern: String,
}

/// What is wrong with the text of a [`Route`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteError {
    /// It begins with neither `/` nor an origin.
    NoPath,
    /// What stands before the path is no origin of `http` or `https`.
    BadOrigin,
    /// It has a query or a fragment.
    Query,
    /// A `:` at the begin of a segment without a name of letters, digits and `_` that fills the segment.
    BadName,
    /// A name occurs twice.
    DuplicateName,
}

impl RouteError {
    /// What is wrong, to follow the path of the place.
    pub fn message(self) -> &'static str {
        match self {
            Self::NoPath => "must begin with \"/\" or with an origin such as \"https://example.org/\"",
            Self::BadOrigin => "has an origin that can't be read",
            Self::Query => "must have no \"?\" and no \"#\"",
            Self::BadName => "has a \":\" without a name of letters, digits and \"_\" up to the next \"/\"",
            Self::DuplicateName => "has the same name twice",
        }
    }
}

/// The named segments of a match, with their percent-encoding undone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// The value of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Names and values, in the order of the route.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Params {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl Route {
    /// Reads a route.
    ///
    /// # Errors
    /// [`RouteError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, RouteError> {
        let (origin, path) = split_origin(text)?;
        if has(path, '?') || has(path, '#') {
            return Err(RouteError::Query);
        }
        Ok(Self { text: text.into(), origin, pattern: pattern(path)? })
    }

    /// The route as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The origin that it is limited to by its own text.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// Whether one of its segments has this name.
    pub fn has_name(&self, name: &str) -> bool {
        has_name(&self.pattern, name)
    }

    /// The named segments, where the URL is one of this route. A route without an origin is one of
    /// `base_origin`, or of any origin where that is `None`.
    pub fn match_url(&self, url: &Url, base_origin: Option<&str>) -> Option<Params> {
        if let Some(origin) = self.origin.as_deref().or(base_origin)
            && origin != url.origin()
        {
            return None;
        }
        let mut params = Params::default();
        for (name, value) in self.match_path(url.path())? {
            params.0.push((name.into(), decoded(value)));
        }
        Some(params)
    }

    /// The path with these values put in, percent-encoded; `None` where the route has a `*`, a value is
    /// missing, or a value can't be a segment (empty, `.` or `..`).
    pub fn expand(&self, params: &Params) -> Option<String> {
        let mut path = String::new();
        let mut rest = self.pattern.as_str();
        if has(rest, '*') {
            return None;
        }
        while let Some((literal, named)) = cut(rest, '{') {
            let (name, after) = cut(named, '}')?;
            path.push_str(literal);
            match params.get(name)? {
                "" | "." | ".." => return None,
                value => push_component(&mut path, value),
            }
            rest = after;
        }
        path.push_str(rest);
        Some(path)
    }

    /// As [`expand`](Self::expand), with a `*` for whatever can't be put in.
    pub fn open(&self, params: &Params) -> String {
        let mut path = String::new();
        let mut rest = self.pattern.as_str();
        while let Some((literal, named)) = cut(rest, '{') {
            let (name, after) = cut(named, '}').unwrap_or_default();
            path.push_str(literal);
            match params.get(name) {
                None | Some("" | "." | "..") => path.push('*'),
                Some(value) => push_component(&mut path, value),
            }
            rest = after;
        }
        path.push_str(rest);
        path
    }

    /// Names and values. As with [`super::Glob`], only the last `*` has to be tried again: how far a
    /// name reaches grows with where it starts, so the first fit leaves the most for the rest.
    pub(crate) fn match_path<'a>(&'a self, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut values = Vec::new();
        let (mut in_pattern, mut in_path) = (0, 0);
        let mut retry: Option<(usize, usize, usize)> = None;
        loop {
            let byte = path.as_bytes().get(in_path);
            match self.pattern.as_bytes().get(in_pattern) {
                None if byte.is_none() => return Some(values),
                Some(b'*') => {
                    in_pattern += 1;
                    if in_pattern == self.pattern.len() {
                        return Some(values);
                    }
                    retry = Some((in_pattern, in_path, values.len()));
                    continue;
                }
                Some(b'{') => {
                    let value = up_to(path, in_path, b'/');
                    if !value.is_empty() {
                        let name = up_to(&self.pattern, in_pattern + 1, b'}');
                        values.push((name, value));
                        in_pattern += name.len() + 2;
                        in_path += value.len();
                        continue;
                    }
                }
                expected if byte.is_some() && expected == byte => {
                    in_pattern += 1;
                    in_path += 1;
                    continue;
                }
                _ => {}
            }
            let (after_star, start, known) = retry.as_mut()?;
            // Canonical paths are ASCII, so the next byte is the next character.
            if *start >= path.len() {
                return None;
            }
            *start += 1;
            values.truncate(*known);
            (in_pattern, in_path) = (*after_star, *start);
        }
    }
}

/// What stands from here up to this byte, or up to the end.
fn up_to(text: &str, from: usize, end: u8) -> &str {
    let rest = text.get(from..).unwrap_or_default();
    let length = rest.bytes().position(|byte| byte == end).unwrap_or(rest.len());
    rest.get(..length).unwrap_or_default()
}

fn has_name(pattern: &str, name: &str) -> bool {
    let named = |part: &str| part.strip_prefix(name).is_some_and(|rest| rest.starts_with('}'));
    pieces(pattern, '{').skip(1).any(named)
}

fn split_origin(text: &str) -> Result<(Option<String>, &str), RouteError> {
    if text.starts_with('/') {
        return Ok((None, text));
    }
    let colon = text.as_bytes().windows(3).position(|three| three == b"://").ok_or(RouteError::NoPath)?;
    let authority = text.get(colon + 3..).unwrap_or_default();
    let path = colon + 3 + authority.find('/').ok_or(RouteError::NoPath)?;
    let (origin, path) = text.split_at(path);
    match Url::parse(origin) {
        Some(url) if url.path_and_query() == "/" => Ok((Some(url.origin().into()), path)),
        _ => Err(RouteError::BadOrigin),
    }
}

/// The path as [`Url`] encodes it, with its names in braces.
fn pattern(path: &str) -> Result<String, RouteError> {
    let mut pattern = String::with_capacity(path.len());
    for (position, segment) in pieces(path, '/').enumerate() {
        if position > 0 {
            pattern.push('/');
        }
        let Some(name) = segment.strip_prefix(':') else {
            push_literal(&mut pattern, segment);
            continue;
        };
        if !is_name(name.as_bytes()) {
            return Err(RouteError::BadName);
        }
        if has_name(&pattern, name) {
            return Err(RouteError::DuplicateName);
        }
        pattern.push('{');
        pattern.push_str(name);
        pattern.push('}');
    }
    Ok(pattern)
}

fn is_name(name: &[u8]) -> bool {
    name.first().is_some_and(|first| !first.is_ascii_digit())
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

#[cfg(test)]
mod tests;
