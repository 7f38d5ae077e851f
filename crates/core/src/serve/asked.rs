//! A request that a server answers.

use alloc::{string::String, vec::Vec};

use crate::engine::Fields;
use crate::policy::{About, Policy, Touched, WriteFacts};
use crate::url::Url;

/// A request, and what its handler says that it is about.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The method in upper case.
    pub method: String,
    /// Where it went.
    pub url: Url,
    /// The entity that its handler is for, wherever that is mounted; without one the URL alone counts.
    pub about: Option<About>,
}

impl Asked {
    /// The tags of the answer to a read, by the document.
    pub fn tags(&self, policy: &Policy) -> Vec<String> {
        match &self.about {
            Some(about) => policy.tags_about(about, "GET", &self.url),
            None => policy.tags_for("GET", &self.url),
        }
    }

    /// Whether it is a write.
    pub fn is_write(&self, policy: &Policy) -> bool {
        !policy.is_safe(&self.method, &self.url)
    }

    /// The names of the fields that tell the parents of what it writes, each once.
    pub fn parent_fields(&self, policy: &Policy) -> Vec<String> {
        let fields = match &self.about {
            Some(about) => policy.parent_fields_about(about, &self.url),
            None => policy.parent_fields(&self.method, &self.url),
        };
        fields.lines().map(String::from).collect()
    }

    /// As [`Policy::touched`].
    pub(super) fn touched(
        &self,
        policy: &Policy,
        facts: &WriteFacts<'_>,
        lookup: &mut dyn FnMut(&str, &str) -> Vec<Fields>,
    ) -> Option<Touched> {
        match &self.about {
            Some(about) => policy.touched_about(about, facts, lookup),
            None => policy.touched(facts, lookup),
        }
    }
}

/// The URL of a request for `path` (with its query) at an origin such as `http://example.org`. A server may not know
/// its origin, or be told one that is none; any will do where the rules name none.
pub fn absolute(origin: Option<&str>, path: &str) -> Option<Url> {
    let at = |origin: &str| {
        let mut url = String::from(origin);
        url.push_str(path);
        Url::parse(&url)
    };
    origin.and_then(at).or_else(|| at("http://localhost"))
}
