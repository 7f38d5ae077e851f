//! Finding what an invalidation names: by key, by tag, and by origin and path.

use alloc::{rc::Rc, vec::Vec};

use super::EntryId;
use super::index::Index;
use crate::key::VARIES;
use crate::subject::{Subject, source_path};
use crate::target::{Member, Target};
use crate::text::joined;

/// Places by what can name them.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    keys: Index,
    tags: Index,
    paths: Index,
}

impl Catalog {
    /// Adds a place.
    pub(crate) fn add(&mut self, id: EntryId, key: &Rc<str>, subject: Subject<'_>) {
        self.keys.add(key, id);
        for tag in subject.tags {
            self.tags.add(tag, id);
            if let Some(path) = source_path(tag) {
                self.paths.add(&joined(subject.url.origin(), path), id);
            }
        }
        self.paths.add(&path(subject), id);
    }

    /// Takes out a place, as it was added.
    pub(crate) fn remove(&mut self, id: EntryId, key: &str, subject: Subject<'_>) {
        self.keys.remove(key, id);
        for tag in subject.tags {
            self.tags.remove(tag, id);
            if let Some(path) = source_path(tag) {
                self.paths.remove(&joined(subject.url.origin(), path), id);
            }
        }
        self.paths.remove(&path(subject), id);
    }

    /// The places of `key`.
    pub(crate) fn of_key(&self, key: &str) -> Vec<EntryId> {
        self.keys.exact(key)
    }

    /// The places of answers to requests for `key` that vary by request headers.
    pub(crate) fn variants_of(&self, key: &str) -> Vec<EntryId> {
        self.keys.starting_with(&joined(key, VARIES))
    }

    /// The places that `member` may name. Costs what it matches: a pattern costs the paths that share its
    /// beginning.
    pub(crate) fn candidates(&self, member: &Member, origin: Option<&str>) -> Vec<EntryId> {
        match (&member.target, origin) {
            (Target::Tag(tag), _) => self.tags.exact(tag),
            (Target::Path { path, .. }, Some(origin)) => self.paths.exact(&joined(origin, path)),
            (Target::Pattern(glob), Some(origin)) => {
                self.paths.starting_with(&joined(origin, glob.literal_prefix()))
            }
            (Target::All, Some(origin)) => self.paths.starting_with(&joined(origin, "/")),
            (_, None) => self.keys.starting_with(""),
        }
    }
}

fn path(subject: Subject<'_>) -> Rc<str> {
    joined(subject.url.origin(), subject.url.path())
}
