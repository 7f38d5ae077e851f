//! The entries of a document: found by key, by tag and by path, bounded, and dropped in time.

mod index;
mod recency;

use alloc::{rc::Rc, string::String, vec::Vec};

use hashbrown::HashMap;

use self::index::Index;
use self::recency::Recency;
use crate::engine::BodyId;
use crate::entry::{Entry, Stored};
use crate::target::{Member, Target};
use crate::time::Millis;

/// A place in the store; given out again after its entry is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(u32);

/// How much memory may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Entries with a body in memory.
    pub entries: usize,
    /// Size of these bodies together.
    pub bytes: usize,
    /// Size in localStorage, names and all, in UTF-16 units.
    pub storage: usize,
}

/// What localStorage needs beside a body: names, header lines, the answer's own headers. An estimate,
/// on the large side.
const ITEM_OVERHEAD: usize = 1_000;

/// The store.
#[derive(Debug)]
pub struct Store {
    limits: Limits,
    slots: Vec<Option<Entry>>,
    free: Vec<EntryId>,
    keys: HashMap<Rc<str>, EntryId>,
    tags: Index,
    paths: Index,
    /// No entry reaches its end before this.
    next_expiry: Option<Millis>,
    /// Entries with a body in memory, by use.
    memory: Recency,
    /// Entries in localStorage, by use.
    storage: Recency,
    bytes: usize,
    in_memory: usize,
    stored: usize,
}

impl Store {
    /// An empty store.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            slots: Vec::new(),
            free: Vec::new(),
            keys: HashMap::new(),
            tags: Index::default(),
            paths: Index::default(),
            next_expiry: None,
            memory: Recency::default(),
            storage: Recency::default(),
            bytes: 0,
            in_memory: 0,
            stored: 0,
        }
    }

    /// The limits that it keeps to.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The entry of `key`.
    pub fn find(&self, key: &str) -> Option<EntryId> {
        self.keys.get(key).copied()
    }

    /// The entry at `id`.
    pub fn get(&self, id: EntryId) -> Option<&Entry> {
        self.slots.get(id.0 as usize)?.as_ref()
    }

    /// Every entry.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.slots.iter().flatten()
    }

    /// Puts an entry in the place of the one with its key, which is given back.
    pub fn insert(&mut self, entry: Entry) -> (EntryId, Option<Entry>) {
        let old = self.find(&entry.key).and_then(|id| self.remove(id));
        let id = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            EntryId(self.slots.len() as u32 - 1)
        });
        self.keys.insert(Rc::clone(&entry.key), id);
        for tag in &entry.tags {
            self.tags.add(Rc::clone(tag), id);
        }
        self.paths.add(place(entry.url.origin(), entry.url.path()), id);
        self.next_expiry = Some(self.next_expiry.map_or(entry.expires, |next| next.min(entry.expires)));
        self.enter(&entry, id);
        self.slots[id.0 as usize] = Some(entry);
        (id, old)
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: EntryId) -> Option<Entry> {
        let entry = self.slots.get_mut(id.0 as usize)?.take()?;
        self.keys.remove(&entry.key);
        for tag in &entry.tags {
            self.tags.remove(Rc::clone(tag), id);
        }
        self.paths.remove(place(entry.url.origin(), entry.url.path()), id);
        self.leave(&entry, id);
        self.free.push(id);
        Some(entry)
    }

    /// Notes a use, for recency.
    pub fn touch(&mut self, id: EntryId) {
        self.memory.touch(id.0);
        self.storage.touch(id.0);
    }

    /// Puts the body in memory, or takes it out; gives the one before.
    pub fn set_body(&mut self, id: EntryId, body: Option<BodyId>) -> Option<BodyId> {
        self.change(id, |entry| core::mem::replace(&mut entry.body, body)).flatten()
    }

    /// Notes where the entry stands with localStorage.
    pub fn set_stored(&mut self, id: EntryId, stored: Stored) {
        self.change(id, |entry| entry.stored = stored);
    }

    /// Notes that localStorage refused the entry; says whether it had before.
    pub fn refuse(&mut self, id: EntryId) -> bool {
        self.set_stored(id, Stored::No);
        self.change(id, |entry| core::mem::replace(&mut entry.refused, true)).unwrap_or(true)
    }

    /// Marks an entry stale.
    pub fn mark_stale(&mut self, id: EntryId, now: Millis) {
        self.change(id, |entry| entry.stale_since = entry.stale_since.or(Some(now)));
    }

    /// The entries that `member` may name. Costs what it matches: a pattern costs the paths that share
    /// its beginning.
    pub fn matching(&self, member: &Member, origin: Option<&str>) -> Vec<EntryId> {
        let candidates = match (&member.target, origin) {
            (Target::Tag(tag), _) => self.tags.exact(tag),
            (Target::Path { path, .. }, Some(origin)) => self.paths.exact(&place(origin, path)),
            (Target::Pattern(glob), Some(origin)) => {
                self.paths.starting_with(&place(origin, glob.literal_prefix()))
            }
            (Target::All, Some(origin)) => self.paths.starting_with(&place(origin, "/")),
            (_, None) => self.keys.values().copied().collect(),
        };
        candidates
            .into_iter()
            .filter(|&id| self.get(id).is_some_and(|entry| entry.subject().is_named_by(member, origin)))
            .collect()
    }

    /// No entry reaches its end before this.
    pub fn next_expiry(&self) -> Option<Millis> {
        self.next_expiry
    }

    /// Takes out the entries whose end has come.
    pub fn take_expired(&mut self, now: Millis) -> Vec<Entry> {
        let mut expired = Vec::new();
        let mut next = None;
        for at in 0..self.slots.len() {
            let Some(expires) = self.slots[at].as_ref().map(|entry| entry.expires) else { continue };
            if expires <= now {
                expired.extend(self.remove(EntryId(at as u32)));
            } else {
                next = Some(next.map_or(expires, |next: Millis| next.min(expires)));
            }
        }
        self.next_expiry = next;
        expired
    }

    /// The least recently used entry with a body in memory, while memory holds more than it may.
    pub fn over_memory(&self) -> Option<EntryId> {
        let over = self.in_memory > self.limits.entries || self.bytes > self.limits.bytes;
        over.then(|| self.memory.oldest_first().next().map(EntryId)).flatten()
    }

    /// The least recently used entry in localStorage, while `size` more would be more than it may hold.
    pub fn over_storage(&self, size: u32) -> Option<EntryId> {
        (self.stored + storage_size(size) > self.limits.storage)
            .then(|| self.storage.oldest_first().next().map(EntryId))
            .flatten()
    }

    /// Entries in localStorage whose going makes room for `size`: all that are past their freshness,
    /// then the least recently used.
    pub fn storage_victims(&self, size: u32, now: Millis) -> Vec<EntryId> {
        let stored = self.storage.oldest_first().map(EntryId);
        let (fresh, stale): (Vec<_>, Vec<_>) =
            stored.partition(|&id| self.get(id).is_some_and(|entry| entry.is_fresh(now)));
        let mut victims = stale;
        let room = |id: &EntryId| self.get(*id).map_or(0, |entry| storage_size(entry.size));
        let mut freed: usize = victims.iter().map(room).sum();
        for id in fresh {
            if freed >= storage_size(size) {
                break;
            }
            freed += room(&id);
            victims.push(id);
        }
        victims
    }

    fn change<T>(&mut self, id: EntryId, change: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        let mut entry = self.slots.get_mut(id.0 as usize)?.take()?;
        self.count(&entry, false);
        let result = change(&mut entry);
        self.enter(&entry, id);
        self.slots[id.0 as usize] = Some(entry);
        Some(result)
    }

    fn enter(&mut self, entry: &Entry, id: EntryId) {
        self.count(entry, true);
        self.memory.set(id.0, entry.body.is_some());
        self.storage.set(id.0, entry.stored == Stored::Yes);
    }

    fn leave(&mut self, entry: &Entry, id: EntryId) {
        self.count(entry, false);
        self.memory.set(id.0, false);
        self.storage.set(id.0, false);
    }

    fn count(&mut self, entry: &Entry, add: bool) {
        let (in_memory, bytes) = match entry.body {
            Some(_) => (1, entry.size as usize),
            None => (0, 0),
        };
        let stored = if entry.stored == Stored::Yes { storage_size(entry.size) } else { 0 };
        if add {
            self.in_memory += in_memory;
            self.bytes += bytes;
            self.stored += stored;
        } else {
            self.in_memory -= in_memory;
            self.bytes -= bytes;
            self.stored -= stored;
        }
    }
}

fn place(origin: &str, path: &str) -> Rc<str> {
    let mut place = String::with_capacity(origin.len() + path.len());
    place.push_str(origin);
    place.push_str(path);
    Rc::from(place.as_str())
}

fn storage_size(body: u32) -> usize {
    body as usize + ITEM_OVERHEAD
}

#[cfg(test)]
mod tests;
