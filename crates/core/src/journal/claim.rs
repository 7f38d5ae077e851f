//! Who is signed in, as a document says it (P8).

use alloc::{rc::Rc, string::String};

use crate::text::{cut, number, push_escaped, push_number, shared, unescape};
use crate::time::Millis;

/// What a document said of who is signed in: when, which document, and the scope, with colons between. The last
/// one that was said counts for all documents; `Claim::default()` is that nobody has said anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim(Rc<str>);

impl Claim {
    /// The claim of a text.
    pub fn new(text: &str) -> Self {
        Self(shared(text))
    }

    /// What `document` says at `time` after this claim: that `scope` is signed in, or, where that is empty, nobody. It
    /// is the newer one also where the clock was set back.
    pub fn followed_by(&self, time: Millis, document: &str, scope: &str) -> Self {
        let time = if self.is_nothing() { time } else { time.max(self.time().saturating_add(1)) };
        let mut text = String::new();
        push_number(&mut text, time);
        for part in [":", document, ":"] {
            text.push_str(part);
        }
        push_escaped(&mut text, scope);
        Self::new(&text)
    }

    /// Whether nobody has said anything.
    pub fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    /// When it was made. 0 for the first of all, which has taken the place of no other.
    pub fn time(&self) -> Millis {
        cut(&self.0, ':').and_then(|(time, _)| number(time)).unwrap_or(0)
    }

    /// Who is signed in; empty for nobody.
    pub fn scope(&self) -> String {
        let scope = cut(&self.0, ':').and_then(|(_, rest)| cut(rest, ':'));
        scope.and_then(|(_, scope)| unescape(scope)).unwrap_or_default()
    }

    /// Whether it counts more. Of two of the same time either one may, in all documents the same.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        (self.time(), &self.0) > (other.time(), &other.0)
    }

    /// Its text, without a line feed.
    pub fn text(&self) -> &str {
        &self.0
    }
}
