//! One deadline.

use std::cell::RefCell;

use everfresh_core::time::Millis;
use gloo_timers::callback::Timeout;

/// The longest wait that `setTimeout` takes without overflowing, some 24.8 days.
const LONGEST: Millis = i32::MAX as Millis;

/// A timer for one deadline, stopped when dropped.
#[derive(Default)]
pub(crate) struct Timer(RefCell<Option<Timeout>>);

impl Timer {
    /// Runs `work` after `delay` milliseconds, or after the longest possible wait if that is sooner;
    /// replaces what was set before.
    pub(crate) fn set(&self, delay: Millis, work: impl FnOnce() + 'static) {
        self.replace(Some(Timeout::new(delay.min(LONGEST) as u32, work)));
    }

    /// Forgets the deadline.
    pub(crate) fn clear(&self) {
        self.replace(None);
    }

    fn replace(&self, timeout: Option<Timeout>) {
        if let Ok(mut slot) = self.0.try_borrow_mut() {
            *slot = timeout;
        }
    }
}
