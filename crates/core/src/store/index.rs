//! Finding entries by tag and by path.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    string::String,
    vec::Vec,
};

use hashbrown::HashMap;

use super::EntryId;
use crate::url::Url;

/// Entries by tag.
#[derive(Debug, Default)]
pub(super) struct Tags(HashMap<Rc<str>, BTreeSet<EntryId>>);

impl Tags {
    pub(super) fn add(&mut self, tags: &[Rc<str>], id: EntryId) {
        for tag in tags {
            self.0.entry(Rc::clone(tag)).or_default().insert(id);
        }
    }

    pub(super) fn remove(&mut self, tags: &[Rc<str>], id: EntryId) {
        for tag in tags {
            if let Some(ids) = self.0.get_mut(tag) {
                ids.remove(&id);
                if ids.is_empty() {
                    self.0.remove(tag);
                }
            }
        }
    }

    pub(super) fn get(&self, tag: &str) -> Vec<EntryId> {
        self.0.get(tag).into_iter().flatten().copied().collect()
    }
}

/// Entries by origin and path, in order, so that a beginning is a range.
#[derive(Debug, Default)]
pub(super) struct Paths(BTreeMap<Rc<str>, BTreeSet<EntryId>>);

impl Paths {
    pub(super) fn add(&mut self, url: &Url, id: EntryId) {
        self.0.entry(place(url.origin(), url.path())).or_default().insert(id);
    }

    pub(super) fn remove(&mut self, url: &Url, id: EntryId) {
        let place = place(url.origin(), url.path());
        if let Some(ids) = self.0.get_mut(&place) {
            ids.remove(&id);
            if ids.is_empty() {
                self.0.remove(&place);
            }
        }
    }

    pub(super) fn exact(&self, origin: &str, path: &str) -> Vec<EntryId> {
        self.0.get(&place(origin, path)).into_iter().flatten().copied().collect()
    }

    pub(super) fn starting_with(&self, origin: &str, path: &str) -> Vec<EntryId> {
        let beginning = place(origin, path);
        self.0
            .range(Rc::clone(&beginning)..)
            .take_while(|(place, _)| place.starts_with(&*beginning))
            .flat_map(|(_, ids)| ids.iter().copied())
            .collect()
    }
}

fn place(origin: &str, path: &str) -> Rc<str> {
    let mut place = String::with_capacity(origin.len() + path.len());
    place.push_str(origin);
    place.push_str(path);
    Rc::from(place.as_str())
}
