//! The entity map: where entities live, what they belong to, in which lists they are shown.

use alloc::{string::String, vec::Vec};

use super::document::Reader;
use super::error::{PolicyError, Problem};
use super::rules::read_route;
use super::template::check_tag;
use crate::pattern::{Params, Route};
use crate::url::Url;

const KEYS: [&str; 5] = ["path", "parents", "actions", "collection", "lists"];

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
    collection: Option<Route>,
    pub(super) lists: Vec<String>,
}

/// What an entity belongs to, and the field that holds its id.
#[derive(Debug, Clone)]
pub(super) struct Parent {
    pub(super) kind: String,
    pub(super) field: String,
}

/// What a URL is to an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The path of one.
    Path { id: String, params: Params },
    /// An action below the path of one.
    Action { id: String, params: Params },
    /// The collection of all.
    Collection { params: Params },
}

impl Entities {
    /// Reads the document's `entities`.
    pub(super) fn read(document: &Reader<'_>) -> Result<Self, PolicyError> {
        let Some(value) = document.value("entities") else {
            return Ok(Self::default());
        };
        let reader = Reader::at(value, document.path_of("entities"))?;
        reader.distinct()?;
        let read = |(kind, value): &(String, _)| read_entity(kind, value, reader.path_of(kind));
        let entities = Self { all: reader.members().iter().map(read).collect::<Result<_, _>>()? };
        entities.check_parents(&reader)?;
        Ok(entities)
    }

    /// The entity of this kind.
    pub(super) fn get(&self, kind: &str) -> Option<&Entity> {
        self.all.iter().find(|entity| entity.kind == kind)
    }

    /// What this URL is, to each entity that it is something to.
    pub(super) fn places(&self, url: &Url, base_origin: Option<&str>) -> Vec<(&Entity, Place)> {
        let place = |entity| Some((entity, Entity::place(entity, url, base_origin)?));
        self.all.iter().filter_map(place).collect()
    }

    fn check_parents(&self, reader: &Reader<'_>) -> Result<(), PolicyError> {
        let path = |entity: &Entity, parent: &Parent| {
            let mut path = reader.path_of(&entity.kind);
            path.push_str(".parents.");
            path.push_str(&parent.kind);
            path
        };
        for entity in &self.all {
            if let Some(parent) = entity.parents.iter().find(|parent| self.get(&parent.kind).is_none()) {
                let problem = Problem::UnknownEntity(parent.kind.clone());
                return Err(PolicyError::new(path(entity, parent), problem));
            }
        }
        match self.on_a_cycle() {
            Some((entity, parent)) => {
                let problem = Problem::Cycle(entity.kind.clone());
                Err(PolicyError::new(path(entity, parent), problem))
            }
            None => Ok(()),
        }
    }

    /// An entity that is its own ancestor, and the parent through which it is.
    fn on_a_cycle(&self) -> Option<(&Entity, &Parent)> {
        // Entities whose ancestry ends are taken away until none is left, or only cycles and what hangs on them.
        let mut left: Vec<&Entity> = self.all.iter().collect();
        loop {
            let is_left = |kind: &str| left.iter().any(|entity| entity.kind == kind);
            let endless: Vec<&Entity> = left
                .iter()
                .copied()
                .filter(|entity| entity.parents.iter().any(|parent| is_left(&parent.kind)))
                .collect();
            if endless.len() == left.len() {
                break;
            }
            left = endless;
        }
        let up = |entity: &'_ Entity| {
            let is_left =
                |parent: &usize| left.iter().any(|other| other.kind == entity.parents[*parent].kind);
            (0..entity.parents.len()).find(is_left)
        };
        // Going up as often as there are entities left ends on a cycle.
        let mut entity = *left.first()?;
        for _ in 0..left.len() {
            entity = self.get(&entity.parents[up(entity)?].kind)?;
        }
        Some((entity, &entity.parents[up(entity)?]))
    }
}

impl Entity {
    fn place(&self, url: &Url, base_origin: Option<&str>) -> Option<Place> {
        let id = |params: &Params| params.get("id").map(String::from);
        if let Some(params) = self.path.match_url(url, base_origin) {
            return Some(Place::Path { id: id(&params)?, params });
        }
        if let Some(params) = self.actions.iter().find_map(|route| route.match_url(url, base_origin)) {
            return Some(Place::Action { id: id(&params)?, params });
        }
        let params = self.collection.as_ref()?.match_url(url, base_origin)?;
        Some(Place::Collection { params })
    }
}

fn read_entity(kind: &str, value: &crate::value::Value, path: String) -> Result<Entity, PolicyError> {
    if !is_kind(kind) {
        let problem = Problem::Expected("under a name of letters, digits, \"_\", \"-\" and \".\"");
        return Err(PolicyError::new(path, problem));
    }
    let entity = Reader::at(value, path)?;
    entity.only(&KEYS)?;
    entity.distinct()?;
    let route = read_route(&entity, "path")?;
    if !route.names().any(|name| name == "id") {
        return Err(entity.error("path", Problem::Expected("a path with \":id\" in it")));
    }
    let collection = match entity.value("collection") {
        Some(_) => Some(read_route(&entity, "collection")?),
        None => None,
    };
    Ok(Entity {
        kind: kind.into(),
        parents: read_parents(&entity)?,
        actions: read_actions(&entity, &route)?,
        collection,
        lists: read_lists(&entity)?,
        path: route,
    })
}

/// A kind is a tag, and stands before the colon of another.
fn is_kind(kind: &str) -> bool {
    !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

fn read_parents(entity: &Reader<'_>) -> Result<Vec<Parent>, PolicyError> {
    let Some(value) = entity.value("parents") else {
        return Ok(Vec::new());
    };
    let parents = Reader::at(value, entity.path_of("parents"))?;
    parents.distinct()?;
    let parent = |(kind, field): &(String, crate::value::Value)| match field.as_str() {
        Some(field) if !field.is_empty() => Ok(Parent { kind: kind.clone(), field: field.into() }),
        _ => Err(parents.error(kind, Problem::Expected("the name of a field"))),
    };
    parents.members().iter().map(parent).collect()
}

fn read_actions(entity: &Reader<'_>, path: &Route) -> Result<Vec<Route>, PolicyError> {
    let actions = entity.texts("actions")?.unwrap_or_default();
    let action = |(at, text): (String, &str)| {
        if text.is_empty() || text.starts_with('/') {
            let problem = Problem::Expected("what follows the path and a \"/\"");
            return Err(PolicyError::new(at, problem));
        }
        let path = path.as_str();
        let path = path.strip_suffix('/').unwrap_or(path);
        Route::parse(&String::from_iter([path, "/", text]))
            .map_err(|error| PolicyError::new(at, Problem::Route(error.message())))
    };
    actions.into_iter().map(action).collect()
}

fn read_lists(entity: &Reader<'_>) -> Result<Vec<String>, PolicyError> {
    let lists = entity.texts("lists")?.unwrap_or_default();
    let list = |(path, text): (String, &str)| match check_tag(text) {
        Ok(()) => Ok(String::from(text)),
        Err(problem) => Err(PolicyError::new(path, problem)),
    };
    lists.into_iter().map(list).collect()
}
