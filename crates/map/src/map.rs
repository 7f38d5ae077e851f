//! A rules document, and the requests that are answered by it.

use std::rc::Rc;

use everfresh_core::header;
use everfresh_core::json;
use everfresh_core::policy::{About, Policy};
use everfresh_core::serve::{self, absolute, name_read};
use everfresh_core::target::Member;
use wasm_bindgen::prelude::*;

use crate::write::{Write, purge};

/// A rules document.
#[wasm_bindgen]
pub struct Map {
    policy: Rc<Policy>,
}

/// A request as its handler gets it.
#[wasm_bindgen]
pub struct Asked {
    asked: serve::Asked,
}

#[wasm_bindgen]
impl Asked {
    /// A request for a path with its query, at an origin. `kind` is that of the entity that its handler is for, with the
    /// parameters of the handler's route: names and values in turn. `None` where the path is none.
    pub fn of(
        method: String,
        origin: &str,
        path: &str,
        kind: Option<String>,
        params: Vec<String>,
    ) -> Option<Self> {
        let url = absolute(Some(origin), path)?;
        let about = kind.map(|kind| About { kind, params: pairs(params) });
        Some(Self { asked: serve::Asked { method, url, about } })
    }
}

#[wasm_bindgen]
impl Map {
    /// A rules document, which is JSON.
    ///
    /// # Errors
    /// A text that says what is wrong in it, and where: `config-invalid`.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &str) -> Result<Self, JsValue> {
        let document = json::parse(document).ok_or("options: must be JSON")?;
        let policy = Policy::from_value(&document, None).map_err(|error| error.message())?;
        Ok(Self { policy: Rc::new(policy) })
    }

    /// The headers that name the answer to a read, names and values in turn, with these tags beside those of the map;
    /// `undefined`: it can't be named, and must not be kept.
    #[wasm_bindgen(js_name = nameRead)]
    pub fn name_read(&self, request: &Asked, more: Vec<String>) -> Option<Vec<String>> {
        let mut tags = request.asked.tags(&self.policy);
        add(&mut tags, more);
        name_read(&tags).map(flat)
    }

    /// Whether it is a write.
    #[wasm_bindgen(js_name = isWrite)]
    pub fn is_write(&self, request: &Asked) -> bool {
        request.asked.is_write(&self.policy)
    }

    /// The fields to look for in the body of a write, where the application looks nothing up.
    #[wasm_bindgen(js_name = parentFields)]
    pub fn parent_fields(&self, request: &Asked) -> Vec<String> {
        request.asked.parent_fields(&self.policy)
    }

    /// The fields by which the application is to tell the parents of such an entity.
    #[wasm_bindgen(js_name = parentFieldsOf)]
    pub fn parent_fields_of(&self, kind: &str) -> Vec<String> {
        self.policy.parent_fields_of(kind)
    }

    /// What texts in the grammar of `X-Cache-Invalidate` name, as [`Write::targets`] gives it.
    #[wasm_bindgen(js_name = parseInvalidate)]
    pub fn parse_invalidate(&self, texts: Vec<String>) -> String {
        let members: Vec<Member> =
            texts.iter().flat_map(|text| header::parse_invalidate(text).members).collect();
        purge(&self.policy, &members)
    }

    /// Begins a write. `named` are the parent fields that its body names or may name; `undefined`: the application
    /// looks parents up.
    pub fn write(&self, request: &Asked, named: Option<Vec<String>>) -> Write {
        let state = match named {
            Some(named) => serve::Write::told(request.asked.clone(), named),
            None => serve::Write::looked_up(request.asked.clone()),
        };
        Write::new(Rc::clone(&self.policy), state)
    }
}

/// A flat list as pairs.
pub(crate) fn pairs(flat: Vec<String>) -> Vec<(String, String)> {
    let mut flat = flat.into_iter();
    let mut pairs = Vec::new();
    while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
        pairs.push((name, value));
    }
    pairs
}

/// Pairs as a flat list.
pub(crate) fn flat<N: Into<String>>(pairs: Vec<(N, String)>) -> Vec<String> {
    pairs.into_iter().flat_map(|(name, value)| [name.into(), value]).collect()
}

/// Adds tags, of which each is there once, unless they are among the first.
pub(crate) fn add(tags: &mut Vec<String>, more: Vec<String>) {
    let mapped = tags.len();
    for tag in more {
        if !tags[..mapped].contains(&tag) {
            tags.push(tag);
        }
    }
}
