//! Room: as many durable mutations wait as fit, and none is dropped for another (P10).

use super::{Ending, Engine};
use crate::time::Millis;

/// How many may wait, and their size together in UTF-16 units; one more is refused (P10).
const MAX_EDITS: usize = 200;
const MAX_SIZE: usize = 1_500_000;

impl Engine {
    /// Whether one more of this size may wait.
    pub(super) fn has_room_for(&self, size: u32) -> bool {
        let mut count = 0;
        let mut total = size as usize;
        for mutation in &self.mutations {
            if let Some(stored) = &mutation.stored {
                count += 1;
                total += stored.size as usize;
            }
        }
        self.takes_items() && count < MAX_EDITS && total <= MAX_SIZE
    }

    /// An item was refused. With the room that entries leave it is tried once more; an older text of it that stands is
    /// as good.
    pub(super) fn refuse_edit(&mut self, now: Millis, item: &str) {
        let Some(at) = self.find_edit(item) else { return };
        let mutation = &mut self.mutations[at];
        let new = self.outbox.newest == Some(mutation.id);
        // One that is sent at once is written twice.
        let often = if mutation.attempts > 0 { 2 } else { 1 };
        let Some(stored) = &mut mutation.stored else { return };
        stored.refused = stored.refused.saturating_add(1);
        let (again, size) = (stored.refused <= often, stored.size);
        if again {
            for victim in self.store.storage_victims(size, now) {
                self.remove_stored(victim);
            }
            return self.store_edit(at);
        }
        if new {
            self.unstore(at);
            self.end_mutation(at, Ending::Full);
            self.take_out(now, at, false);
            self.problem("outbox-full", item);
        }
    }
}
