//! Loaded: what was asked of storage has come. An entry is read back whole or not at all.

use alloc::boxed::Box;

use super::prefetches::End;
use super::{Engine, Guard, Load, Storage, StoredItem};
use crate::entry::Entry;
use crate::journal::Mark;
use crate::key;
use crate::record::{self, Stamp, Unfit};
use crate::store::EntryId;
use crate::target::Mode;
use crate::text::shared;
use crate::time::Millis;

impl Engine {
    pub(super) fn loaded(&mut self, now: Millis, item: &str, found: Option<&StoredItem>) {
        let Some(at) = self.loads.iter().position(|(name, _)| **name == *item) else {
            self.give_back(found);
            return;
        };
        match self.loads.remove(at).1 {
            Load::Read(mut asked) => {
                asked.loaded = true;
                match self.find_item(item) {
                    // The entry was known, only its body was not.
                    Some(id) if self.is_record_of(id, found) => self.take_body(id, found),
                    known => {
                        // Another document has removed or replaced it.
                        if let Some(mut entry) = known.and_then(|id| self.store.remove(id)) {
                            self.waste(&mut entry, End::Evicted);
                            self.give_up_body(entry.body);
                        }
                        self.adopt(now, item, found);
                    }
                }
                self.keep_storage_bounded(0);
                self.answer(now, asked);
            }
            Load::Edit => self.take_edit(now, item, found),
            Load::Ways => self.take_ways(now, found),
            Load::Scan => {
                if self.find_item(item).is_some() {
                    self.give_back(found);
                } else if let Some(id) = self.adopt(now, item, found) {
                    self.release_body(id);
                    self.keep_storage_bounded(0);
                }
            }
        }
    }

    /// Takes a stored item in as an entry, if it is whole, ours and not invalidated since (P2, P4);
    /// otherwise removes it.
    fn adopt(&mut self, now: Millis, item: &str, found: Option<&StoredItem>) -> Option<EntryId> {
        let found = found?;
        match self.judge(now, item, found) {
            Some(entry) => {
                if !key::names(&entry.key).is_empty() {
                    // It may answer in the place of another variant.
                    self.changed(None);
                }
                let (id, old) = self.store.insert(entry);
                self.give_up_body(old.and_then(|old| old.body));
                self.keep_memory_bounded();
                Some(id)
            }
            None => {
                self.drop_body(found.body);
                self.remove_item(shared(item));
                None
            }
        }
    }

    fn judge(&mut self, now: Millis, item: &str, found: &StoredItem) -> Option<Box<Entry>> {
        let Storage::Open { epoch, .. } = &self.storage else {
            return None;
        };
        let stamp = Stamp { buster: &self.options.buster, epoch };
        // Another scope's entries are removed unread (P8).
        let key = item.strip_prefix(&*self.scope.prefix)?;
        let mut entry = match record::decode(key, found, stamp) {
            Ok(entry) => entry,
            Err(Unfit::Outdated) => return None,
            Err(Unfit::Unreadable) => {
                self.problem("record-unreadable", item);
                return None;
            }
        };
        if self.may_have_met(entry.url.as_str(), entry.sent, entry.received) {
            return None;
        }
        let size = item.len() + found.header.len() + found.rest_len as usize;
        entry.item_size = u32::try_from(size).unwrap_or(u32::MAX);
        let sent = entry.sent;
        self.cover(entry.url.as_str(), &|_, at| sent > at);
        let known = |mark: &Mark| mark.is_known_to(&entry.fence) || !self.guards(Guard::FenceVector);
        match self.ledger.verdict(entry.subject(), &known) {
            Some(Mode::Drop) if self.guards(Guard::StorageFence) => return None,
            Some(Mode::Drop) => {}
            Some(Mode::Stale) => entry.stale_since = Some(now),
            None => {}
        }
        // All that is known by now was asked.
        entry.fence.applied = self.ledger.fence().applied;
        // Those of the same key that vary tell that this one lacks its `Vary`.
        let complete = self.store.variants(key).is_empty();
        (entry.expires > now && entry.sent <= now && complete).then_some(entry)
    }

    fn take_body(&mut self, id: EntryId, found: Option<&StoredItem>) {
        let old = self.store.set_body(id, found.map(|found| found.body));
        self.give_up_body(old);
        self.keep_memory_bounded();
    }

    fn is_record_of(&self, id: EntryId, found: Option<&StoredItem>) -> bool {
        let (Storage::Open { epoch, .. }, Some(known), Some(found)) =
            (&self.storage, self.store.get(id), found)
        else {
            return false;
        };
        let stamp = Stamp { buster: &self.options.buster, epoch };
        record::decode(&known.key, found, stamp).is_ok_and(|entry| {
            // Two of the same millisecond may differ in what they knew.
            known.sent == entry.sent && known.fence.positions == entry.fence.positions
        })
    }

    fn give_back(&mut self, found: Option<&StoredItem>) {
        self.give_up_body(found.map(|found| found.body));
    }
}
