//! The rules and the entity map: what may be cached how, which tags an answer carries, what a write touches.
//!
//! Both halves read the same document. It is checked as a whole when it is loaded; an error names the
//! path of the place.

mod about;
pub(crate) mod document;
mod entities;
mod error;
mod paths;
mod rules;
mod template;
#[cfg(test)]
mod tests;
mod touched;

use alloc::{boxed::Box, string::String, vec::Vec};

pub use about::About;
pub use error::{PolicyError, Problem};
pub use rules::{ReadMode, Rule};
pub use touched::{Touched, WriteFacts};

use document::Node;
use entities::{Entities, Found, Place};
use template::Template;

use crate::engine::Fields;
use crate::metrics::{Dimension, tag_kind};
use crate::pattern::Params;
use crate::text::{lines, push_new};
use crate::url::Url;
use crate::value::Value;

/// The rules and the entity map of a document.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    base_origin: Option<String>,
    rules: Vec<Rule>,
    entities: Entities,
}

impl Policy {
    /// Reads `rules` and `entities` of the document. Routes without an origin of their own are of
    /// `base_origin`, or of any origin where that is `None`, as on a server.
    ///
    /// # Errors
    /// [`PolicyError`] names the path of what is wrong.
    pub fn from_value(document: &Value, base_origin: Option<&str>) -> Result<Self, Box<PolicyError>> {
        let document = Node::root(document);
        let [rules, entities, ..] = document.fields(&document::TOP)?;
        Ok(Self {
            base_origin: base_origin.map(String::from),
            rules: rules::read(&document.member("rules", rules))?,
            entities: Entities::read(&document.member("entities", entities))?,
        })
    }

    /// The first rule for this method and URL. A rule without `methods` is one for GET and HEAD.
    pub fn rule_for(&self, method: &str, url: &Url) -> Option<&Rule> {
        self.matching_rule(method, url).map(|(rule, _)| rule)
    }

    /// Whether a request with this method is no write: by its method (RFC 9110, section 9.2.1), or because
    /// the first rule for it says `safe`. A rule without `methods` that says so is one for every method.
    pub fn is_safe(&self, method: &str, url: &Url) -> bool {
        if matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE") {
            return true;
        }
        let first = self.rules.iter().find(|rule| {
            let applies = rule.covers(method) || (rule.safe && rule.covers_any_method());
            applies && rule.route.match_url(url, self.base_origin.as_deref()).is_some()
        });
        first.is_some_and(|rule| rule.safe)
    }

    /// Whether a write goes through the outbox.
    pub fn is_durable(&self, method: &str, url: &Url) -> bool {
        self.rule_for(method, url).is_some_and(|rule| rule.durable)
    }

    /// The tags that an answer from this URL carries by the document: those of its rule, then those of its
    /// entities (`story:42` and `story` for a path, `lists` for a collection). Each is there once.
    pub fn tags_for(&self, method: &str, url: &Url) -> Vec<String> {
        self.tags_at(method, url, &self.entities.places(url, self.base_origin.as_deref()))
    }

    /// The kind of the first entity that this URL is something to.
    pub fn entity_of(&self, url: &Url) -> Option<&str> {
        let places = self.entities.places(url, self.base_origin.as_deref());
        places.first().map(|found| found.entity.kind.as_str())
    }

    /// Whether a browser that has this document measures for a group of this name.
    pub fn measures(&self, dimension: Dimension, name: &str) -> bool {
        match dimension {
            Dimension::Layer => ["memory", "storage", "network"].contains(&name),
            Dimension::Operation => ["read", "write", "invalidate", "prefetch", "mutate"].contains(&name),
            Dimension::Route => self.rules.iter().any(|rule| rule.route.as_str() == name),
            Dimension::Entity => self.entities.get(name).is_some(),
            Dimension::Tag => {
                let of_rules = self.rules.iter().flat_map(|rule| &rule.tags).map(Template::as_str);
                of_rules.chain(self.entities.tags()).any(|tag| tag_kind(tag) == Some(name))
            }
        }
    }

    // Inlined, the browser's wasm is smaller.
    #[inline(always)]
    fn tags_at(&self, method: &str, url: &Url, places: &[Found<'_>]) -> Vec<String> {
        let mut tags = Vec::new();
        if let Some((rule, params)) = self.matching_rule(method, url) {
            for template in &rule.tags {
                push_new(&mut tags, &template.fill(&params));
            }
        }
        for found in places {
            if found.place == Place::Path {
                push_new(&mut tags, &touched::id_tag(&found.entity.kind, found.id()));
            }
            if matches!(found.place, Place::Path | Place::Kind) {
                push_new(&mut tags, &found.entity.kind);
            }
            if matches!(found.place, Place::Collection | Place::Kind) {
                for list in &found.entity.lists {
                    push_new(&mut tags, list);
                }
            }
        }
        tags
    }

    /// What a write touches by the entity map; `None` where its URL is no place of an entity.
    ///
    /// `lookup` gives what is known of an entity, by kind and id: the parent fields of each state of it (a server
    /// may know the one before and the one after), nothing where it is not known. An empty value says
    /// that there is no such parent.
    pub fn touched(
        &self,
        facts: &WriteFacts<'_>,
        lookup: &mut dyn FnMut(&str, &str) -> Vec<Fields>,
    ) -> Option<Touched> {
        let places = self.entities.places(facts.url, self.base_origin.as_deref());
        touched::touched(&self.entities, &places, facts, lookup)
    }

    /// The fields to look for at the top of JSON bodies of this URL, a line each: of the answer to a GET of an entity's
    /// path, of request and answer of a write to any of its places. Empty where there are none.
    pub fn parent_fields(&self, method: &str, url: &Url) -> String {
        let write = !self.is_safe(method, url);
        self.fields_at(write, &self.entities.places(url, self.base_origin.as_deref()))
    }

    // As above.
    #[inline(always)]
    fn fields_at(&self, write: bool, places: &[Found<'_>]) -> String {
        let mut fields = Vec::new();
        for found in places {
            if write || found.place == Place::Path {
                for parent in &found.entity.parents {
                    push_new(&mut fields, &parent.field);
                }
            }
        }
        lines(&fields)
    }

    /// The URL of an entity, where its path needs nothing but the id. `base_origin` is that of paths without one;
    /// `None` takes the policy's own.
    pub fn entity_url(&self, kind: &str, id: &str, base_origin: Option<&str>) -> Option<Url> {
        let route = &self.entities.get(kind)?.path;
        let path = route.expand(&Params::from_iter([("id", id)]))?;
        let mut text = String::from(route.origin().or(base_origin).or(self.base_origin.as_deref())?);
        text.push_str(&path);
        Url::parse(&text)
    }

    fn matching_rule(&self, method: &str, url: &Url) -> Option<(&Rule, Params)> {
        for rule in &self.rules {
            if rule.covers(method)
                && let Some(params) = rule.route.match_url(url, self.base_origin.as_deref())
            {
                return Some((rule, params));
            }
        }
        None
    }
}
