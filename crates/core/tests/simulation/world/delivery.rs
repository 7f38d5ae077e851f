//! What one process does is seen by the others.

use everfresh_core::engine::Input;
use everfresh_core::key;

use super::{News, World, learn};

/// A write to storage is seen by every process that runs within this time.
const LAG: u64 = 20_000;

impl World {
    pub(super) fn deliver_storage(&mut self, a: usize) {
        let behind: Vec<usize> =
            (0..self.tabs.len()).filter(|&tab| !self.tabs[tab].copy.behind.is_empty()).collect();
        if behind.is_empty() {
            return;
        }
        self.deliver_to(behind[a % behind.len()]);
    }

    /// Whether the next write that a tab has to see has waited for it as long as may be.
    pub(super) fn is_late(&self, tab: usize) -> bool {
        self.tabs[tab].copy.behind.front().is_some_and(|write| write.time + LAG < self.now)
    }

    /// A tab looks at storage once it has come to rest.
    pub(super) fn see_at_once(&mut self, tab: usize) {
        while let Some(write) = self.tabs[tab].copy.behind.pop_front() {
            self.tabs[tab].copy.apply(&write);
        }
        if self.tabs[tab].frozen {
            return;
        }
        let news: Vec<News> = self.tabs[tab].copy.news().cloned().collect();
        news.iter().for_each(|news| learn(&mut self.tabs[tab], news));
        let snapshot = self.tabs[tab].copy.snapshot();
        self.handle(tab, Input::CatchUp(snapshot));
    }

    pub(super) fn deliver_to(&mut self, tab: usize) {
        let Some(write) = self.tabs[tab].copy.behind.pop_front() else { return };
        self.note(|world| format!("{} sees {} written", world.tabs[tab].document, write.name));
        let before = self.tabs[tab].copy.get(&write.name).cloned();
        self.tabs[tab].copy.apply(&write);
        let changed = self.tabs[tab].copy.get(&write.name) != before.as_ref();
        let told_by_event = write.name.starts_with(key::JOURNAL_PREFIX) || write.name == key::SENTINEL;
        let event = told_by_event && !self.tabs[tab].frozen;
        if changed && (event || write.name == key::HEAD) {
            learn(&mut self.tabs[tab], &write.tells);
        }
        if changed && event {
            self.counts.storage_events += 1;
            let snapshot = self.tabs[tab].copy.snapshot();
            self.handle(tab, Input::CatchUp(snapshot));
        }
    }

    pub(super) fn deliver_all_storage(&mut self, a: usize) {
        if let Some(tab) = self.tab(a) {
            self.see_all(tab);
        }
    }

    pub(super) fn see_all(&mut self, tab: usize) {
        while !self.tabs[tab].copy.behind.is_empty() {
            self.deliver_to(tab);
        }
    }

    pub(super) fn deliver_message(&mut self, a: usize, b: usize) {
        let Some(tab) = self.tab(a) else { return };
        let messages = &mut self.tabs[tab].messages;
        let taken = if b % 8 == 1 { messages.pop_back() } else { messages.pop_front() };
        let Some((message, tells)) = taken else { return };
        if b.is_multiple_of(8) {
            self.note(|world| format!("{} loses a message", world.tabs[tab].document));
            return;
        }
        self.counts.heard += 1;
        self.note(|world| {
            let from = message.split(':').next().unwrap_or_default();
            format!("{} hears {from}", world.tabs[tab].document)
        });
        learn(&mut self.tabs[tab], &tells);
        self.handle(tab, Input::Heard(message));
    }
}
