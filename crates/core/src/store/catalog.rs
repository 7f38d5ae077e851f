//! Finding what an invalidation names: by key, by tag, and by origin and path.

use alloc::{rc::Rc, vec::Vec};

use super::EntryId;
use super::index::Index;
use crate::key::VARIES;
use crate::subject::{Subject, source_path};
use crate::target::{Member, Target};
use crate::text::joined;

/// Places by what can name them. A key begins with its URL, so that it is found by its own path as well.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    keys: Index,
    tags: Index,
    /// The paths that data is made of.
    sources: Index,
}

impl Catalog {
    /// Adds a place.
    pub(crate) fn add(&mut self, id: EntryId, key: &Rc<str>, subject: Subject<'_>) {
        self.keys.add(key, id);
        for tag in subject.tags {
            self.tags.add(tag, id);
            if let Some(path) = source_path(tag) {
                self.sources.add(&joined(subject.url.origin(), path), id);
            }
        }
    }

    /// Takes out a place, as it was added.
    pub(crate) fn remove(&mut self, id: EntryId, key: &str, subject: Subject<'_>) {
        self.keys.remove(key, id);
        for tag in subject.tags {
            self.tags.remove(tag, id);
            if let Some(path) = source_path(tag) {
                self.sources.remove(&joined(subject.url.origin(), path), id);
            }
        }
    }

    /// The first place of `key`.
    pub(crate) fn first_of_key(&self, key: &str) -> Option<EntryId> {
        self.keys.first(key)
    }

    /// The places of `key`.
    pub(crate) fn of_key(&self, key: &str) -> Vec<EntryId> {
        self.keys.exact(key)
    }

    /// The places of answers to requests for `key` that vary by request headers.
    pub(crate) fn variants_of(&self, key: &str) -> Vec<EntryId> {
        self.keys.starting_with(&joined(key, VARIES))
    }

    /// The places that `member` may name, some of them more than once. Costs what it matches: a pattern costs the paths
    /// that share its beginning.
    pub(crate) fn candidates(&self, member: &Member, origin: Option<&str>) -> Vec<EntryId> {
        let mut ids;
        match (&member.target, origin) {
            (Target::Tag(tag), _) => ids = self.tags.exact(tag),
            (Target::Path { path, .. }, Some(origin)) => {
                let path = joined(origin, path);
                ids = self.sources.exact(&path);
                ids.append(&mut self.keys.exact(&path));
                for behind in ["?", "#"] {
                    ids.append(&mut self.keys.starting_with(&joined(&path, behind)));
                }
            }
            (Target::Pattern(glob), Some(origin)) => {
                let path = joined(origin, glob.literal_prefix());
                ids = self.sources.starting_with(&path);
                ids.append(&mut self.keys.starting_with(&path));
            }
            (Target::All, Some(origin)) => ids = self.keys.starting_with(&joined(origin, "/")),
            (_, None) => ids = self.keys.starting_with(""),
        }
        ids
    }
}
