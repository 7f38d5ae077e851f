//! What is invalidated at once, and why.

use alloc::{rc::Rc, vec::Vec};

use super::Cause;
use crate::target::Member;

/// Targets that are invalidated for one reason.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) cause: Cause,
    pub(super) origin: Option<Rc<str>>,
    pub(super) members: Rc<Vec<Member>>,
}

/// What is invalidated at once.
#[derive(Debug, Default)]
pub(super) struct Batches(Vec<Batch>);

impl Batches {
    /// Adds targets, if there are any.
    pub(super) fn add(&mut self, cause: Cause, origin: Option<Rc<str>>, members: impl Into<Rc<Vec<Member>>>) {
        let members = members.into();
        if !members.is_empty() {
            self.0.push(Batch { cause, origin, members });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Batch> {
        self.0.iter()
    }
}
