//! Persist: entries are written behind, and give way when storage is full.

use alloc::{rc::Rc, string::String, vec};

use super::prefetches::End;
use super::{Effect, Engine, Event, GIVEN_UP, Guard, Load, Source, Storage, url_of};
use crate::entry::Stored;
use crate::journal::name;
use crate::key;
use crate::record::{self, Stamp};
use crate::store::EntryId;
use crate::text::{joined, shared};
use crate::time::Millis;

/// Entries that one idle moment writes or looks at.
const BATCH: usize = 20;
/// Size of the bodies that one idle moment writes, beside the last of them: browsers copy what is written at once.
const SLICE: u32 = 100_000;
/// What the head of an answer takes in storage, until its item is written and that is known: an estimate, in UTF-16 units.
const HEAD: usize = 500;
/// Entries that may wait to be written: where no idle moment comes, one more has the oldest written at once (P10).
const WAITING: usize = 256;

impl Engine {
    /// Whether an answer may reach localStorage (P8): somebody's data needs a scope, other than what its
    /// server calls public or its rule says to keep.
    pub(super) fn may_persist(&self, size: u32, rule: Option<bool>, public: bool) -> bool {
        self.options.persist
            && self.takes_items()
            && size as usize <= self.options.max_entry_size
            && rule.unwrap_or(public || !self.scope.id.is_empty())
    }

    /// Whether localStorage is there, and was not given up.
    pub(super) fn takes_items(&self) -> bool {
        matches!(self.storage, Storage::Open { refusals, .. } if refusals < GIVEN_UP)
    }

    /// Writes an entry when there is time.
    pub(super) fn write_later(&mut self, key: Rc<str>) {
        if self.unwritten.is_empty() && self.unscanned.is_empty() {
            self.push(Effect::FlushWhenIdle);
        }
        self.unwritten.push(key);
        if self.unwritten.len() > WAITING {
            self.write_first(1, SLICE);
        }
    }

    pub(super) fn flush(&mut self, all: bool) {
        let (most, room) = if all { (WAITING, u32::MAX) } else { (BATCH, SLICE) };
        self.write_first(most, room);
        self.store_ways();
        if all {
            return;
        }
        for _ in 0..BATCH {
            let Some(item) = self.unscanned.pop() else {
                break;
            };
            self.loads.push((Rc::clone(&item), Load::Scan));
            self.push(Effect::Load { item });
        }
        if !self.unwritten.is_empty() || !self.unscanned.is_empty() {
            self.push(Effect::FlushWhenIdle);
        }
    }

    /// What an item takes of localStorage is known.
    pub(super) fn stored(&mut self, item: &str, size: u32) {
        if let Some(id) = self.find_item(item) {
            self.store.set_item_size(id, size);
            self.keep_storage_bounded(0);
        }
    }

    pub(super) fn put_failed(&mut self, now: Millis, item: &str) {
        if item.starts_with(key::ENTRY_PREFIX) {
            if let Some(id) = self.find_item(item) {
                self.make_room(now, id, item);
            }
            return;
        }
        if item.starts_with(key::EDIT_PREFIX) {
            return self.refuse_edit(now, item);
        }
        if item.starts_with(key::WAYS_PREFIX) {
            return self.problem("quota", item);
        }
        if item == key::SENTINEL {
            return self.remove_item(shared(item));
        }
        // A record could not be written: with a blank sentinel every document drops everything. Once
        // more with the room that this makes; then storage is given up.
        let Storage::Open { refusals, .. } = &self.storage else {
            return;
        };
        let refusals = *refusals + 1;
        if refusals > GIVEN_UP {
            return;
        }
        self.problem("journal-refused", item);
        if refusals == GIVEN_UP {
            self.storage = Storage::Open { epoch: shared(""), refusals };
            self.drop_storage();
            self.problem("storage-denied", item);
        } else {
            self.drop_storage();
            self.open_epoch(refusals);
            self.write_journal();
        }
    }

    /// Keeps memory within its bounds: an entry that is stored stays known, without its body.
    pub(super) fn keep_memory_bounded(&mut self) {
        while let Some(id) = self.store.over_memory() {
            self.release(id);
        }
    }

    /// Empties a layer, here alone: it is no invalidation.
    pub(super) fn forget_layer(&mut self, layer: Source) {
        if layer == Source::Memory {
            return self.store.in_memory().into_iter().for_each(|id| self.release(id));
        }
        for item in self.unscanned.take() {
            self.remove_item(item);
        }
        for id in self.store.stored() {
            self.remove_stored(id);
        }
    }

    /// Takes an entry out of memory; without a stored item it is gone.
    fn release(&mut self, id: EntryId) {
        let Some(entry) = self.store.get(id) else {
            return;
        };
        let url = url_of(entry);
        match entry.stored {
            Stored::Yes => self.release_body(id),
            Stored::Pending => {
                self.persist(id);
                self.release_body(id);
            }
            Stored::No => self.drop_entry(id),
        }
        self.emit(Event::Evict { url, source: Source::Memory });
    }

    /// Blanks the sentinel, by a text of its own that needs no room; without the head, the others look.
    pub(super) fn blank_sentinel(&mut self) {
        if self.guards(Guard::Sentinel) {
            self.written += 1;
            let text = name("!", self.written);
            let text = joined(&text, self.environment.document.get(text.len()..).unwrap_or_default());
            self.push(Effect::Put { item: shared(key::SENTINEL), text: String::from(&*text) });
            self.remove_item(shared(key::HEAD));
            self.head = None;
            if let Storage::Open { epoch, refusals: GIVEN_UP.. } = &mut self.storage {
                *epoch = text;
            }
        }
    }

    /// Removes every stored item, after the sentinel was blanked.
    pub(super) fn drop_storage(&mut self) {
        self.blank_sentinel();
        for item in self.unscanned.take() {
            self.remove_item(item);
        }
        for id in self.store.stored() {
            let Some(entry) = self.store.get(id) else {
                continue;
            };
            let (item, in_memory) = (self.item(&entry.key), entry.body.is_some());
            self.remove_item(item);
            if in_memory {
                self.store.set_stored(id, Stored::No);
            } else if let Some(mut entry) = self.store.remove(id) {
                self.waste(&mut entry, End::Evicted);
            }
        }
        self.unwritten.clear();
    }

    /// Begins a new epoch: what other epochs stored is dead.
    pub(super) fn open_epoch(&mut self, refusals: u8) {
        self.write_head();
        let Some(epoch) = self.head.clone() else {
            return;
        };
        self.push(Effect::Put { item: shared(key::SENTINEL), text: String::from(&*epoch) });
        self.storage = Storage::Open { epoch, refusals };
    }

    /// The entry that a stored item is of.
    pub(super) fn find_item(&self, item: &str) -> Option<EntryId> {
        self.store.find(item.strip_prefix(&*self.scope.prefix)?)
    }

    /// Writes an entry that waits for that; gives the size of its body, where it was written.
    fn persist(&mut self, id: EntryId) -> u32 {
        let (Storage::Open { epoch, .. }, Some(entry)) = (&self.storage, self.store.get(id)) else {
            return 0;
        };
        let (Some(body), Stored::Pending, None) = (entry.body, entry.stored, entry.stale_since) else {
            return 0;
        };
        let header = record::encode(entry, Stamp { buster: &self.options.buster, epoch });
        let (url, size) = (url_of(entry), entry.size);
        let item = self.item(&entry.key);
        let item_size =
            u32::try_from(item.len() + header.len() + HEAD).unwrap_or(u32::MAX).saturating_add(size);
        self.keep_storage_bounded(item_size);
        self.store.set_item_size(id, item_size);
        self.store.set_stored(id, Stored::Yes);
        self.push(Effect::Persist { item, header, body });
        self.emit(Event::Persist { url });
        size
    }

    /// Writes those that have waited longest: so many at the most, and none once the bodies before it are larger than
    /// `room`.
    fn write_first(&mut self, most: usize, mut room: u32) {
        let mut count = 0;
        while count < most.min(self.unwritten.len()) && room > 0 {
            if let Some(id) = self.store.find(&self.unwritten[count]) {
                room = room.saturating_sub(self.persist(id));
            }
            count += 1;
        }
        self.unwritten.drain(..count);
    }

    /// Keeps localStorage within its bound, with so much more in it.
    pub(super) fn keep_storage_bounded(&mut self, size: u32) {
        while let Some(victim) = self.store.over_storage(size) {
            self.remove_stored(victim);
        }
    }

    /// Writing `id` was refused: makes room in one pass, and tries once more.
    fn make_room(&mut self, now: Millis, id: EntryId, item: &str) {
        // What was there under this name before is out of date.
        self.remove_item(shared(item));
        let refused_before = self.store.refuse(id);
        let Some(entry) = self.store.get(id) else {
            return;
        };
        let (size, in_memory) = (entry.item_size, entry.body.is_some());
        let victims = match refused_before || !in_memory {
            true => vec![],
            false => self.store.storage_victims(size, now),
        };
        if victims.is_empty() {
            self.problem("quota", item);
            if !in_memory {
                self.drop_entry(id);
            }
            return;
        }
        for victim in victims {
            self.remove_stored(victim);
        }
        self.store.set_stored(id, Stored::Pending);
        self.persist(id);
    }

    /// Takes an entry out of localStorage; without a body in memory it is gone.
    pub(super) fn remove_stored(&mut self, id: EntryId) {
        let Some(entry) = self.store.get(id) else {
            return;
        };
        if entry.stored == Stored::No {
            return;
        }
        let url = url_of(entry);
        if entry.body.is_some() {
            let item = self.item(&entry.key);
            self.store.set_stored(id, Stored::No);
            self.remove_item(item);
        } else {
            self.drop_entry(id);
        }
        self.emit(Event::Evict { url, source: Source::Storage });
    }

    pub(super) fn release_body(&mut self, id: EntryId) {
        let body = self.store.set_body(id, None);
        self.give_up_body(body);
    }

    pub(super) fn give_up_body(&mut self, body: Option<super::BodyId>) {
        if let Some(body) = body {
            self.drop_body(body);
        }
    }
}
