//! The entity map: where entities live, what they belong to, in which lists they are shown.

use alloc::{boxed::Box, string::String, vec, vec::Vec};

use super::document::{Node, Shape, Type};
use super::error::{PolicyError, Problem};
use super::rules::read_route;
use super::template::check_tag;
use crate::pattern::{Params, Route};
use crate::url::Url;
use crate::value::Value;

const SHAPE: Shape<5> = [
    ("path", Type::Text),
    ("parents", Type::Object),
    ("actions", Type::List),
    ("collection", Type::Text),
    ("lists", Type::List),
];

/// All entities of a document, in its order.
#[derive(Debug, Clone, Default)]
pub(super) struct Entities {
    all: Vec<Entity>,
}

/// A kind of thing that has an id and a URL.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    pub(super) kind: String,
    pub(super) path: Route,
    pub(super) parents: Vec<Parent>,
    actions: Vec<Route>,
    pub(super) collection: Option<Route>,
    pub(super) lists: Vec<String>,
}

/// What an entity belongs to, and the field that holds its id.
#[derive(Debug, Clone)]
pub(super) struct Parent {
    pub(super) kind: String,
    pub(super) field: String,
}

/// What a URL is to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The path of one.
    Path,
    /// An action below the path of one.
    Action,
    /// The collection of all.
    Collection,
    /// Any of them: its handler is for the kind, and it is not said which one it is about.
    Kind,
}

/// An entity that a URL is something to.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) entity: &'a Entity,
    pub(super) place: Place,
    pub(super) params: Params,
}

impl Found<'_> {
    /// Which one it is; empty where it is none.
    pub(super) fn id(&self) -> &str {
        self.params.get("id").unwrap_or_default()
    }
}

impl Entities {
    /// Reads the document's `entities`.
    pub(super) fn read(node: &Node<'_>) -> Result<Self, Box<PolicyError>> {
        let mut entities = Self::default();
        node.members(&mut |kind, node| {
            entities.all.push(read_entity(kind, node)?);
            Ok(())
        })?;
        entities.check_parents(node)?;
        Ok(entities)
    }

    /// The entity of this kind.
    pub(super) fn get(&self, kind: &str) -> Option<&Entity> {
        self.all.iter().find(|entity| entity.kind == kind)
    }

    /// What entities are named by, ids aside: their kinds, and the lists that show them.
    pub(super) fn tags(&self) -> impl Iterator<Item = &str> {
        self.all.iter().flat_map(|entity| entity.lists.iter().chain([&entity.kind])).map(String::as_str)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entity> {
        self.all.iter()
    }

    /// What this URL is, to each entity that it is something to.
    pub(super) fn places(&self, url: &Url, base_origin: Option<&str>) -> Vec<Found<'_>> {
        let mut places = Vec::new();
        for entity in &self.all {
            if let Some((place, params)) = entity.place(url, base_origin) {
                places.push(Found { entity, place, params });
            }
        }
        places
    }

    fn check_parents(&self, node: &Node<'_>) -> Result<(), Box<PolicyError>> {
        let error = |entity: &Entity, parent: &Parent, problem| {
            let node = node.member(&entity.kind, &Value::Null);
            Err(node.member("parents", &Value::Null).member(&parent.kind, &Value::Null).error(problem))
        };
        for entity in &self.all {
            for parent in &entity.parents {
                if self.get(&parent.kind).is_none() {
                    return error(entity, parent, Problem::UnknownEntity(parent.kind.clone()));
                }
            }
        }
        match self.on_a_cycle() {
            Some((entity, parent)) => error(entity, parent, Problem::Cycle(entity.kind.clone())),
            None => Ok(()),
        }
    }

    /// An entity that is its own ancestor, and the parent through which it is.
    fn on_a_cycle(&self) -> Option<(&Entity, &Parent)> {
        // Entities whose ancestry ends are taken away until none is left, or only cycles and what hangs on them.
        let mut left = vec![true; self.all.len()];
        let mut count = left.len();
        loop {
            let before = count;
            for (position, entity) in self.all.iter().enumerate() {
                if left[position] && self.parent_left(entity, &left).is_none() {
                    left[position] = false;
                    count -= 1;
                }
            }
            if count == before {
                break;
            }
        }
        // Going up as often as there are entities left ends on a cycle.
        let mut position = left.iter().position(|left| *left)?;
        for _ in 0..count {
            position = self.parent_left(&self.all[position], &left)?.1;
        }
        let entity = &self.all[position];
        Some((entity, self.parent_left(entity, &left)?.0))
    }

    /// The first parent of an entity that is left, and its position.
    fn parent_left<'a>(&self, entity: &'a Entity, left: &[bool]) -> Option<(&'a Parent, usize)> {
        for parent in &entity.parents {
            let position = self.all.iter().position(|other| other.kind == parent.kind)?;
            if left[position] {
                return Some((parent, position));
            }
        }
        None
    }
}

impl Entity {
    fn place(&self, url: &Url, base_origin: Option<&str>) -> Option<(Place, Params)> {
        if let Some(params) = self.path.match_url(url, base_origin) {
            return Some((Place::Path, params));
        }
        for action in &self.actions {
            if let Some(params) = action.match_url(url, base_origin) {
                return Some((Place::Action, params));
            }
        }
        Some((Place::Collection, self.collection.as_ref()?.match_url(url, base_origin)?))
    }
}

fn read_entity(kind: &str, node: &Node<'_>) -> Result<Entity, Box<PolicyError>> {
    if !is_kind(kind) {
        return Err(node.expected("under a name of letters, digits, \"_\", \"-\" and \".\""));
    }
    let [path, parents, actions, collection, lists] = node.fields(&SHAPE)?;
    let mut entity = Entity {
        kind: kind.into(),
        path: read_route(node, "path", path)?,
        parents: Vec::new(),
        actions: Vec::new(),
        collection: None,
        lists: Vec::new(),
    };
    if !entity.path.has_name("id") {
        return Err(node.member("path", path).expected("a path with \":id\" in it"));
    }
    if collection.as_str().is_some() {
        entity.collection = Some(read_route(node, "collection", collection)?);
    }
    node.member("parents", parents).members(&mut |kind, field| {
        let name = field.text().unwrap_or_default();
        if name.is_empty() {
            return Err(field.expected("the name of a field"));
        }
        entity.parents.push(Parent { kind: kind.into(), field: name.into() });
        Ok(())
    })?;
    node.member("actions", actions).list(&mut |action| {
        entity.actions.push(read_action(action, entity.path.as_str())?);
        Ok(())
    })?;
    node.member("lists", lists).list(&mut |list| {
        let text = list.text()?;
        check_tag(text).map_err(|problem| list.error(problem))?;
        entity.lists.push(text.into());
        Ok(())
    })?;
    Ok(entity)
}

/// A kind is a tag, and stands before the colon of another.
fn is_kind(kind: &str) -> bool {
    !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// The route of an action, which is written as what follows the path.
fn read_action(node: &Node<'_>, path: &str) -> Result<Route, Box<PolicyError>> {
    let text = node.text()?;
    if text.is_empty() || text.starts_with('/') {
        return Err(node.expected("what follows the path and a \"/\""));
    }
    let mut route = String::from(path.strip_suffix('/').unwrap_or(path));
    route.push('/');
    route.push_str(text);
    Route::parse(&route).map_err(|error| node.error(Problem::Route(error.message())))
}
