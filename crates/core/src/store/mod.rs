//! The entries of a document: found by key, by tag and by path, bounded, and dropped in time.

pub(crate) mod catalog;
mod index;
mod recency;

use alloc::{boxed::Box, rc::Rc, string::String, vec, vec::Vec};

use self::catalog::Catalog;
use self::recency::Recency;
use crate::engine::{BodyId, Step, Trigger};
use crate::entry::{Entry, Stored};
use crate::target::Member;
use crate::time::Millis;

/// A place in the store; given out again after its entry is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub(crate) u32);

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

/// The store.
#[derive(Debug)]
pub struct Store {
    limits: Limits,
    slots: Vec<Option<Box<Entry>>>,
    free: Vec<EntryId>,
    catalog: Catalog,
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
            catalog: Catalog::default(),
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
        self.catalog.of_key(key).first().copied()
    }

    /// The entries that answer requests for `key`, whatever headers they vary by.
    pub fn variants(&self, key: &str) -> Vec<EntryId> {
        match self.find(key) {
            // Those that do not vary have no others beside them.
            Some(id) => vec![id],
            None => self.catalog.variants_of(key),
        }
    }

    /// The entry that answers a request for `key` with these headers; the newest, where several would.
    pub fn select(&self, key: &str, headers: &[(String, String)]) -> Option<EntryId> {
        let mut newest: Option<(EntryId, &Entry)> = None;
        for id in self.variants(key) {
            if let Some(entry) = self.get(id)
                && entry.answers(key, headers)
                && newest.is_none_or(|(_, newest)| newest.sent < entry.sent)
            {
                newest = Some((id, entry));
            }
        }
        newest.map(|(id, _)| id)
    }

    /// The entry at `id`.
    pub fn get(&self, id: EntryId) -> Option<&Entry> {
        self.slots.get(id.0 as usize)?.as_deref()
    }

    /// Entries, places for them, bodies in memory, their size, and the size in storage.
    #[cfg(feature = "sabotage")]
    pub(crate) fn census(&self) -> [usize; 5] {
        [self.iter().count(), self.slots.len(), self.in_memory, self.bytes, self.stored]
    }

    /// Every entry.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.slots.iter().flatten().map(|entry| &**entry)
    }

    /// The entries with a body in memory.
    pub fn in_memory(&self) -> Vec<EntryId> {
        self.places_of(|entry| entry.body.is_some())
    }

    /// The entries in localStorage, and those that wait to be written there.
    pub fn stored(&self) -> Vec<EntryId> {
        self.places_of(|entry| entry.stored != Stored::No)
    }

    fn places_of(&self, is: fn(&Entry) -> bool) -> Vec<EntryId> {
        let mut ids = Vec::new();
        for (at, entry) in self.slots.iter().enumerate() {
            if entry.as_ref().is_some_and(|entry| is(entry)) {
                ids.push(EntryId(at as u32));
            }
        }
        ids
    }

    /// Puts an entry in the place of the one with its key, which is given back.
    pub fn insert(&mut self, entry: impl Into<Box<Entry>>) -> (EntryId, Option<Box<Entry>>) {
        self.put(entry.into())
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: EntryId) -> Option<Box<Entry>> {
        let entry = self.take(id)?;
        self.catalog.remove(id, &entry.key, entry.subject());
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
        let mut before = None;
        self.change(id, &mut |entry| before = core::mem::replace(&mut entry.body, body));
        before
    }

    /// Notes where the entry stands with localStorage.
    pub fn set_stored(&mut self, id: EntryId, stored: Stored) {
        self.change(id, &mut |entry| entry.stored = stored);
    }

    /// Notes what its item takes of localStorage.
    pub fn set_item_size(&mut self, id: EntryId, size: u32) {
        self.change(id, &mut |entry| entry.item_size = size);
    }

    /// Notes that localStorage refused the entry; says whether it had before.
    pub fn refuse(&mut self, id: EntryId) -> bool {
        let mut before = true;
        self.change(id, &mut |entry| {
            entry.stored = Stored::No;
            before = core::mem::replace(&mut entry.refused, true);
        });
        before
    }

    /// The first use of an entry, if it was prefetched, is over; gives what made the page prefetch it.
    pub fn take_prefetched(&mut self, id: EntryId) -> Option<Trigger> {
        self.get(id)?.prefetched?;
        let mut trigger = None;
        self.change(id, &mut |entry| {
            if let Some(prefetched) = entry.prefetched.take() {
                (entry.fresh_until, trigger) = (prefetched.fresh_until, Some(prefetched.trigger));
            }
        });
        trigger
    }

    /// Marks an entry stale.
    pub fn mark_stale(&mut self, id: EntryId, now: Millis) {
        self.change(id, &mut |entry| entry.stale_since = entry.stale_since.or(Some(now)));
    }

    /// Notes what made an entry what it is.
    pub fn set_because(&mut self, id: EntryId, because: &Rc<Step>) {
        if let Some(Some(entry)) = self.slots.get_mut(id.0 as usize) {
            entry.because = Some(Rc::clone(because));
        }
    }

    /// How many places there are, some of which may hold no entry.
    pub fn places(&self) -> u32 {
        self.slots.len() as u32
    }

    /// The entries that `member` names. Costs what it matches.
    pub fn matching(&self, member: &Member, origin: Option<&str>) -> Vec<EntryId> {
        let mut ids = self.catalog.candidates(member, origin);
        ids.retain(|&id| self.get(id).is_some_and(|entry| entry.subject().is_named_by(member, origin)));
        ids
    }

    /// No entry reaches its end before this.
    pub fn next_expiry(&self) -> Option<Millis> {
        self.next_expiry
    }

    /// Takes out the entries whose end has come.
    pub fn take_expired(&mut self, now: Millis) -> Vec<Box<Entry>> {
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
        if over { self.memory.oldest().map(EntryId) } else { None }
    }

    /// The least recently used entry in localStorage, while `size` more would be more than it may hold.
    pub fn over_storage(&self, size: u32) -> Option<EntryId> {
        let over = self.stored + size as usize > self.limits.storage;
        if over { self.storage.oldest().map(EntryId) } else { None }
    }

    /// Entries in localStorage whose going makes room for `size`: all that are past their freshness,
    /// then the least recently used.
    pub fn storage_victims(&self, size: u32, now: Millis) -> Vec<EntryId> {
        let mut victims = Vec::new();
        let mut freed: u32 = 0;
        for fresh in [false, true] {
            let mut next = self.storage.oldest();
            while let Some(id) = next {
                next = self.storage.newer(id);
                if fresh && freed >= size {
                    break;
                }
                if let Some(entry) = self.get(EntryId(id)).filter(|entry| entry.is_fresh(now) == fresh) {
                    freed = freed.saturating_add(entry.item_size);
                    victims.push(EntryId(id));
                }
            }
        }
        victims
    }

    fn put(&mut self, entry: Box<Entry>) -> (EntryId, Option<Box<Entry>>) {
        let known = self.find(&entry.key);
        // What is named as before keeps its place.
        let same = known.filter(|id| self.get(*id).is_some_and(|old| old.tags == entry.tags));
        let old = match same {
            Some(id) => self.take(id),
            None => known.and_then(|id| self.remove(id)),
        };
        let id = same.or_else(|| self.free.pop()).unwrap_or_else(|| {
            self.slots.push(None);
            EntryId(self.slots.len() as u32 - 1)
        });
        if same.is_none() {
            self.catalog.add(id, &entry.key, entry.subject());
        }
        self.next_expiry = Some(self.next_expiry.map_or(entry.expires, |next| next.min(entry.expires)));
        self.count(&entry, true);
        self.link(id, entry.body.is_some(), entry.stored == Stored::Yes);
        self.slots[id.0 as usize] = Some(entry);
        (id, old)
    }

    fn take(&mut self, id: EntryId) -> Option<Box<Entry>> {
        let entry = self.slots.get_mut(id.0 as usize)?.take()?;
        self.count(&entry, false);
        self.link(id, false, false);
        Some(entry)
    }

    fn change(&mut self, id: EntryId, change: &mut dyn FnMut(&mut Entry)) {
        let Some(mut entry) = self.slots.get_mut(id.0 as usize).and_then(Option::take) else {
            return;
        };
        self.count(&entry, false);
        change(&mut entry);
        self.count(&entry, true);
        self.link(id, entry.body.is_some(), entry.stored == Stored::Yes);
        self.slots[id.0 as usize] = Some(entry);
    }

    fn link(&mut self, id: EntryId, memory: bool, storage: bool) {
        self.memory.set(id.0, memory);
        self.storage.set(id.0, storage);
    }

    fn count(&mut self, entry: &Entry, add: bool) {
        let change = |total: &mut usize, by: usize| *total = if add { *total + by } else { *total - by };
        if entry.body.is_some() {
            change(&mut self.in_memory, 1);
            change(&mut self.bytes, entry.size as usize);
        }
        if entry.stored == Stored::Yes {
            change(&mut self.stored, entry.item_size as usize);
        }
    }
}

#[cfg(test)]
mod tests;
