//! localStorage: one order of writes, and a copy in each tab that lags behind it.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use everfresh_core::engine::Snapshot;
use everfresh_core::journal::{Journal, Kind};
use everfresh_core::key;

use crate::world::News;

/// An item: its lines, and what a document that sees it must know from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) text: String,
    pub(crate) body: String,
}

/// A write, in the order of all.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) order: u64,
    pub(crate) time: u64,
    pub(crate) name: String,
    pub(crate) item: Option<Item>,
    /// What the writer had invalidated by then; with journals, heads, and blank sentinels.
    pub(crate) tells: News,
}

/// What one process sees.
#[derive(Debug, Clone, Default)]
pub(crate) struct Copy {
    items: BTreeMap<String, (u64, Option<Item>, News)>,
    pub(crate) behind: VecDeque<Write>,
}

impl Copy {
    pub(crate) fn get(&self, name: &str) -> Option<&Item> {
        self.items.get(name)?.1.as_ref()
    }

    /// Applies a write, unless a later one to the same item was seen.
    pub(crate) fn apply(&mut self, write: &Write) {
        let place = self.items.entry(write.name.clone()).or_default();
        if write.order >= place.0 {
            *place = (write.order, write.item.clone(), write.tells.clone());
        }
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = (&str, &Item)> {
        self.items.iter().filter_map(|(name, (_, item, _))| Some((name.as_str(), item.as_ref()?)))
    }

    /// All that the journals tell.
    pub(crate) fn news(&self) -> impl Iterator<Item = &News> {
        self.items.values().filter(|(_, item, _)| item.is_some()).map(|(_, _, news)| news)
    }

    pub(crate) fn head(&self) -> Option<&str> {
        self.get(key::HEAD).map(|item| item.text.as_str())
    }

    /// How many writes a document's journal has under way.
    pub(crate) fn intents(&self, document: &str) -> usize {
        let journal = self.get(&[key::JOURNAL_PREFIX, document].concat());
        let journal = journal.and_then(|item| Journal::decode(Rc::from(document), &item.text));
        let records = journal.map(|journal| journal.records).unwrap_or_default();
        records.iter().filter(|record| record.kind == Kind::Intent).count()
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let text = |name: &str| self.get(name).map(|item| item.text.clone());
        let starting = |prefix: &'static str| self.items().filter(move |(name, _)| name.starts_with(prefix));
        Snapshot {
            sentinel: text(key::SENTINEL),
            head: text(key::HEAD),
            journals: starting(key::JOURNAL_PREFIX)
                .map(|(name, item)| (name.to_owned(), item.text.clone()))
                .collect(),
            items: starting(key::ENTRY_PREFIX).map(|(name, _)| Rc::from(name)).collect(),
            early: vec![],
            edits: starting(key::EDIT_PREFIX)
                .map(|(name, item)| (name.to_owned(), item.text.clone()))
                .collect(),
        }
    }
}
