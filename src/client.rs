//! The exports: decode, hand to the driver, encode.

use everfresh_core::engine::Engine;
use everfresh_core::json;
use wasm_bindgen::prelude::*;

use crate::driver::Driver;
use crate::platform::clock;
use crate::platform::host::Host;
use crate::{convert, wire};

/// The cache of one document, for the JavaScript half. Every method is synchronous; what comes of it
/// reaches the [`Host`] before it returns.
#[wasm_bindgen]
pub struct Client {
    driver: Driver,
}

#[wasm_bindgen]
impl Client {
    /// A client with these options, which are JSON, in the environment that `src/host/environment.js` tells of;
    /// nothing is served before [`start`](Self::start).
    ///
    /// # Errors
    /// A text that says what is wrong in the options, and where: `config-invalid`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str, environment: &str, host: Host) -> Result<Client, JsValue> {
        let options = json::parse(options).ok_or("options: must be JSON")?;
        let (environment, stores) = wire::environment(environment);
        let engine = Engine::new(&options, environment).map_err(|problem| problem.message())?;
        Ok(Client { driver: Driver::new(engine, stores, host) })
    }

    /// Reads what storage holds, and begins.
    pub fn start(&self) {
        self.driver.start();
    }

    /// Something happened; `src/host/wire.js` lists what, and what the numbers and the text are.
    ///
    /// # Errors
    /// A text that says what is wrong in the options of a query: `config-invalid`.
    pub fn tell(&self, kind: u32, a: u32, b: u32, c: u32, text: &str) -> Result<(), JsValue> {
        if let Some(input) = wire::input(kind, a, b, c, text)? {
            self.driver.tell(input);
        }
        Ok(())
    }

    /// Looks whether other documents have written anything, and if so, at what.
    pub fn look(&self) {
        self.driver.look();
    }

    /// Looks at what other documents have written.
    #[wasm_bindgen(js_name = catchUp)]
    pub fn catch_up(&self) {
        self.driver.catch_up();
    }

    /// How to treat such a write: `durable` or an empty line, then the JSON fields to look for in its body and in that of
    /// its answer, a line each.
    #[wasm_bindgen(js_name = writeTerms)]
    pub fn write_terms(&self, method: &str, url: &str) -> String {
        self.driver.ask(|engine| engine.write_terms(method, url)).unwrap_or_default()
    }

    /// Whether a `fetch` call with GET may be for us to answer. It does not change.
    pub fn caches(&self, url: &str) -> bool {
        self.driver.ask(|engine| engine.caches(url)).unwrap_or(true)
    }

    /// What is cached: a list of `EntryInfo`, as JSON.
    pub fn entries(&self) -> String {
        let now = clock::now();
        self.driver.ask(|engine| convert::entries(now, engine.entries())).unwrap_or_default()
    }

    /// What became of prefetches: a `PrefetchStats`, as JSON.
    pub fn prefetches(&self) -> String {
        let now = clock::now();
        self.driver.ask(|engine| convert::prefetches(engine.prefetches(now))).unwrap_or_default()
    }

    /// How often what happened: a `CacheMetrics`, as JSON.
    pub fn metrics(&self) -> String {
        self.driver.ask(|engine| convert::metrics(engine.metrics())).unwrap_or_default()
    }

    /// What was measured since the start, or since it was renewed, as text, with so many looks at what is there that the
    /// client was not asked for; empty where that is nothing.
    pub fn measured(&self, peeks: u32, renew: bool) -> String {
        self.driver.measured(peeks, renew).unwrap_or_default()
    }

    /// What the overlay wants to know, as JSON; `src/host/inspector.js` lists what there is.
    pub fn inspect(&self, what: u32, a: u32, b: u32, text: &str) -> String {
        let answer = self.driver.ask(|engine| match what {
            0 => convert::page(engine, engine.entries_at(a, b)),
            1 => convert::details(engine, text, |item| self.driver.stored(item)),
            2 => {
                let (members, origin) = wire::named(text, a == 1);
                convert::dry_run(&engine.dry_run(members, origin.as_deref()))
            }
            3 => convert::steps(engine.steps(a).map(|step| &**step)),
            _ => convert::state(&engine.state()),
        });
        answer.unwrap_or_default()
    }

    /// The most likely next pages: a list of `Prediction`, as JSON, with probabilities in thousandths.
    pub fn predict(&self, most: u32) -> String {
        let now = clock::now();
        self.driver
            .ask(|engine| convert::predictions(&engine.predict(now, most as usize)))
            .unwrap_or_default()
    }

    /// Why a page would be prefetched, or would not: an `Explanation`, as JSON, in thousandths; nothing where nothing is
    /// known.
    pub fn explain(&self, url: &str) -> String {
        let now = clock::now();
        let explained = self.driver.ask(|engine| engine.explain(now, url)).flatten();
        explained.map(|explained| convert::explanation(&explained)).unwrap_or_default()
    }

    /// Whether anybody wants to hear of events.
    pub fn listen(&self, wanted: bool) {
        self.driver.listen(wanted);
    }

    /// Gives up the timer.
    pub fn close(&self) {
        self.driver.stop();
    }
}
