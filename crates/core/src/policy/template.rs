//! Tags with parts of the URL in them, such as `story:{id}`.

use alloc::{string::String, vec::Vec};

use super::error::Problem;
use crate::pattern::{Params, Route};

/// A text with names in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Name(String),
}

impl Template {
    /// Reads a template whose names are those of the route.
    pub(super) fn parse(text: &str, route: &Route) -> Result<Self, Problem> {
        check_tag(text)?;
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(brace) = rest.find(['{', '}']) {
            let (literal, from_brace) = rest.split_at(brace);
            let inner = from_brace.strip_prefix('{').ok_or(Problem::Brace)?;
            let (name, after) = inner.split_once('}').ok_or(Problem::Brace)?;
            if name.contains('{') {
                return Err(Problem::Brace);
            }
            if !route.names().any(|known| known == name) {
                return Err(Problem::UnknownName { name: name.into(), route: route.as_str().into() });
            }
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.into()));
            }
            pieces.push(Piece::Name(name.into()));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.into()));
        }
        Ok(Self { pieces })
    }

    /// The text with the values put in.
    pub(super) fn fill(&self, params: &Params) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            text.push_str(match piece {
                Piece::Literal(literal) => literal,
                Piece::Name(name) => params.get(name).unwrap_or_default(),
            });
        }
        text
    }
}

/// Checks that an invalidation can name this tag: that its text doesn't mean something else there.
pub(super) fn check_tag(text: &str) -> Result<(), Problem> {
    if text.is_empty() || text == "*" || text.starts_with('/') {
        return Err(Problem::Expected("a tag: not empty, not \"*\", not beginning with \"/\""));
    }
    Ok(())
}
