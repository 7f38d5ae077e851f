//! The stored items that have not been looked at: of these, only the names are known.

use alloc::{rc::Rc, vec::Vec};

use crate::key::{self, VARIES};
use crate::text::has;

/// Their names; the last one is looked at next.
#[derive(Debug, Default)]
pub(super) struct Unscanned {
    items: Vec<Rc<str>>,
    /// Those among them that vary by request headers, in the same order: a read must look for its own, and they are few.
    varied: Vec<Rc<str>>,
}

impl Unscanned {
    pub(super) fn push(&mut self, item: Rc<str>) {
        if has(&item, '#') && !key::names(&item).is_empty() {
            self.varied.push(Rc::clone(&item));
        }
        self.items.push(item);
    }

    pub(super) fn pop(&mut self) -> Option<Rc<str>> {
        let item = self.items.pop()?;
        self.varied.pop_if(|varied| *varied == item);
        Some(item)
    }

    /// All of them, of which none is left.
    pub(super) fn take(&mut self) -> Vec<Rc<str>> {
        self.varied.clear();
        core::mem::take(&mut self.items)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The names of answers to the request that is stored as `item` that vary.
    pub(super) fn variants_of(&self, item: &str) -> impl Iterator<Item = &Rc<str>> {
        self.varied
            .iter()
            .filter(move |varied| varied.strip_prefix(item).is_some_and(|rest| rest.starts_with(VARIES)))
    }
}
