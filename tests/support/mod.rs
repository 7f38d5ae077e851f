//! What the browser tests share: pages over a scripted network, and a comparison of responses.
#![allow(dead_code, reason = "each test file uses a part of it")]

use everfresh::Client;
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

/// The modules of the JavaScript half: each must be named once to be found by the others.
macro_rules! modules {
    ($($module:literal $item:ident;)*) => {
        $(
            #[wasm_bindgen(module = $module)]
            extern "C" {
                type $item;
            }
        )*
    };
}

modules! {
    "/src/host/address.js" Address;
    "/src/host/attempts.js" Attempts;
    "/src/host/bodies.js" Bodies;
    "/src/host/calls.js" Calls;
    "/src/host/connection.js" Connection;
    "/src/host/data.js" Data;
    "/src/host/early.js" Early;
    "/src/host/effects.js" Effects;
    "/src/host/elsewhere.js" Elsewhere;
    "/src/host/environment.js" Environment;
    "/src/host/feed.js" Feed;
    "/src/host/flights.js" Flights;
    "/src/host/gate.js" Gate;
    "/src/host/head.js" Head;
    "/src/host/host.js" Host;
    "/src/host/hot.js" Hot;
    "/src/host/inspector.js" Inspector;
    "/src/host/keys.js" Keys;
    "/src/host/layers.js" Layers;
    "/src/host/leader.js" Leader;
    "/src/host/lease.js" Lease;
    "/src/host/listeners.js" Listeners;
    "/src/host/mutation.js" Mutation;
    "/src/host/mutations.js" Mutations;
    "/src/host/native-views.js" NativeViews;
    "/src/host/operations.js" Operations;
    "/src/host/outgoing.js" Outgoing;
    "/src/host/patch.js" Patch;
    "/src/host/prefetch.js" Prefetch;
    "/src/host/push.js" Push;
    "/src/host/queries.js" Queries;
    "/src/host/reads.js" Reads;
    "/src/host/recorder.js" Recorder;
    "/src/host/register.js" Register;
    "/src/host/request.js" Requests;
    "/src/host/response.js" Responses;
    "/src/host/share.js" Share;
    "/src/host/signals.js" Signals;
    "/src/host/sources.js" Sources;
    "/src/host/tabs.js" Tabs;
    "/src/host/target.js" Targets;
    "/src/host/temp-ids.js" TempIds;
    "/src/host/view.js" View;
    "/src/host/wire.js" Wire;
    "/src/host/wrapper.js" Wrapper;
    "/src/host/writes.js" Writes;
    "/src/host/xhr.js" Xhr;
}

#[wasm_bindgen(module = "/tests/support/network.js")]
extern "C" {
    pub(crate) type Network;

    #[wasm_bindgen(method)]
    pub(crate) fn answer(this: &Network, what: &str, status: u16, body: &str, headers: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn fail(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn hold(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn stream(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn release(this: &Network, what: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn count(this: &Network, what: &str) -> u32;
    #[wasm_bindgen(method)]
    pub(crate) fn log(this: &Network) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn last(this: &Network) -> JsValue;
}

#[wasm_bindgen(module = "/tests/support/page.js")]
extern "C" {
    pub(crate) type Page;

    #[wasm_bindgen(constructor)]
    fn new(names: &str) -> Page;
    #[wasm_bindgen(method, getter)]
    fn host(this: &Page) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn environment(this: &Page) -> String;
    #[wasm_bindgen(method, catch, js_name = open)]
    fn open_with(this: &Page, client: JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn network(this: &Page) -> Network;
    #[wasm_bindgen(method)]
    pub(crate) fn install(this: &Page);
    #[wasm_bindgen(method)]
    pub(crate) fn uninstall(this: &Page);
    #[wasm_bindgen(method, getter)]
    pub(crate) fn installed(this: &Page) -> bool;
    #[wasm_bindgen(method)]
    pub(crate) fn leave(this: &Page);
    #[wasm_bindgen(method)]
    pub(crate) fn crash(this: &Page);
    #[wasm_bindgen(method)]
    pub(crate) fn trap(this: &Page);
    #[wasm_bindgen(method)]
    pub(crate) fn invalidate(this: &Page, targets: &str, stale: bool);
    #[wasm_bindgen(method)]
    pub(crate) fn clear(this: &Page);
    #[wasm_bindgen(method)]
    pub(crate) fn flush(this: &Page);
    #[wasm_bindgen(method)]
    pub(crate) fn entries(this: &Page) -> Array;
    /// How many events of this type there were.
    #[wasm_bindgen(method, js_name = count)]
    pub(crate) fn events(this: &Page, kind: &str) -> u32;
    /// Waits until there were so many events of this type.
    #[wasm_bindgen(method)]
    pub(crate) async fn until(this: &Page, kind: &str, count: u32);
    #[wasm_bindgen(method)]
    pub(crate) fn fetch(this: &Page, url: &str, init: &JsValue) -> js_sys::Promise;
    #[wasm_bindgen(method)]
    pub(crate) fn global(this: &Page, url: &str) -> js_sys::Promise;
    #[wasm_bindgen(method, js_name = get)]
    pub(crate) fn start_get(this: &Page, url: &str) -> js_sys::Promise;
    #[wasm_bindgen(method, js_name = send)]
    pub(crate) fn start_send(this: &Page, method: &str, url: &str, body: Option<&str>) -> js_sys::Promise;
}

#[wasm_bindgen(module = "/tests/support/compare.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    pub(crate) async fn cached(native: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) async fn stored(native: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) async fn differences(native: &JsValue, ours: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    pub(crate) async fn packed(body: &str) -> Result<JsValue, JsValue>;
    pub(crate) fn unpacks(text: &str) -> bool;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = localStorage, js_name = setItem)]
    pub(crate) fn set_item(name: &str, text: &str);
    #[wasm_bindgen(js_namespace = localStorage, js_name = getItem)]
    pub(crate) fn get_item(name: &str) -> Option<String>;
    #[wasm_bindgen(js_namespace = localStorage, js_name = removeItem)]
    pub(crate) fn remove_item(name: &str);
    #[wasm_bindgen(js_namespace = localStorage, js_name = clear)]
    pub(crate) fn clear_storage();
}

/// A rule for `/api/*` that stays fresh for a minute and may be stored.
pub(crate) const RULES: &str = r#"{"rules":[{"match":"/api/*","staleTime":60000,"persist":true}]}"#;

impl Page {
    /// A page over storage as it is, with these options.
    pub(crate) fn open(options: &str) -> Self {
        let page = Self::new(&everfresh::response_headers());
        page.begin(options);
        page
    }

    /// A page whose wasm is not there yet.
    pub(crate) fn loading() -> Self {
        Self::new(&everfresh::response_headers())
    }

    /// The wasm is there now.
    pub(crate) fn begin(&self, options: &str) {
        let client = Client::new(options, &self.environment(), self.host().unchecked_into())
            .expect("options are right");
        self.open_with(client.into()).expect("the client starts");
    }

    /// A page with empty storage.
    pub(crate) fn fresh(options: &str) -> Self {
        clear_storage();
        Self::open(options)
    }

    /// Source and body of an answer, such as `memory: one`.
    pub(crate) async fn get(&self, url: &str) -> String {
        text(self.start_get(url)).await.unwrap_or_else(|error| format!("error {error}"))
    }

    /// Sends a write; its status, or 0 for an error.
    pub(crate) async fn send(&self, method: &str, url: &str) -> f64 {
        wait(self.start_send(method, url, None)).await.ok().and_then(|status| status.as_f64()).unwrap_or(0.0)
    }
}

/// Waits for a promise.
pub(crate) async fn wait(promise: js_sys::Promise) -> Result<JsValue, JsValue> {
    wasm_bindgen_futures::JsFuture::from(promise).await
}

/// Waits for a text; an error gives its message.
pub(crate) async fn text(promise: js_sys::Promise) -> Result<String, String> {
    match wait(promise).await {
        Ok(value) => Ok(value.as_string().unwrap_or_default()),
        Err(error) => Err(property(&error, "message").as_string().unwrap_or_default()),
    }
}

/// Waits this many milliseconds.
pub(crate) async fn pause(milliseconds: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| set_timeout(&resolve, milliseconds));
    wait(promise).await.expect("a timer never fails");
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(work: &js_sys::Function, milliseconds: i32);
}

/// A property, `undefined` where there is none.
pub(crate) fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// The names of our items in storage that begin so.
pub(crate) fn stored_names(prefix: &str) -> Vec<String> {
    let storage = property(&js_sys::global(), "localStorage");
    let names = js_sys::Object::keys(storage.unchecked_ref::<js_sys::Object>());
    let mut names: Vec<String> = names.iter().filter_map(|name| name.as_string()).collect();
    names.retain(|name| name.starts_with(prefix));
    names
}
