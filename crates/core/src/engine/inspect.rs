//! Inspect: what is there, for those who look into it. Nothing is changed by that.

use alloc::{boxed::Box, rc::Rc, vec::Vec};

use super::batch::Batches;
use super::log::Step;
use super::{Engine, Storage, StoredItem};
use crate::entry::Entry;
use crate::key;
use crate::record::{self, Stamp, Unfit};
use crate::store::EntryId;
use crate::target::{Member, Mode};

/// What a target would do to an entry.
#[derive(Debug)]
pub struct Hit<'a> {
    id: EntryId,
    /// The entry.
    pub entry: &'a Entry,
    /// What would become of it.
    pub mode: Mode,
}

/// What an invalidation would do.
#[derive(Debug)]
pub struct DryRun<'a> {
    /// To which entries, each once.
    pub hits: Vec<Hit<'a>>,
    /// How many of those who watch something would be shown that it is stale.
    pub watches: usize,
}

/// Where the engine stands.
#[derive(Debug)]
pub struct State<'a> {
    /// This document's name.
    pub document: &'a str,
    /// Who is signed in, as the page says.
    pub scope: &'a str,
    /// Another document says somebody else.
    pub displaced: bool,
    /// localStorage takes what is written.
    pub stores: bool,
    /// Records of this document's journal.
    pub records: usize,
    /// Requests under way.
    pub flights: usize,
    /// Writes under way.
    pub writes: usize,
    /// Those who watch.
    pub watches: usize,
    /// Entries that wait to be written to localStorage.
    pub unwritten: usize,
    /// Stored items that have not been looked at.
    pub unscanned: usize,
}

impl Engine {
    /// What is cached, in no order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.store.iter()
    }

    /// Some of what is cached: places in the store from one on, and whether there are more after them.
    pub fn entries_at(&self, from: u32, count: u32) -> (impl Iterator<Item = &Entry>, bool) {
        let end = from.saturating_add(count);
        ((from..end).filter_map(|at| self.store.get(EntryId(at))), end < self.store.places())
    }

    /// The entry under this key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.store.get(self.store.find(key)?)
    }

    /// How many watch what an entry answers, and whether it is being fetched.
    pub fn interest(&self, entry: &Entry) -> (usize, bool) {
        let key = key::unvaried(&entry.key);
        (self.watches.count(key), self.flights.is_under_way(key))
    }

    /// The name of the stored item of a key.
    pub fn item_name(&self, key: &str) -> Rc<str> {
        self.item(key)
    }

    /// What a stored item says of the entry under this key.
    ///
    /// # Errors
    /// [`Unfit`] says why it is none.
    pub fn read_record(&self, key: &str, found: &StoredItem) -> Result<Box<Entry>, Unfit> {
        let Storage::Open { epoch, .. } = &self.storage else {
            return Err(Unfit::Outdated);
        };
        record::decode(key, found, Stamp { buster: &self.options.buster, epoch })
    }

    /// What has happened after the step of this number, as far as it is remembered.
    pub fn steps(&self, after: u32) -> impl Iterator<Item = &Rc<Step>> {
        self.log.after(after)
    }

    /// What [`Input::Invalidate`](super::Input::Invalidate) would do.
    pub fn dry_run(&self, mut members: Vec<Member>, origin: Option<&str>) -> DryRun<'_> {
        let batches = self.named_by_call(&mut members, origin);
        DryRun { hits: self.hits(&batches), watches: self.outdated(&batches) }
    }

    /// Where the engine stands.
    pub fn state(&self) -> State<'_> {
        State {
            document: &self.environment.document,
            scope: &self.scope.id,
            displaced: self.scope.displaced,
            stores: self.takes_items(),
            records: self.journal.records.len(),
            flights: self.flights.len(),
            writes: self.writes.len(),
            watches: self.watches.len(),
            unwritten: self.unwritten.len(),
            unscanned: self.unscanned.len(),
        }
    }

    fn hits(&self, batches: &Batches) -> Vec<Hit<'_>> {
        let mut hits: Vec<Hit<'_>> = Vec::new();
        for batch in batches.iter() {
            for member in batch.members.iter() {
                for id in self.store.matching(member, batch.origin.as_deref()) {
                    let Some(entry) = self.store.get(id) else { continue };
                    match hits.binary_search_by_key(&id, |hit| hit.id) {
                        Ok(at) => hits[at].mode = hits[at].mode.max(member.mode),
                        Err(at) => hits.insert(at, Hit { id, entry, mode: member.mode }),
                    }
                }
            }
        }
        hits
    }

    fn outdated(&self, batches: &Batches) -> usize {
        let mut ids = Vec::new();
        for batch in batches.iter() {
            for member in batch.members.iter() {
                for id in self.watches.matching(member, batch.origin.as_deref()) {
                    if !ids.contains(&id) {
                        ids.push(id);
                    }
                }
            }
        }
        ids.len()
    }
}
