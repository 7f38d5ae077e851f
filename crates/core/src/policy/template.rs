//! Tags with parts of the URL in them, such as `story:{id}`.

use alloc::{string::String, vec::Vec};

use super::error::Problem;
use crate::pattern::{Params, Route};
use crate::text::{cut, has};

/// A text with names in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    text: String,
}

impl Template {
    /// Reads a template whose names are those of the route.
    pub(super) fn parse(text: &str, route: &Route) -> Result<Self, Problem> {
        check_tag(text)?;
        let mut rest = text;
        loop {
            let (literal, inner) = cut(rest, '{').unwrap_or((rest, ""));
            if has(literal, '}') {
                return Err(Problem::Brace);
            }
            if literal.len() == rest.len() {
                break;
            }
            let (name, after) = cut(inner, '}').ok_or(Problem::Brace)?;
            if has(name, '{') {
                return Err(Problem::Brace);
            }
            if !route.has_name(name) {
                return Err(Problem::UnknownName { name: name.into(), route: route.as_str().into() });
            }
            rest = after;
        }
        Ok(Self { text: text.into() })
    }

    /// The text as it was written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether this may be the text with some values put in; any text may stand for a name.
    pub(super) fn may_give(&self, tag: &str) -> bool {
        let mut literals = Vec::new();
        let mut rest = self.text.as_str();
        while let Some((literal, inner)) = cut(rest, '{') {
            literals.push(literal);
            rest = cut(inner, '}').unwrap_or_default().1;
        }
        let Some((first, between)) = literals.split_first() else {
            return tag == rest;
        };
        // The first fit of each leaves the most for the rest.
        let mut left = tag.strip_prefix(first);
        for literal in between {
            left = left.and_then(|text| Some(&text[text.find(literal)? + literal.len()..]));
        }
        left.is_some_and(|text| text.ends_with(rest))
    }

    /// The text with the values put in.
    pub(super) fn fill(&self, params: &Params) -> String {
        let mut filled = String::new();
        let mut rest = self.text.as_str();
        while let Some((literal, inner)) = cut(rest, '{') {
            let (name, after) = cut(inner, '}').unwrap_or_default();
            filled.push_str(literal);
            filled.push_str(params.get(name).unwrap_or_default());
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// Checks that an invalidation can name this tag: that its text doesn't mean something else there.
pub(super) fn check_tag(text: &str) -> Result<(), Problem> {
    if text.is_empty() || text == "*" || text.starts_with('/') {
        return Err(Problem::Expected("a tag: not empty, not \"*\", not beginning with \"/\""));
    }
    Ok(())
}
