//! A write that is under way.

use std::rc::Rc;

use everfresh_core::header::{MAX_BYTES, format_invalidate_within, members_to_json};
use everfresh_core::json::{Object, separate};
use everfresh_core::policy::Policy;
use everfresh_core::serve::{self, Told, name_write, paths, targets};
use everfresh_core::target::Member;
use wasm_bindgen::prelude::*;

use crate::map::{add, flat, pairs};

/// A write that is under way; see [`serve::Write`] for the order of things.
#[wasm_bindgen]
pub struct Write {
    policy: Rc<Policy>,
    state: serve::Write,
    tags: Vec<String>,
}

impl Write {
    pub(crate) fn new(policy: Rc<Policy>, state: serve::Write) -> Self {
        Self { policy, state, tags: Vec::new() }
    }
}

#[wasm_bindgen]
impl Write {
    /// Kinds and ids of what to look up now, in turn.
    pub fn asks(&self) -> Vec<String> {
        flat(self.state.asks(&self.policy))
    }

    /// What was found of one: its fields, names and values in turn, or nothing.
    pub fn tell(&mut self, kind: String, id: String, found: Option<Vec<String>>) {
        self.state.tell(kind, id, found.map(pairs));
    }

    /// The fields to look for in the answer's body.
    #[wasm_bindgen(js_name = fieldsOfAnswer)]
    pub fn fields_of_answer(&self) -> Vec<String> {
        self.state.fields_of_answer(&self.policy)
    }

    /// It was done; these fields were found in the answer, names and values in turn.
    pub fn done(&mut self, answer: Vec<String>) {
        self.state.done(pairs(answer));
    }

    /// The headers that say what it touched, names and values in turn, with these tags beside those of the map.
    pub fn name(&mut self, more: Vec<String>) -> Vec<String> {
        self.tags = self.state.touched(&self.policy);
        add(&mut self.tags, more);
        flat(name_write(&self.tags))
    }

    /// What a server's caches have to drop; after [`name`](Self::name). The arguments are the headers of the handler.
    pub fn targets(
        &self,
        invalidate: Option<String>,
        groups: Option<String>,
        location: Option<String>,
        content_location: Option<String>,
    ) -> String {
        let told = Told {
            invalidate: invalidate.as_deref(),
            groups: groups.as_deref(),
            location: location.as_deref(),
            content_location: content_location.as_deref(),
        };
        purge(&self.policy, &targets(&self.state.asked().url, &self.tags, &told))
    }

    /// The same where nobody knows how the write ended, with these tags beside those of the map.
    #[wasm_bindgen(js_name = mayTouch)]
    pub fn may_touch(&self, more: Vec<String>) -> String {
        let mut tags = self.state.may_touch(&self.policy);
        add(&mut tags, more);
        purge(&self.policy, &targets(&self.state.asked().url, &tags, &Told::default()))
    }
}

/// What to purge: `{value, targets}`, as `X-Cache-Invalidate` has it, and as the list that a program wants, with the paths
/// of what is named by tags.
pub(crate) fn purge(policy: &Policy, members: &[Member]) -> String {
    let value = format_invalidate_within(members, MAX_BYTES);
    let mut list = members_to_json(members);
    let paths = members_to_json(&paths(policy, members));
    if !paths.is_empty() {
        separate(&mut list);
        list.push_str(&paths);
    }
    Object::new().text("value", &value).list("targets", &list).finish()
}
