//! A pattern with named segments, as rules and entities write it.

use alloc::{string::String, vec::Vec};

use crate::url::{Url, decoded, push_component, push_literal};

/// A pattern over paths: `:name` is one segment that is not empty, `*` any run of characters, `/`
/// included. An origin may stand in front of it. A trailing slash is significant, the query is not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    text: String,
    origin: Option<String>,
    pieces: Vec<Piece>,
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

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Name(String),
    Any,
}

impl Route {
    /// Reads a route.
    ///
    /// # Errors
    /// [`RouteError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, RouteError> {
        let (origin, path) = split_origin(text)?;
        if path.contains(['?', '#']) {
            return Err(RouteError::Query);
        }
        Ok(Self { text: text.into(), origin, pieces: pieces(path)? })
    }

    /// The route as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The origin that it is limited to by its own text.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The names of its segments, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The named segments, where the URL is one of this route. A route without an origin is one of
    /// `base_origin`, or of any origin where that is `None`.
    pub fn match_url(&self, url: &Url, base_origin: Option<&str>) -> Option<Params> {
        let origin = self.origin.as_deref().or(base_origin);
        if origin.is_some_and(|origin| origin != url.origin()) {
            return None;
        }
        let values = self.match_path(url.path())?;
        Some(self.names().zip(values.into_iter().map(decoded)).collect())
    }

    /// The path with these values put in, percent-encoded; `None` where the route has a `*`, a value is
    /// missing, or a value can't be a segment (empty, `.` or `..`).
    pub fn expand(&self, params: &Params) -> Option<String> {
        let mut path = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => path.push_str(text),
                Piece::Name(name) => match params.get(name)? {
                    "" | "." | ".." => return None,
                    value => push_component(&mut path, value),
                },
                Piece::Any => return None,
            }
        }
        Some(path)
    }

    /// The values of the names. As with [`super::Glob`], only the last `*` has to be tried again: how far
    /// a piece reaches grows with where it starts, so the first fit leaves the most for the rest.
    fn match_path<'a>(&self, path: &'a str) -> Option<Vec<&'a str>> {
        let mut values = Vec::new();
        let (mut piece, mut position) = (0, 0);
        let mut retry: Option<(usize, usize, usize)> = None;
        loop {
            let rest = &path[position..];
            let taken = match self.pieces.get(piece) {
                None if rest.is_empty() => return Some(values),
                None => None,
                Some(Piece::Any) => {
                    piece += 1;
                    if piece == self.pieces.len() {
                        return Some(values);
                    }
                    retry = Some((piece, position, values.len()));
                    continue;
                }
                Some(Piece::Literal(text)) => rest.starts_with(text.as_str()).then_some(text.len()),
                Some(Piece::Name(_)) => {
                    let end = rest.find('/').unwrap_or(rest.len());
                    (end > 0).then(|| {
                        values.push(&rest[..end]);
                        end
                    })
                }
            };
            if let Some(taken) = taken {
                piece += 1;
                position += taken;
                continue;
            }
            let (after_star, start, known) = retry.as_mut()?;
            // Canonical paths are ASCII, so the next byte is the next character.
            if *start >= path.len() {
                return None;
            }
            *start += 1;
            values.truncate(*known);
            (piece, position) = (*after_star, *start);
        }
    }
}

fn split_origin(text: &str) -> Result<(Option<String>, &str), RouteError> {
    if text.starts_with('/') {
        return Ok((None, text));
    }
    let authority = text.find("://").ok_or(RouteError::NoPath)? + 3;
    let path = text[authority..].find('/').ok_or(RouteError::NoPath)? + authority;
    match Url::parse(&text[..path]) {
        Some(url) if url.path_and_query() == "/" => Ok((Some(url.origin().into()), &text[path..])),
        _ => Err(RouteError::BadOrigin),
    }
}

fn pieces(path: &str) -> Result<Vec<Piece>, RouteError> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut literal = String::new();
    for (position, segment) in path.split('/').enumerate() {
        if position > 0 {
            literal.push('/');
        }
        if let Some(name) = segment.strip_prefix(':') {
            check_name(name, &pieces)?;
            flush(&mut pieces, &mut literal);
            pieces.push(Piece::Name(name.into()));
            continue;
        }
        for (position, text) in segment.split('*').enumerate() {
            if position > 0 {
                flush(&mut pieces, &mut literal);
                if pieces.last() != Some(&Piece::Any) {
                    pieces.push(Piece::Any);
                }
            }
            push_literal(&mut literal, text);
        }
    }
    flush(&mut pieces, &mut literal);
    Ok(pieces)
}

fn flush(pieces: &mut Vec<Piece>, literal: &mut String) {
    if !literal.is_empty() {
        pieces.push(Piece::Literal(core::mem::take(literal)));
    }
}

fn check_name(name: &str, pieces: &[Piece]) -> Result<(), RouteError> {
    let valid = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !valid {
        return Err(RouteError::BadName);
    }
    if pieces.iter().any(|piece| matches!(piece, Piece::Name(known) if known == name)) {
        return Err(RouteError::DuplicateName);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
