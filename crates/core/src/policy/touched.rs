//! What a write touches: its entity, the lists, and all that they belong to.

use alloc::{string::String, vec::Vec};

use super::entities::{Entities, Entity, Found, Parent, Place};
use crate::engine::Fields;
use crate::text::push_new;
use crate::url::Url;

/// Beyond this many tags, single entities are widened to their kinds.
const MAX_TAGS: usize = 256;

/// What is known of a write.
#[derive(Debug, Clone, Copy)]
pub struct WriteFacts<'a> {
    /// The method in upper case.
    pub method: &'a str,
    /// Where it went.
    pub url: &'a Url,
    /// Parent fields found in the request's body.
    pub request: &'a [(String, String)],
    /// Parent fields found in the answer's body.
    pub answer: &'a [(String, String)],
    /// What `lookup` gives is the whole truth, before and after the write: a server that asks its database.
    pub authoritative: bool,
}

/// What a write touches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    /// The tags of it, each once.
    pub tags: Vec<String>,
    /// Kind and id of the entities whose parents could not be looked up; the parents' whole kinds are
    /// among the tags, as far as nothing else told them.
    pub unknown: Vec<(String, String)>,
}

/// The tag of one entity.
pub(super) fn id_tag(kind: &str, id: &str) -> String {
    let mut tag = String::from(kind);
    tag.push(':');
    tag.push_str(id);
    tag
}

/// What a write at these places touches; `None` where there are none.
pub(super) fn touched(
    entities: &Entities,
    places: &[Found<'_>],
    facts: &WriteFacts<'_>,
    lookup: &mut dyn FnMut(&str, &str) -> Vec<Fields>,
) -> Option<Touched> {
    if places.is_empty() {
        return None;
    }
    let mut walk = Walk { entities, lookup, things: Vec::new(), lists: Vec::new(), unknown: Vec::new() };
    for found in places {
        walk.written(found, facts);
    }
    walk.ancestors();
    Some(walk.into_touched())
}

/// One entity, or with no id all of a kind.
struct Thing<'a> {
    entity: &'a Entity,
    id: Option<String>,
    /// Whether it was written itself, so that its parents are known already.
    written: bool,
}

/// Everything that is touched so far.
struct Walk<'a, 'l> {
    entities: &'a Entities,
    lookup: &'l mut dyn FnMut(&str, &str) -> Vec<Fields>,
    things: Vec<Thing<'a>>,
    lists: Vec<String>,
    unknown: Vec<(String, String)>,
}

impl<'a> Walk<'a, '_> {
    fn written(&mut self, found: &Found<'a>, facts: &WriteFacts<'_>) {
        let mut states = Vec::new();
        if matches!(found.place, Place::Path | Place::Action) {
            self.add(found.entity, Some(found.id()), true);
            states = self.look_up(found.entity, found.id());
        } else if facts.method == "POST" && found.place == Place::Collection {
            self.add_lists(found.entity);
        } else {
            // All of the collection may have been replaced.
            self.add(found.entity, None, true);
        }
        self.parents_of_written(found, facts, &states);
    }

    /// Adds one entity, or the whole kind, unless it is there.
    fn add(&mut self, entity: &'a Entity, id: Option<&str>, written: bool) {
        self.add_lists(entity);
        for thing in &self.things {
            if thing.entity.kind == entity.kind && thing.id.as_deref() == id {
                return;
            }
        }
        self.things.push(Thing { entity, id: id.map(String::from), written });
    }

    fn add_lists(&mut self, entity: &Entity) {
        for list in &entity.lists {
            push_new(&mut self.lists, list);
        }
    }

    fn look_up(&mut self, entity: &Entity, id: &str) -> Vec<Fields> {
        if entity.parents.is_empty() {
            return Vec::new();
        }
        let states = (self.lookup)(&entity.kind, id);
        if states.is_empty() {
            self.unknown.push((entity.kind.clone(), id.into()));
        }
        states
    }

    /// The parents of what was written itself: here the bodies tell too.
    fn parents_of_written(&mut self, found: &Found<'a>, facts: &WriteFacts<'_>, states: &[Fields]) {
        for parent in &found.entity.parents {
            let mut values = Vec::new();
            for state in states {
                push_values(&mut values, state, &parent.field);
            }
            push_values(&mut values, facts.answer, &parent.field);
            values.extend(found.params.get(&parent.field));
            let known = values.len();
            push_values(&mut values, facts.request, &parent.field);
            let mut moved = false;
            if !facts.authoritative {
                // Asked for, the parent may be another than it was, or than it will be.
                moved = values.len() > known;
                values.truncate(known);
            }
            self.add_parents(parent, &values, moved);
        }
    }

    /// Follows everything upwards, by what `lookup` knows alone.
    fn ancestors(&mut self) {
        let mut next = 0;
        while let Some(thing) = self.things.get(next) {
            next += 1;
            if thing.written {
                continue;
            }
            let entity = thing.entity;
            // Too many to follow each: their kind is named in the end, so is what is above it.
            let id = if self.things.len() <= MAX_TAGS { thing.id.clone() } else { None };
            let states = match id {
                Some(id) => self.look_up(entity, &id),
                None => Vec::new(),
            };
            for parent in &entity.parents {
                let mut values = Vec::new();
                for state in &states {
                    push_values(&mut values, state, &parent.field);
                }
                self.add_parents(parent, &values, false);
            }
        }
    }

    fn add_parents(&mut self, parent: &Parent, values: &[&str], moved: bool) {
        // Checked when the document was read.
        let Some(entity) = self.entities.get(&parent.kind) else {
            return;
        };
        if moved || values.is_empty() {
            self.add(entity, None, false);
        }
        for value in values {
            if !value.is_empty() {
                let id = if self.things.len() <= MAX_TAGS { Some(*value) } else { None };
                self.add(entity, id, false);
            }
        }
    }

    fn into_touched(self) -> Touched {
        let collapse = self.things.len() + self.lists.len() > MAX_TAGS;
        let mut tags = Vec::new();
        for thing in &self.things {
            match &thing.id {
                Some(id) if !collapse => push_new(&mut tags, &id_tag(&thing.entity.kind, id)),
                _ => push_new(&mut tags, &thing.entity.kind),
            }
        }
        for list in &self.lists {
            push_new(&mut tags, list);
        }
        Touched { tags, unknown: self.unknown }
    }
}

/// Adds the values of the fields of this name.
fn push_values<'f>(values: &mut Vec<&'f str>, fields: &'f [(String, String)], name: &str) {
    for (field, value) in fields {
        if field == name {
            values.push(value);
        }
    }
}
