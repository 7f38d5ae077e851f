//! localStorage. Only names under our prefix are ever touched, and no body enters wasm memory.

use everfresh_core::engine::Snapshot;
use everfresh_core::key;
use everfresh_core::text::pieces;
use gloo_storage::{LocalStorage, Storage as _};
use js_sys::{Array, JsString};
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

/// The origin's localStorage.
pub(crate) struct Storage(Items);

impl Storage {
    /// localStorage, which must be there and not be blocked: `raw` panics otherwise.
    pub(crate) fn open() -> Self {
        Self(JsValue::from(LocalStorage::raw()).unchecked_into())
    }

    /// The text that tells whether a journal has grown.
    pub(crate) fn head(&self) -> Option<String> {
        self.text(key::HEAD).map(String::from)
    }

    /// What there is of ours, with the names of entries where `all` is wanted, and the names of the early writes in it.
    pub(crate) fn snapshot(&self, all: bool) -> (Snapshot, Vec<String>) {
        let mut snapshot = Snapshot::default();
        let mut early = Vec::new();
        let Ok(names) = names(&self.0) else {
            return (snapshot, early);
        };
        // In one piece, since there may be thousands. A foreign name with a line feed in it names nothing more than is there.
        let names = String::from(names.join("\n"));
        for name in pieces(&names, '\n') {
            if name.starts_with(key::ENTRY_PREFIX) {
                if all {
                    snapshot.items.push(name.into());
                }
            } else if name.starts_with(key::JOURNAL_PREFIX) {
                if let Some(text) = self.text(name) {
                    snapshot.journals.push((name.into(), text.into()));
                }
            } else if name.starts_with(key::EARLY_PREFIX) {
                snapshot.early.extend(self.text(name).and_then(|text| wire::early(&String::from(text))));
                early.push(name.into());
            } else if name.starts_with(key::EDIT_PREFIX) {
                snapshot.edits.extend(self.load(name).map(|(line, _)| (name.into(), line)));
            } else if name == key::SENTINEL {
                snapshot.sentinel = self.text(name).map(String::from);
            } else if name == key::HEAD {
                snapshot.head = self.head();
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
