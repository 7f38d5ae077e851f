//! Response bodies: JavaScript values, kept by id so that the engine never sees one.

use everfresh_core::engine::BodyId;
use wasm_bindgen::JsValue;

/// A slab of bodies. Ids are used again once they are given up.
#[derive(Default)]
pub(crate) struct Bodies {
    slots: Vec<Option<JsValue>>,
    free: Vec<usize>,
}

impl Bodies {
    /// Keeps a body until [`remove`](Self::remove).
    pub(crate) fn insert(&mut self, body: JsValue) -> BodyId {
        let slot = self.free.pop().unwrap_or(self.slots.len());
        match self.slots.get_mut(slot) {
            Some(place) => *place = Some(body),
            None => self.slots.push(Some(body)),
        }
        BodyId(slot as u32)
    }

    /// The body under this id.
    pub(crate) fn get(&self, id: BodyId) -> Option<JsValue> {
        self.slots.get(id.0 as usize).cloned().flatten()
    }

    /// Forgets a body.
    pub(crate) fn remove(&mut self, id: BodyId) {
        let slot = id.0 as usize;
        if self.slots.get_mut(slot).and_then(Option::take).is_some() {
            self.free.push(slot);
        }
    }
}
