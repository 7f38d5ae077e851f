//! localStorage. Only names under our prefix are ever touched, and no body enters wasm memory.

use everfresh_core::engine::Snapshot;
use gloo_storage::{LocalStorage, Storage as _};
use js_sys::{Array, JsString, Reflect};
use wasm_bindgen::prelude::*;

use crate::wire;

#[wasm_bindgen]
extern "C" {
    /// `Storage` with bodies as JavaScript strings.
    type Items;

    #[wasm_bindgen(method, catch, js_name = getItem)]
    fn get(this: &Items, name: &str) -> Result<Option<JsString>, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setItem)]
    fn set(this: &Items, name: &str, text: &JsString) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = removeItem)]
    fn remove(this: &Items, name: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = Object, js_name = keys)]
    fn names(items: &Items) -> Result<Array, JsValue>;
}

const PREFIX: &str = "everfresh:";
const SENTINEL: &str = "everfresh:epoch";
const JOURNAL: &str = "everfresh:j:";
const ENTRY: &str = "everfresh:e:";
const EARLY: &str = "everfresh:early:";

/// The origin's localStorage.
pub(crate) struct Storage(Items);

impl Storage {
    /// localStorage, where there is one that may be used: not in workers, not where it is blocked.
    pub(crate) fn open() -> Option<Self> {
        // `raw` panics where access is refused, so look first.
        let found = Reflect::get(&js_sys::global(), &"localStorage".into()).ok()?;
        if !found.is_object() {
            return None;
        }
        let items = Self(JsValue::from(LocalStorage::raw()).unchecked_into());
        items.0.get(SENTINEL).is_ok().then_some(items)
    }

    /// What there is of ours, and the names of the early writes in it.
    pub(crate) fn snapshot(&self) -> (Snapshot, Vec<String>) {
        let mut snapshot = Snapshot::default();
        let mut early = Vec::new();
        for name in names(&self.0).unwrap_or_default() {
            // Foreign names stay outside.
            let name: JsString = name.unchecked_into();
            if !name.starts_with(PREFIX, 0) {
                continue;
            }
            let name = String::from(name);
            if name.starts_with(ENTRY) {
                snapshot.items.push(name);
            } else if name.starts_with(JOURNAL) {
                if let Some(text) = self.text(&name) {
                    snapshot.journals.push((name, text.into()));
                }
            } else if name.starts_with(EARLY) {
                snapshot.early.extend(self.text(&name).and_then(|text| wire::early(&String::from(text))));
                early.push(name);
            } else if name == SENTINEL {
                snapshot.sentinel = self.text(&name).map(String::from);
            }
        }
        (snapshot, early)
    }

    /// The first line of an item, and what follows it; nothing follows where there is no second line.
    pub(crate) fn load(&self, name: &str) -> Option<(String, JsString)> {
        let text = self.text(name)?;
        let length = text.length();
        let end = u32::try_from(text.index_of("\n", 0)).unwrap_or(length);
        Some((text.slice(0, end).into(), text.slice(end + 1, length)))
    }

    /// Writes an item; `false` where that is refused.
    pub(crate) fn put(&self, name: &str, text: &JsString) -> bool {
        self.0.set(name, text).is_ok()
    }

    /// Removes an item. A refusal can't be helped: what is left is found dead by its journal.
    pub(crate) fn remove(&self, name: &str) {
        let _ = self.0.remove(name);
    }

    fn text(&self, name: &str) -> Option<JsString> {
        self.0.get(name).ok().flatten()
    }
}
