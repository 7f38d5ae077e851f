//! The lock of the document that sends what is durable.

use everfresh_core::engine::Input;

use super::World;

impl World {
    /// A tab that asks for it gets the lock of the one that sends; by then it sees what the one before has written.
    pub(super) fn give_lock(&mut self, a: usize) {
        let asking: Vec<usize> = (0..self.tabs.len())
            .filter(|&tab| !self.tabs[tab].frozen && self.tabs[tab].mutating.asks)
            .collect();
        if self.lock.is_some() || asking.is_empty() {
            return;
        }
        let tab = asking[a % asking.len()];
        self.note(|world| format!("{} becomes the one that sends", world.tabs[tab].document));
        self.counts.leads += 1;
        self.see_at_once(tab);
        if !self.tabs[tab].mutating.asks {
            return;
        }
        self.lock = Some(self.tabs[tab].document.clone());
        self.handle(tab, Input::Leading(true));
    }

    /// A document is gone or frozen, and with it its lock.
    pub(super) fn free_lock(&mut self, document: &str) {
        if self.lock.as_deref() == Some(document) {
            self.lock = None;
            // What it has under way is on its way all the same.
            for request in self.mutations.iter_mut().filter(|sent| sent.document == document) {
                request.request.iter_mut().for_each(|request| request.leads = false);
            }
        }
    }
}
