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
        self.change(Index::add, id, key, subject);
    }

    /// Takes out a place, as it was added.
    pub(crate) fn remove(&mut self, id: EntryId, key: &Rc<str>, subject: Subject<'_>) {
        self.change(Index::remove, id, key, subject);
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
        let mut ids = Vec::new();
        match (&member.target, origin) {
            (Target::Tag(tag), _) => self.tags.find(tag, false, &mut ids),
            (Target::Path { path, .. }, Some(origin)) => {
                let path = joined(origin, path);
                self.sources.find(&path, false, &mut ids);
                for behind in ["", "?", "#"] {
                    self.keys.find(&joined(&path, behind), !behind.is_empty(), &mut ids);
                }
            }
            (Target::Pattern(glob), Some(origin)) => {
                let path = joined(origin, glob.literal_prefix());
                self.sources.find(&path, true, &mut ids);
                self.keys.find(&path, true, &mut ids);
            }
            (Target::All, origin) => self.keys.find(origin.unwrap_or(""), true, &mut ids),
            (_, None) => self.keys.find("", true, &mut ids),
        }
        ids
    }

    fn change(
        &mut self,
        how: fn(&mut Index, &Rc<str>, EntryId),
        id: EntryId,
        key: &Rc<str>,
        subject: Subject<'_>,
    ) {
        how(&mut self.keys, key, id);
        for tag in subject.tags {
            how(&mut self.tags, tag, id);
            if let Some(path) = source_path(tag) {
                how(&mut self.sources, &joined(subject.url.origin(), path), id);
            }
        }
    }
}
