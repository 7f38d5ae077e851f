//! What a write touches: its entity, the lists, and all that they belong to.

use alloc::{collections::VecDeque, string::String, vec::Vec};

use super::entities::{Entities, Entity, Parent, Place};
use crate::engine::Fields;
use crate::pattern::Params;
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
    String::from_iter([kind, ":", id])
}

/// What a write at these places touches; `None` where there are none.
pub(super) fn touched(
    entities: &Entities,
    places: Vec<(&Entity, Place)>,
    facts: &WriteFacts<'_>,
    lookup: &mut dyn FnMut(&str, &str) -> Vec<Fields>,
) -> Option<Touched> {
    if places.is_empty() {
        return None;
    }
    let mut walk = Walk::new(entities);
    for (entity, place) in places {
        match place {
            Place::Path { id, params } | Place::Action { id, params } => {
                walk.add(entity, Some(&id));
                let states = walk.look_up(entity, &id, lookup);
                walk.parents_of_written(entity, &params, facts, &states);
            }
            Place::Collection { params } => {
                if facts.method == "POST" {
                    walk.add_lists(entity);
                } else {
                    // All of the collection may have been replaced.
                    walk.add(entity, None);
                }
                walk.parents_of_written(entity, &params, facts, &[]);
            }
        }
    }
    walk.ancestors(lookup);
    Some(walk.into_touched())
}

/// One entity, or with no id all of a kind.
#[derive(Clone, PartialEq, Eq)]
struct Thing<'a> {
    entity: &'a str,
    id: Option<String>,
}

/// Everything that is touched so far, and what is still to be followed upwards.
struct Walk<'a> {
    entities: &'a Entities,
    things: Vec<Thing<'a>>,
    lists: Vec<&'a str>,
    above: VecDeque<(&'a Entity, Option<String>)>,
    unknown: Vec<(String, String)>,
}

impl<'a> Walk<'a> {
    fn new(entities: &'a Entities) -> Self {
        Self { entities, things: Vec::new(), lists: Vec::new(), above: VecDeque::new(), unknown: Vec::new() }
    }

    /// Adds one entity, or the whole kind; `false` where it was there.
    fn add(&mut self, entity: &'a Entity, id: Option<&str>) -> bool {
        self.add_lists(entity);
        let thing = Thing { entity: &entity.kind, id: id.map(String::from) };
        let new = !self.things.contains(&thing);
        if new {
            self.things.push(thing);
        }
        new
    }

    fn add_lists(&mut self, entity: &'a Entity) {
        for list in &entity.lists {
            if !self.lists.contains(&list.as_str()) {
                self.lists.push(list);
            }
        }
    }

    fn look_up(
        &mut self,
        entity: &Entity,
        id: &str,
        lookup: &mut dyn FnMut(&str, &str) -> Vec<Fields>,
    ) -> Vec<Fields> {
        if entity.parents.is_empty() {
            return Vec::new();
        }
        let states = lookup(&entity.kind, id);
        if states.is_empty() {
            self.unknown.push((entity.kind.clone(), id.into()));
        }
        states
    }

    /// The parents of what was written itself: here the bodies tell too.
    fn parents_of_written(
        &mut self,
        entity: &'a Entity,
        params: &Params,
        facts: &WriteFacts<'_>,
        states: &[Fields],
    ) {
        for parent in &entity.parents {
            let mut values = values_of(states.iter().flatten(), &parent.field);
            values.extend(values_of(facts.answer, &parent.field));
            values.extend(params.get(&parent.field));
            let asked = values_of(facts.request, &parent.field);
            // Asked for, the parent may be another than it was, or than it will be.
            let moved = !asked.is_empty() && !facts.authoritative;
            if facts.authoritative {
                values.extend(asked);
            }
            self.add_parents(parent, &values, moved);
        }
    }

    /// Follows everything upwards, by what `lookup` knows alone.
    fn ancestors(&mut self, lookup: &mut dyn FnMut(&str, &str) -> Vec<Fields>) {
        while let Some((entity, id)) = self.above.pop_front() {
            // Too many to follow each: their kind is named in the end, so is what is above it.
            let states = match id {
                Some(id) if self.things.len() <= MAX_TAGS => self.look_up(entity, &id, lookup),
                _ => Vec::new(),
            };
            for parent in &entity.parents {
                let values = values_of(states.iter().flatten(), &parent.field);
                self.add_parents(parent, &values, false);
            }
        }
    }

    fn add_parents(&mut self, parent: &'a Parent, values: &[&str], moved: bool) {
        // Checked when the document was read.
        let Some(entity) = self.entities.get(&parent.kind) else {
            return;
        };
        if moved || values.is_empty() {
            self.add_above(entity, None);
        }
        for value in values.iter().filter(|value| !value.is_empty()) {
            self.add_above(entity, Some(value));
        }
    }

    fn add_above(&mut self, entity: &'a Entity, id: Option<&str>) {
        let id = id.filter(|_| self.things.len() <= MAX_TAGS);
        if self.add(entity, id) {
            self.above.push_back((entity, id.map(String::from)));
        }
    }

    fn into_touched(self) -> Touched {
        let collapse = self.things.len() + self.lists.len() > MAX_TAGS;
        let mut tags: Vec<String> = Vec::new();
        let things = self.things.into_iter().map(|thing| match thing.id {
            Some(id) if !collapse => id_tag(thing.entity, &id),
            _ => thing.entity.into(),
        });
        for tag in things.chain(self.lists.into_iter().map(String::from)) {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        Touched { tags, unknown: self.unknown }
    }
}

fn values_of<'f>(fields: impl IntoIterator<Item = &'f (String, String)>, name: &str) -> Vec<&'f str> {
    let named = |(field, value): &'f (String, String)| (field == name).then_some(value.as_str());
    fields.into_iter().filter_map(named).collect()
}
