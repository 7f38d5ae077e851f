//! The loop: one input into the engine, every effect performed, then the next input.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use everfresh_core::engine::{BodyId, Effect, Engine, Input, StoredItem};

use crate::platform::clock;
use crate::platform::host::Host;
use crate::platform::storage::Storage;
use crate::platform::timer::Timer;
use crate::{convert, wire};

/// An engine and the world that it acts on.
///
/// What arrives while an input is worked on waits its turn. A trap leaves the engine borrowed, so that
/// nothing enters the broken instance again.
pub(crate) struct Driver {
    engine: RefCell<Engine>,
    inbox: RefCell<VecDeque<Input>>,
    heard: Cell<bool>,
    storage: Option<Storage>,
    timer: Timer,
    host: Host,
}

impl Driver {
    /// A driver of this engine, with localStorage where that may be used; nothing happens before [`start`](Self::start).
    pub(crate) fn new(engine: Engine, stores: bool, host: Host) -> Self {
        Self {
            engine: RefCell::new(engine),
            inbox: RefCell::default(),
            heard: Cell::new(false),
            storage: stores.then(Storage::open),
            timer: Timer::default(),
            host,
        }
    }

    /// Tells the engine what storage holds. Writes seen early are forgotten once the engine has them.
    pub(crate) fn start(&self) {
        let Some(storage) = &self.storage else {
            return self.tell(Input::Start(None));
        };
        let (snapshot, early) = storage.snapshot(true);
        self.tell(Input::Start(Some(snapshot)));
        for name in &early {
            storage.remove(name);
        }
    }

    /// Takes an input: now, or after those that are being worked on. What other documents have written
    /// since comes before it; who begins to send what they have left looks at all of it, since heads may cross.
    pub(crate) fn tell(&self, mut input: Input) {
        let Ok(mut engine) = self.engine.try_borrow_mut() else {
            self.push(input);
            return;
        };
        if let Some(storage) = &self.storage
            && (matches!(input, Input::Leading(true)) || engine.is_outdated(storage.head().as_deref()))
        {
            self.push(Input::CatchUp(storage.snapshot(false).0));
        }
        if let Some(storage) = &self.storage
            && let Input::Scope { snapshot, .. } = &mut input
        {
            *snapshot = storage.snapshot(true).0;
        }
        self.push(input);
        while let Some(input) = self.next() {
            engine.handle(clock::now(), input);
            while let Some(effect) = engine.poll() {
                self.perform(&effect);
            }
        }
    }

    /// Looks at what storage holds, if anybody has written there.
    pub(crate) fn look(&self) {
        if let Some(storage) = &self.storage
            && self.ask(|engine| engine.is_outdated(storage.head().as_deref())) == Some(true)
        {
            self.catch_up();
        }
    }

    /// Looks at what storage holds.
    pub(crate) fn catch_up(&self) {
        if let Some(storage) = &self.storage {
            self.tell(Input::CatchUp(storage.snapshot(false).0));
        }
    }

    /// Reads from the engine; `None` while it is at work.
    pub(crate) fn ask<T>(&self, question: impl FnOnce(&Engine) -> T) -> Option<T> {
        self.engine.try_borrow().ok().map(|engine| question(&engine))
    }

    /// What was measured; `None` while the engine is at work.
    pub(crate) fn measured(&self, peeks: u32, renew: bool) -> Option<String> {
        Some(self.engine.try_borrow_mut().ok()?.measured(clock::now(), peeks, renew))
    }

    /// What localStorage holds under this name, without its body.
    pub(crate) fn stored(&self, item: &str) -> Option<StoredItem> {
        let (header, rest) = self.storage.as_ref()?.load(item)?;
        Some(StoredItem { header, rest_len: rest.length(), body: BodyId(0) })
    }

    /// Whether events are to be told.
    pub(crate) fn listen(&self, wanted: bool) {
        self.heard.set(wanted);
    }

    /// Ends the timer.
    pub(crate) fn stop(&self) {
        self.timer.set(None, &self.host);
    }

    fn push(&self, input: Input) {
        if let Ok(mut inbox) = self.inbox.try_borrow_mut() {
            inbox.push_back(input);
        }
    }

    fn next(&self) -> Option<Input> {
        self.inbox.try_borrow_mut().ok()?.pop_front()
    }

    fn perform(&self, effect: &Effect) {
        match effect {
            Effect::Load { item } => {
                let found = self.load(item);
                self.push(Input::Loaded { item: String::from(&**item), found });
            }
            Effect::Persist { item, header, body } => {
                self.push(match self.persist(item, header, *body) {
                    Some(size) => Input::Stored { item: Rc::clone(item), size },
                    None => Input::PutFailed { item: String::from(&**item) },
                });
            }
            Effect::Put { item, text } => {
                if self.storage.as_ref().is_some_and(|storage| !storage.put(item, &text.as_str().into())) {
                    self.push(Input::PutFailed { item: String::from(&**item) });
                }
            }
            Effect::Remove(item) => {
                if let Some(storage) = &self.storage {
                    storage.remove(item);
                }
            }
            Effect::WakeAt(deadline) => {
                let delay = deadline.map(|deadline| deadline.saturating_sub(clock::now()));
                self.timer.set(delay, &self.host);
            }
            Effect::Emit(step) => {
                if self.heard.get() {
                    self.host.emit(&convert::event(&step.event));
                }
            }
            Effect::Layers { url, mutations } => {
                self.host.perform(wire::LAYERS, 0, 0, 0, &wire::layers(url, mutations));
            }
            effect => match wire::effect(effect) {
                Some((kind, [a, b, c], "")) => self.host.act(kind, a, b, c),
                Some((kind, [a, b, c], text)) => self.host.perform(kind, a, b, c, text),
                None => {}
            },
        }
    }

    /// A stored item. A torn one has a rest of no length, by which the engine knows it.
    fn load(&self, item: &str) -> Option<StoredItem> {
        let (header, rest) = self.storage.as_ref()?.load(item)?;
        let body = self.host.unpack(&rest);
        let rest_len = if body == 0 { 0 } else { rest.length() };
        Some(StoredItem { header, rest_len, body: BodyId(body) })
    }

    /// Writes an item; gives its size with its name, where it was not refused.
    fn persist(&self, item: &str, header: &str, body: BodyId) -> Option<u32> {
        let packed = self.host.pack(body.0)?;
        let text = js_sys::JsString::from(header).concat(&packed);
        self.storage.as_ref()?.put(item, &text).then(|| item.len() as u32 + text.length())
    }
}
