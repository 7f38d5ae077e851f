//! Listeners of the page, by id. Events wait here for the end of the turn.

use everfresh_core::engine::Event;
use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::convert;
use crate::platform::report;

/// Who listens, and what is still to be told.
#[derive(Default)]
pub(crate) struct Subscribers {
    last: u32,
    listeners: Vec<(u32, Function)>,
    waiting: Vec<Event>,
}

/// Events and the listeners that they are for, taken out so that nothing is borrowed meanwhile.
pub(crate) struct Delivery {
    events: Vec<Event>,
    listeners: Vec<Function>,
}

impl Subscribers {
    /// Adds a listener; its id is not used again.
    pub(crate) fn add(&mut self, listener: Function) -> u32 {
        self.last += 1;
        self.listeners.push((self.last, listener));
        self.last
    }

    /// Removes a listener.
    pub(crate) fn remove(&mut self, id: u32) {
        self.listeners.retain(|(known, _)| *known != id);
    }

    /// Keeps an event for the end of the turn, if anybody listens.
    pub(crate) fn push(&mut self, event: Event) {
        if !self.listeners.is_empty() {
            self.waiting.push(event);
        }
    }

    /// What is to be told now.
    pub(crate) fn take(&mut self) -> Option<Delivery> {
        if self.waiting.is_empty() {
            return None;
        }
        Some(Delivery {
            events: core::mem::take(&mut self.waiting),
            listeners: self.listeners.iter().map(|(_, listener)| listener.clone()).collect(),
        })
    }
}

impl Delivery {
    /// Calls every listener with every event. One that throws is reported and harms nothing.
    pub(crate) fn run(self) {
        for event in self.events {
            let event = convert::event(event);
            for listener in &self.listeners {
                if let Err(thrown) = listener.call1(&JsValue::UNDEFINED, &event) {
                    report(&thrown);
                }
            }
        }
    }
}
