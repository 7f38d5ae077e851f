//! The options that are not rules or entities.

use alloc::{boxed::Box, rc::Rc, string::String};

use super::query_options::QueryOptions;
use crate::policy::PolicyError;
use crate::policy::document::{Node, TOP};
use crate::store::Limits;
use crate::text::shared;
use crate::time::Millis;
use crate::value::Value;

/// How long an entry is kept where its rule has no `gcTime` and it does not stay fresh longer.
pub(super) const DEFAULT_GC_TIME: Millis = 30 * 60 * 1000;

/// What the page chose.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) scope: Option<String>,
    pub(super) buster: String,
    pub(super) max_age: Millis,
    pub(super) settle: Millis,
    pub(super) max_entry_size: usize,
    pub(super) persist: bool,
    pub(super) limits: Limits,
    pub(super) query: QueryOptions,
    /// What the names of our stored entries begin with.
    pub(super) item_prefix: Rc<str>,
}

impl Options {
    pub(super) fn from_value(options: &Value) -> Result<Self, Box<PolicyError>> {
        let document = Node::root(options);
        let [_, _, scope, buster, max_age, settle, entries, bytes, storage, entry_size, persist, query, _] =
            document.fields(&TOP)?;
        let scope = scope.as_str().filter(|scope| !scope.is_empty()).map(String::from);
        let count = |value: &Value, default| value.as_millis().unwrap_or(default) as usize;
        Ok(Self {
            item_prefix: shared(&crate::key::item_prefix(scope.as_deref().unwrap_or(""))),
            query: QueryOptions::read(&document.object("query", query))?,
            scope,
            buster: buster.as_str().unwrap_or_default().into(),
            max_age: max_age.as_millis().unwrap_or(24 * 60 * 60 * 1000),
            settle: settle.as_millis().unwrap_or(10_000),
            max_entry_size: count(entry_size, 500_000),
            persist: persist.as_bool().unwrap_or(true),
            limits: Limits {
                entries: count(entries, 2_000),
                bytes: count(bytes, 32_000_000),
                storage: count(storage, 4_000_000),
            },
        })
    }
}
