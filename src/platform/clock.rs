//! The wall clock.

use everfresh_core::time::Millis;

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> Millis {
    js_sys::Date::now() as Millis
}
