//! Due: what is watched is fetched anew when its time has come, and it is known why.

use alloc::vec;

use super::{Effect, Engine, ReadId, Signal};
use crate::time::Millis;

impl Engine {
    /// Those who watch a key want it to be fetched again then.
    pub(super) fn refetch_at(&mut self, key: &str, at: Millis) {
        for id in self.watches.of(key) {
            self.watches.demand(id, at, self.log.why("late"));
        }
    }

    /// A write has ended: what was not to be stored while it was under way is fetched now.
    pub(super) fn refetch_stale(&mut self, now: Millis) {
        let mut stale = vec![];
        for (id, watch) in &self.watches.all {
            if watch.stale && watch.due.is_none() && !watch.fetching {
                stale.push(*id);
            }
        }
        for id in stale {
            self.watches.demand(id, now, self.log.why("written"));
        }
    }

    /// What is watched, and is to be fetched anew at such a signal, is.
    pub(super) fn refetch_on(&mut self, now: Millis, signal: Signal) {
        let mut wanted = vec![];
        for (id, watch) in &self.watches.all {
            let options = &watch.asked.options;
            let wants = match signal {
                Signal::Focus => options.refetch_on_window_focus,
                Signal::Online => options.refetch_on_reconnect,
                Signal::Hidden | Signal::Offline => Some(false),
            };
            let good =
                self.held(&watch.asked).is_some_and(|(_, entry)| watch.asked.is_content_with(entry, now));
            let polls = signal == Signal::Focus && options.refetch_interval.is_some();
            if (wants.unwrap_or(true) || polls) && !good {
                wanted.push(*id);
            }
        }
        for id in wanted {
            self.watches.set_due(id, now, self.log.why(signal.name()));
        }
    }

    /// The page wants what it watches to be fetched anew.
    pub(super) fn refetch(&mut self, now: Millis, id: ReadId) {
        if let Some(watch) = self.watches.get_mut(id) {
            let asked = watch.asked.clone();
            self.log.reason = "call";
            self.fetch_anew(now, &asked);
            self.log.reason = "";
        }
    }

    /// Fetches what is due. Who fetches nothing of themselves are told, unless somebody does it for them.
    pub(super) fn refetch_due(&mut self, now: Millis) {
        for id in self.watches.take_due(now) {
            if let Some(watch) = self.watches.get_mut(id) {
                let outlived = watch.ends.take_if(|ends| *ends <= now).is_some();
                let (asked, mut why) = (watch.asked.clone(), core::mem::take(&mut watch.why));
                if outlived {
                    self.tell(id, None, Some(true));
                    why.reason = "expired";
                }
                let before = self.log.turn_to(why);
                if !asked.is_idle() {
                    self.fetch_anew(now, &asked);
                } else if self.joinable(now, &asked).is_none() {
                    self.push(Effect::Due(id));
                }
                self.log.turn_to(before);
            }
        }
        self.retry_due(now);
    }

    /// A page that nobody sees does not poll.
    pub(super) fn poll_later(&mut self, now: Millis, id: ReadId) {
        let watch = self.watches.get_mut(id).filter(|_| !self.hidden);
        if let Some(interval) = watch.and_then(|watch| watch.asked.options.refetch_interval) {
            self.watches.set_due(id, now.saturating_add(interval), self.log.why("interval"));
        }
    }
}
