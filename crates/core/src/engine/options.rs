//! The options that are not rules or entities.

use alloc::{boxed::Box, rc::Rc, string::String};

use crate::policy::{PolicyError, document};
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
    pub(super) max_entry_size: u32,
    pub(super) persist: bool,
    pub(super) limits: Limits,
    /// What the names of our stored entries begin with.
    pub(super) item_prefix: Rc<str>,
}

impl Options {
    pub(super) fn from_value(options: &Value) -> Result<Self, Box<PolicyError>> {
        let scope = document::text(options, "scope")?.filter(|scope| !scope.is_empty());
        let count = |key, default| document::count(options, key, default);
        Ok(Self {
            item_prefix: shared(&crate::key::item_prefix(scope.as_deref().unwrap_or(""))),
            scope,
            buster: document::text(options, "buster")?.unwrap_or_default(),
            max_age: document::millis(options, "maxAge", 24 * 60 * 60 * 1000)?,
            settle: document::millis(options, "settleMs", 10_000)?,
            max_entry_size: count("maxEntrySize", 500_000)?,
            persist: document::flag(options, "persist", true)?,
            limits: Limits {
                entries: count("maxEntries", 2_000)? as usize,
                bytes: count("maxBytes", 32_000_000)? as usize,
                storage: count("maxStorage", 4_000_000)? as usize,
            },
        })
    }
}
