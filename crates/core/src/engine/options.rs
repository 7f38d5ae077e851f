//! The options that are not rules or entities.

use alloc::{boxed::Box, string::String};

use super::prefetch_options::PrefetchOptions;
use super::query_options::QueryOptions;
use crate::policy::PolicyError;
use crate::policy::document::{Node, SCOPE, TOP};
use crate::store::Limits;
use crate::time::Millis;
use crate::value::Value;

/// How long an entry is kept where its rule has no `gcTime` and it does not stay fresh longer.
pub(super) const DEFAULT_GC_TIME: Millis = 30 * 60 * 1000;

/// What the page chose.
#[derive(Debug)]
pub(super) struct Options {
    /// Who is signed in; empty where the page does not say.
    pub(super) scope: String,
    pub(super) buster: String,
    pub(super) max_age: Millis,
    pub(super) settle: Millis,
    pub(super) max_entry_size: usize,
    pub(super) persist: bool,
    pub(super) limits: Limits,
    pub(super) query: QueryOptions,
    pub(super) prefetch: PrefetchOptions,
    pub(super) metrics: bool,
}

impl Options {
    pub(super) fn from_value(options: &Value) -> Result<Self, Box<PolicyError>> {
        let document = Node::root(options);
        let [
            _,
            _,
            scope,
            buster,
            max_age,
            settle,
            entries,
            bytes,
            storage,
            entry_size,
            persist,
            query,
            first_use,
            prefetch,
            metrics,
            ..,
        ] = document.fields(&TOP)?;
        let count = |value: &Value, default| value.as_millis().unwrap_or(default) as usize;
        Ok(Self {
            query: QueryOptions::read(&document.object("query", query))?,
            prefetch: PrefetchOptions::read(&document.object("prefetch", prefetch), first_use)?,
            metrics: metrics.as_bool().unwrap_or(true),
            scope: read_scope(&document.member("scope", scope))?,
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

/// The id of a scope, which must have one.
fn read_scope(scope: &Node<'_>) -> Result<String, Box<PolicyError>> {
    if scope.is_null() {
        return Ok(String::new());
    }
    let [id] = scope.fields(&SCOPE)?;
    match id.as_str() {
        Some(id) if !id.is_empty() => Ok(id.into()),
        _ => Err(scope.member("id", id).expected("a text that is not empty")),
    }
}
