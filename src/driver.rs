//! The loop: one input into the engine, every effect performed, then the next input.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use everfresh_core::engine::{BodyId, Effect, Engine, Input, Snapshot, StoredItem};
use everfresh_core::time::Millis;
use wasm_bindgen::JsValue;

use crate::bodies::Bodies;
use crate::platform::host::Host;
use crate::platform::storage::Storage;
use crate::platform::timer::Timer;
use crate::platform::{clock, idle};
use crate::subscribers::Subscribers;

/// An engine and the world that it acts on.
///
/// JavaScript is never called while the engine is borrowed. What arrives meanwhile waits its turn. A
/// trap in a turn leaves `busy` set, so that no timer or event enters the broken instance again.
pub(crate) struct Driver {
    engine: RefCell<Engine>,
    inbox: RefCell<VecDeque<Input>>,
    busy: Cell<bool>,
    bodies: RefCell<Bodies>,
    subscribers: RefCell<Subscribers>,
    storage: Option<Storage>,
    timer: Timer,
    host: Host,
}

impl Driver {
    /// A driver of this engine; nothing happens before [`start`](Self::start).
    pub(crate) fn new(engine: Engine, host: Host) -> Self {
        Self {
            engine: RefCell::new(engine),
            inbox: RefCell::default(),
            busy: Cell::new(false),
            bodies: RefCell::default(),
            subscribers: RefCell::default(),
            storage: Storage::open(),
            timer: Timer::default(),
            host,
        }
    }

    /// Tells the engine what storage holds. Writes seen early are forgotten once the engine has them.
    pub(crate) fn start(self: &Rc<Self>) {
        let mut early = Vec::new();
        let snapshot = self.storage.as_ref().map(|storage| -> Snapshot {
            let (snapshot, names) = storage.snapshot();
            early = names;
            snapshot
        });
        self.tell(Input::Start(snapshot));
        if let Some(storage) = &self.storage {
            early.iter().for_each(|name| storage.remove(name));
        }
    }

    /// Takes an input: now, or after those that are being worked on.
    pub(crate) fn tell(self: &Rc<Self>, input: Input) {
        self.push(input);
        if self.busy.replace(true) {
            return;
        }
        while let Some(input) = self.next() {
            if let Ok(mut engine) = self.engine.try_borrow_mut() {
                engine.handle(clock::now(), input);
            }
            while let Some(effect) = self.poll() {
                self.perform(effect);
            }
        }
        self.busy.set(false);
        let delivery = self.subscribers.try_borrow_mut().ok().and_then(|mut all| all.take());
        if let Some(delivery) = delivery {
            delivery.run();
        }
    }

    /// Reads from the engine; `None` while it is at work.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Engine) -> T) -> Option<T> {
        self.engine.try_borrow().ok().map(|engine| question(&engine))
    }

    /// Keeps a body of the page's.
    pub(crate) fn keep(&self, body: JsValue) -> Option<BodyId> {
        self.bodies.try_borrow_mut().ok().map(|mut bodies| bodies.insert(body))
    }

    /// Changes who listens.
    pub(crate) fn listeners<T>(&self, change: impl FnOnce(&mut Subscribers) -> T) -> Option<T> {
        self.subscribers.try_borrow_mut().ok().map(|mut all| change(&mut all))
    }

    /// Ends the timer.
    pub(crate) fn stop(&self) {
        self.timer.clear();
    }

    fn push(&self, input: Input) {
        if let Ok(mut inbox) = self.inbox.try_borrow_mut() {
            inbox.push_back(input);
        }
    }

    fn next(&self) -> Option<Input> {
        self.inbox.try_borrow_mut().ok()?.pop_front()
    }

    fn poll(&self) -> Option<Effect> {
        self.engine.try_borrow_mut().ok()?.poll()
    }

    fn body(&self, id: BodyId) -> Option<JsValue> {
        self.bodies.try_borrow().ok()?.get(id)
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Pass(read) => self.host.pass(read.0),
            Effect::Deliver { read, body, age, status } => match self.body(body) {
                Some(body) => self.host.deliver(read.0, &body, age, &status),
                None => self.host.pass(read.0),
            },
            Effect::DeliverNetwork { read, flight } => {
                self.host.deliver_network(read.0, flight.0);
            }
            Effect::Reject { read, flight } => self.host.reject(read.0, flight.0),
            Effect::Fetch { flight, read, reload } => self.host.send(flight.0, read.0, reload),
            Effect::AbortFlight(flight) => self.host.abort(flight.0),
            Effect::ReadBody { flight, fields } => {
                let fields = fields.iter().map(JsValue::from).collect();
                self.host.read_body(flight.0, fields);
            }
            Effect::EndFlight(flight) => self.host.end_flight(flight.0),
            Effect::Load { item } => {
                let found = self.load(&item);
                self.push(Input::Loaded { item: String::from(&*item), found });
            }
            Effect::Persist { item, header, body } => {
                if !self.persist(&item, header, body) {
                    self.push(Input::PutFailed { item: String::from(&*item) });
                }
            }
            Effect::Put { item, text } => {
                if self.storage.as_ref().is_some_and(|storage| !storage.put(&item, &text.into())) {
                    self.push(Input::PutFailed { item: String::from(&*item) });
                }
            }
            Effect::Remove(items) => {
                if let Some(storage) = &self.storage {
                    items.iter().for_each(|item| storage.remove(item));
                }
            }
            Effect::Send(write) => self.host.send_write(write.0),
            Effect::DropBody(body) => {
                if let Ok(mut bodies) = self.bodies.try_borrow_mut() {
                    bodies.remove(body);
                }
            }
            Effect::FlushWhenIdle => {
                let driver = Rc::downgrade(self);
                idle::run(move || {
                    if let Some(driver) = driver.upgrade() {
                        driver.tell(Input::Flush { all: false });
                    }
                });
            }
            Effect::WakeAt(deadline) => self.wake_at(deadline),
            Effect::Emit(event) => {
                if let Ok(mut subscribers) = self.subscribers.try_borrow_mut() {
                    subscribers.push(event);
                }
            }
        }
    }

    /// A stored item. A torn one has a rest of no length, by which the engine knows it.
    fn load(&self, item: &str) -> Option<StoredItem> {
        let (header, rest) = self.storage.as_ref()?.load(item)?;
        let body = self.host.unpack(&rest).unwrap_or_default();
        let rest_len = if body.is_undefined() { 0 } else { rest.length() };
        Some(StoredItem { header, rest_len, body: self.keep(body)? })
    }

    fn persist(&self, item: &str, mut header: String, body: BodyId) -> bool {
        let (Some(storage), Some(body)) = (&self.storage, self.body(body)) else {
            return false;
        };
        let Ok(packed) = self.host.pack(&body) else {
            return false;
        };
        header.push('\n');
        storage.put(item, &js_sys::JsString::from(header).concat(&packed))
    }

    fn wake_at(self: &Rc<Self>, deadline: Option<Millis>) {
        let Some(deadline) = deadline else {
            self.timer.clear();
            return;
        };
        let driver = Rc::downgrade(self);
        self.timer.set(deadline.saturating_sub(clock::now()), move || {
            let Some(driver) = driver.upgrade() else { return };
            // A wait longer than the browser can take, or a timer that fired early, waits again.
            if clock::now() < deadline {
                driver.wake_at(Some(deadline));
            } else {
                driver.tell(Input::Wake);
            }
        });
    }
}
