//! A panic ends the wasm instance: the JavaScript half is told, so that the page goes on without us (P7).

use std::cell::RefCell;
use std::sync::Once;

use super::host::Host;

thread_local! {
    static HOSTS: RefCell<Vec<Host>> = const { RefCell::new(Vec::new()) };
}

static HOOK: Once = Once::new();

/// Tells `host` of a panic, should one happen. Calls from the page are guarded in JavaScript as well;
/// timers and event listeners are not.
pub(crate) fn watch(host: Host) {
    HOSTS.with_borrow_mut(|hosts| hosts.push(host));
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let hosts = HOSTS.try_with(RefCell::take).unwrap_or_default();
            let place = info.location().map_or("", |place| place.file());
            let line = info.location().map_or(0, |place| place.line());
            hosts.iter().for_each(|host| host.abandon(&format!("panic at {place}:{line}")));
            before(info);
        }));
    });
}

/// Forgets a host that is closed.
pub(crate) fn forget(host: &Host) {
    HOSTS.with_borrow_mut(|hosts| hosts.retain(|known| known != host));
}
