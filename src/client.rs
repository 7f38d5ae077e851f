//! The exports: decode, hand to the driver, encode.

use std::cell::RefCell;
use std::rc::Rc;

use everfresh_core::engine::{Engine, Environment, FlightId, Input, ReadId, WriteId};
use js_sys::{Array, Function, JsString};
use wasm_bindgen::prelude::*;

use crate::driver::Driver;
use crate::platform::host::Host;
use crate::platform::{self, clock, entropy, panic, signals};
use crate::{convert, error, parse};

/// The cache of one document, for the JavaScript half. Every method is synchronous; what comes of it
/// reaches the [`Host`] before it returns.
#[wasm_bindgen]
pub struct Client {
    driver: Rc<Driver>,
    host: Host,
    listeners: RefCell<Vec<signals::Listener>>,
}

#[wasm_bindgen]
impl Client {
    /// A client with these options; nothing is served before [`start`](Self::start).
    ///
    /// # Errors
    /// `config-invalid` with the path of what is wrong in the options.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue, host: Host) -> Result<Client, JsValue> {
        let options = convert::options(options)?;
        let environment = Environment {
            origin: platform::origin(),
            document: entropy::name()?,
            hash_key: entropy::hash_key()?,
        };
        let engine = Engine::new(&options, environment).map_err(|problem| error::policy(&problem))?;
        let driver = Rc::new(Driver::new(engine, host.clone()));
        panic::watch(host.clone());
        Ok(Client { driver, host, listeners: RefCell::default() })
    }

    /// Reads what storage holds, and begins.
    pub fn start(&self) {
        self.driver.start();
        let driver = Rc::downgrade(&self.driver);
        let leaving = signals::leaving(move || {
            if let Some(driver) = driver.upgrade() {
                driver.tell(Input::Flush { all: true });
            }
        });
        self.listen(leaving);
    }

    /// The page called `fetch` with a safe method.
    #[allow(clippy::too_many_arguments, reason = "flat arguments cross the boundary fastest")]
    pub fn read(
        &self,
        read: u32,
        method: &JsString,
        url: &JsString,
        headers: &Array,
        cache: u8,
        variant: &JsString,
        opaque: bool,
    ) {
        let request = convert::request(method, url, headers, cache, variant, opaque);
        self.driver.tell(Input::Read { read: ReadId(read), request });
    }

    /// The page aborted a read.
    pub fn abort(&self, read: u32) {
        self.driver.tell(Input::Abort(ReadId(read)));
    }

    /// The head of a flight's answer arrived.
    pub fn responded(&self, flight: u32, status: u16, headers: &Array, url: &JsValue, unreadable: bool) {
        let head = convert::head(status, headers, url, unreadable);
        self.driver.tell(Input::Responded { flight: FlightId(flight), head });
    }

    /// A flight's body was read whole.
    pub fn body(&self, flight: u32, body: JsValue, size: u32, text: bool, fields: &Array) {
        let flight = FlightId(flight);
        let Some(body) = self.driver.keep(body) else { return };
        let fields = convert::pairs(fields);
        self.driver.tell(Input::Body { flight, body, size, text, fields });
    }

    /// A flight ended in an error.
    pub fn failed(&self, flight: u32) {
        self.driver.tell(Input::Failed(FlightId(flight)));
    }

    /// The page calls `fetch` with an unsafe method.
    #[allow(clippy::too_many_arguments, reason = "flat arguments cross the boundary fastest")]
    pub fn write(
        &self,
        write: u32,
        method: &JsString,
        url: &JsString,
        headers: &Array,
        cache: u8,
        variant: &JsString,
        opaque: bool,
        fields: &Array,
    ) {
        let request = convert::request(method, url, headers, cache, variant, opaque);
        let fields = convert::pairs(fields);
        self.driver.tell(Input::Write { write: WriteId(write), request, fields });
    }

    /// A write was answered.
    pub fn answered(
        &self,
        write: u32,
        status: u16,
        headers: &Array,
        url: &JsValue,
        unreadable: bool,
        fields: &Array,
    ) {
        let head = convert::head(status, headers, url, unreadable);
        let fields = convert::pairs(fields);
        self.driver.tell(Input::Answered { write: WriteId(write), head, fields });
    }

    /// A write ended without an answer.
    pub fn unanswered(&self, write: u32) {
        self.driver.tell(Input::Unanswered(WriteId(write)));
    }

    /// An answer that was no flight's and no write's.
    pub fn observed(
        &self,
        method: &JsString,
        url: &JsString,
        status: u16,
        headers: &Array,
        redirected: &JsValue,
        unreadable: bool,
    ) {
        let head = convert::head(status, headers, redirected, unreadable);
        let (method, url) = (method.into(), url.into());
        self.driver.tell(Input::Observed { method, url, head });
    }

    /// The JSON fields to look for in the body of such a write and of its answer.
    #[wasm_bindgen(js_name = writeFields)]
    pub fn write_fields(&self, method: &JsString, url: &JsString) -> Array {
        let (method, url) = (String::from(method), String::from(url));
        let fields = self.driver.ask(|engine| engine.write_fields(&method, &url));
        fields.iter().flat_map(|fields| fields.iter()).map(JsValue::from).collect()
    }

    /// The page invalidates what these texts name in the grammar of `X-Cache-Invalidate`.
    pub fn invalidate(&self, targets: &Array, origin: &JsValue, stale: bool) {
        let members = parse::targets(targets, stale);
        let origin = origin.as_string();
        self.driver.tell(Input::Invalidate { members, origin });
    }

    /// Drops every entry.
    pub fn clear(&self) {
        self.driver.tell(Input::Clear);
    }

    /// What is cached: a list of `EntryInfo`.
    pub fn entries(&self) -> JsValue {
        let now = clock::now();
        let entries = self.driver.ask(|engine| engine.entries(now)).unwrap_or_default();
        convert::entries(now, &entries)
    }

    /// Calls `listener` with every event, at the end of the turn that it happened in. Gives an id for
    /// [`unsubscribe`](Self::unsubscribe).
    pub fn subscribe(&self, listener: Function) -> u32 {
        self.driver.listeners(|all| all.add(listener)).unwrap_or_default()
    }

    /// Ends a subscription.
    pub fn unsubscribe(&self, id: u32) {
        self.driver.listeners(|all| all.remove(id));
    }

    /// Writes what waits to be written.
    pub fn flush(&self) {
        self.driver.tell(Input::Flush { all: true });
    }

    /// Flushes, and gives up timers and listeners.
    pub fn close(&self) {
        self.flush();
        self.driver.stop();
        self.listen(Vec::new());
        panic::forget(&self.host);
    }

    fn listen(&self, listeners: Vec<signals::Listener>) {
        if let Ok(mut slot) = self.listeners.try_borrow_mut() {
            *slot = listeners;
        }
    }
}
