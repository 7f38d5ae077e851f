//! Start: storage is opened, and what passed before the engine was ready is made up for.

use alloc::rc::Rc;

use super::{EarlyWrite, Engine, Snapshot};
use crate::time::Millis;
use crate::url::Url;

impl Engine {
    pub(super) fn start(&mut self, now: Millis, snapshot: Option<&Snapshot>) {
        let Some(snapshot) = snapshot else {
            return self.begin_scope(now, None);
        };
        for item in &snapshot.items {
            self.unscanned.push(Rc::clone(item));
        }
        self.take_storage(now, snapshot);
        self.begin_scope(now, Some(snapshot));
        for write in &snapshot.early {
            self.early(now, write);
        }
        self.learn_edits(now, &snapshot.edits, false);
    }

    /// A write that passed before the engine was ready.
    fn early(&mut self, now: Millis, write: &EarlyWrite) {
        let Some(url) = Url::parse(&write.url) else {
            return;
        };
        match &write.head {
            Some(head) => self.observed(now, &write.method, url.as_str(), head),
            None if self.policy.is_safe(&write.method, &url) => {}
            None => {
                let members = self.may_touch(&write.method, &url, &[], false);
                self.suspect(now, url.origin(), members.into());
            }
        }
    }
}
