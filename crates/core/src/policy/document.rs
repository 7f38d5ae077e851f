//! Typed reading of a document that came from JSON, with the path of what is wrong.

use alloc::{boxed::Box, string::String, vec::Vec};

use super::error::{PolicyError, Problem};
use crate::text::push_number;
use crate::time::Millis;
use crate::value::Value;

/// Spans above this are refused: beyond it not every millisecond is a number of JavaScript.
const MAX_MILLIS: f64 = 9_007_199_254_740_991.0;

static NOTHING: Value = Value::Null;
static EMPTY: Value = Value::Object(Vec::new());

/// What may stand under a key. `null` is as if the key were not there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Type {
    Text,
    Flag,
    /// A span in milliseconds, not negative; parts of one are cut off.
    Millis,
    /// A whole number of 32 bits.
    Count,
    /// A number from 0 to 1.
    Share,
    List,
    Object,
}

/// The keys that an object may have.
pub(crate) type Shape<const N: usize> = [(&'static str, Type); N];

/// The keys at the top of the document: the policy's, and options of the cache.
pub(crate) const TOP: Shape<19> = [
    ("rules", Type::List),
    ("entities", Type::Object),
    ("scope", Type::Object),
    ("buster", Type::Text),
    ("maxAge", Type::Millis),
    ("settleMs", Type::Millis),
    ("maxEntries", Type::Count),
    ("maxBytes", Type::Count),
    ("maxStorage", Type::Count),
    ("maxEntrySize", Type::Count),
    ("persist", Type::Flag),
    ("query", Type::Object),
    ("prefetchStaleTime", Type::Millis),
    ("prefetch", Type::Object),
    ("metrics", Type::Flag),
    // What follows is for the JavaScript half.
    ("flags", Type::Object),
    ("observeXhr", Type::Flag),
    ("prefetchHtml", Type::Flag),
    // For editors.
    ("$schema", Type::Text),
];

/// The keys of `scope`.
pub(crate) const SCOPE: Shape<1> = [("id", Type::Text)];

impl Type {
    fn admits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Millis, Value::Number(number)) => (0.0..=MAX_MILLIS).contains(number),
            (Self::Count, Value::Number(number)) => (0.0..=f64::from(u32::MAX)).contains(number),
            (Self::Share, Value::Number(number)) => (0.0..=1.0).contains(number),
            (_, Value::Null)
            | (Self::Text, Value::String(_))
            | (Self::Flag, Value::Bool(_))
            | (Self::List, Value::Array(_))
            | (Self::Object, Value::Object(_)) => true,
            _ => false,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Flag => "true or false",
            Self::Millis => "a number of milliseconds, not negative",
            Self::Count => "a number from 0 to 4294967295",
            Self::Share => "a number from 0 to 1",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

impl Value {
    /// A span that [`Type::Millis`] admits.
    pub(crate) fn as_millis(&self) -> Option<Millis> {
        Some(self.as_number()? as Millis)
    }
}

/// Nothing, or what is wrong.
type Checked = Result<(), Box<PolicyError>>;

/// A value of the document and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'a> {
    value: &'a Value,
    /// What leads here from the value that holds it; the document itself has none.
    from: Option<(&'a Node<'a>, Step<'a>)>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Position(usize),
}

impl<'a> Node<'a> {
    /// The document itself; `null` reads as an empty one.
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value: or_empty(value), from: None }
    }

    /// Whether nothing is there.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The value under this key of it.
    pub(crate) fn member(&'a self, key: &'a str, value: &'a Value) -> Node<'a> {
        Node { value, from: Some((self, Step::Key(key))) }
    }

    /// An object under this key of it; `null` reads as an empty one.
    pub(crate) fn object(&'a self, key: &'a str, value: &'a Value) -> Node<'a> {
        self.member(key, or_empty(value))
    }

    /// An error at this place.
    #[cold]
    #[inline(never)]
    pub(super) fn error(&self, problem: Problem) -> Box<PolicyError> {
        let mut path = String::new();
        self.push_path(&mut path);
        Box::new(PolicyError { path, problem })
    }

    /// An error at this place: another value is needed.
    #[cold]
    #[inline(never)]
    pub(crate) fn expected(&self, what: &'static str) -> Box<PolicyError> {
        self.error(Problem::Expected(what))
    }

    /// The values of an object, in the order of its shape, after a check that it has no other keys, none of
    /// them twice (as a JSON text can), and that each value is of its type.
    pub(crate) fn fields<const N: usize>(
        &self,
        shape: &'static Shape<N>,
    ) -> Result<[&'a Value; N], Box<PolicyError>> {
        let mut values = [&NOTHING; N];
        self.fill(shape, &mut values)?;
        Ok(values)
    }

    /// Calls `each` with keys and values of an object; nothing is an empty one.
    pub(super) fn members(&self, each: &mut dyn FnMut(&str, &Node<'_>) -> Checked) -> Checked {
        let members = self.value.as_object().unwrap_or_default();
        for (position, (key, value)) in members.iter().enumerate() {
            let node = self.member(key, value);
            if members.iter().take(position).any(|(before, _)| before == key) {
                return Err(node.error(Problem::Duplicate));
            }
            each(key, &node)?;
        }
        Ok(())
    }

    /// Calls `each` with the members of a list; nothing is an empty one.
    pub(crate) fn list(&self, each: &mut dyn FnMut(&Node<'_>) -> Checked) -> Checked {
        for (position, value) in self.value.as_array().unwrap_or_default().iter().enumerate() {
            each(&Node { value, from: Some((self, Step::Position(position))) })?;
        }
        Ok(())
    }

    /// A text.
    pub(crate) fn text(&self) -> Result<&'a str, Box<PolicyError>> {
        self.value.as_str().ok_or_else(|| self.expected(Type::Text.words()))
    }

    #[inline(never)]
    fn fill(&self, shape: &'static [(&'static str, Type)], values: &mut [&'a Value]) -> Checked {
        let members = self.value.as_object().ok_or_else(|| self.expected(Type::Object.words()))?;
        self.members(&mut |key, node| match shape.iter().position(|(known, _)| *known == key) {
            None => Err(node.error(Problem::UnknownKey(shape.iter().map(|(known, _)| *known).collect()))),
            Some(at) if shape[at].1.admits(node.value) => Ok(()),
            Some(at) => Err(node.expected(shape[at].1.words())),
        })?;
        for ((known, _), value) in shape.iter().zip(values) {
            if let Some((_, found)) = members.iter().find(|(key, _)| key == known) {
                *value = found;
            }
        }
        Ok(())
    }

    fn push_path(&self, path: &mut String) {
        let Some((above, step)) = self.from else {
            return;
        };
        above.push_path(path);
        match step {
            Step::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
            Step::Position(position) => {
                path.push('[');
                push_number(path, position as u64);
                path.push(']');
            }
        }
    }
}

fn or_empty(value: &Value) -> &Value {
    if matches!(value, Value::Null) { &EMPTY } else { value }
}
