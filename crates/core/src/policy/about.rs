//! Requests whose handler says which kind of entity they are about, wherever it is mounted.

use alloc::{string::String, vec::Vec};

use super::entities::{Found, Place};
use super::{Policy, Touched, WriteFacts, touched};
use crate::engine::Fields;
use crate::pattern::Params;
use crate::text::push_new;
use crate::url::Url;

/// What a handler is for: a kind of entity, and the parameters of its own route.
///
/// The one that it is about is named by the first of these parameters: `sceneId` for the kind `scene`, `scene`, and where
/// the URL is no place of that kind `id`. Parameters that have the name of a parent field tell the parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The kind, such as `scene`.
    pub kind: String,
    /// Names and values.
    pub params: Fields,
}

impl About {
    fn own_id(&self) -> Option<&str> {
        let mut own = self.kind.clone();
        own.push_str("Id");
        self.param(&own).or_else(|| self.param(&self.kind))
    }

    fn param(&self, name: &str) -> Option<&str> {
        let param = self.params.iter().find(|(known, value)| known == name && !value.is_empty());
        param.map(|(_, value)| value.as_str())
    }

    /// The parameters as if the map's own path had matched: with the `id` that was found.
    fn params(&self, id: Option<&str>) -> Params {
        let given = self.params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        id.map(|id| ("id", id)).into_iter().chain(given).collect()
    }
}

impl Policy {
    /// As [`Policy::tags_for`], of an answer about something. Where it is not said which one, it is of their kind
    /// and in their lists.
    pub fn tags_about(&self, about: &About, method: &str, url: &Url) -> Vec<String> {
        self.tags_at(method, url, &self.places_about(about, url))
    }

    /// As [`Policy::touched`], of a write about something. Where it is not said which one, it is the whole kind.
    pub fn touched_about(
        &self,
        about: &About,
        facts: &WriteFacts<'_>,
        lookup: &mut dyn FnMut(&str, &str) -> Vec<Fields>,
    ) -> Option<Touched> {
        touched::touched(&self.entities, &self.places_about(about, facts.url), facts, lookup)
    }

    /// As [`Policy::parent_fields`], of a write about something.
    pub fn parent_fields_about(&self, about: &About, url: &Url) -> String {
        self.fields_at(true, &self.places_about(about, url))
    }

    /// The fields by which the parents of an entity are told, each once.
    pub fn parent_fields_of(&self, kind: &str) -> Vec<String> {
        let mut fields = Vec::new();
        for parent in self.entities.get(kind).map(|entity| &entity.parents).into_iter().flatten() {
            push_new(&mut fields, &parent.field);
        }
        fields
    }

    /// What the URL is, and what the handler is for.
    fn places_about(&self, about: &About, url: &Url) -> Vec<Found<'_>> {
        let mut places = self.entities.places(url, self.base_origin.as_deref());
        let Some(entity) = self.entities.get(&about.kind) else {
            return places;
        };
        let elsewhere = !places.iter().any(|found| found.entity.kind == entity.kind);
        // At a place that the map knows, it may be the id of something else, such as what the collection is in.
        let id = about.own_id().or_else(|| about.param("id").filter(|_| elsewhere));
        let Some(id) = id else {
            if elsewhere {
                places.push(Found { entity, place: Place::Kind, params: about.params(None) });
            }
            return places;
        };
        // One that the URL names too is there once.
        places.retain(|found| found.entity.kind != entity.kind || found.id() != id);
        places.push(Found { entity, place: Place::Path, params: about.params(Some(id)) });
        places
    }
}
