//! One deadline.

use std::cell::RefCell;

use everfresh_core::time::Millis;
use gloo_timers::callback::Timeout;

use super::host::Host;

/// The longest wait that `setTimeout` takes without overflowing, some 24.8 days. The engine, woken too
/// early, waits again.
const LONGEST: Millis = i32::MAX as Millis;

/// A timer for one deadline, stopped when dropped.
#[derive(Default)]
pub(crate) struct Timer(RefCell<Option<Timeout>>);

impl Timer {
    /// Wakes the host after `delay` milliseconds, or never; replaces what was set before.
    pub(crate) fn set(&self, delay: Option<Millis>, host: &Host) {
        let timeout = delay.map(|delay| {
            let host = host.clone();
            Timeout::new(delay.min(LONGEST) as u32, move || host.wake())
        });
        if let Ok(mut slot) = self.0.try_borrow_mut() {
            *slot = timeout;
        }
    }
}
