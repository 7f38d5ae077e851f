//! Order of use: a doubly linked list in a vector, so that a use costs the same at any size.

use alloc::vec::Vec;

const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Link {
    older: u32,
    newer: u32,
    linked: bool,
}

const UNLINKED: Link = Link { older: NONE, newer: NONE, linked: false };

/// The list. Members are small numbers.
#[derive(Debug)]
pub(super) struct Recency {
    links: Vec<Link>,
    oldest: u32,
    newest: u32,
}

impl Default for Recency {
    fn default() -> Self {
        Self { links: Vec::new(), oldest: NONE, newest: NONE }
    }
}

impl Recency {
    /// Makes `id` a member, as the newest, or no member; nothing changes where it is so already.
    pub(super) fn set(&mut self, id: u32, member: bool) {
        match (self.contains(id), member) {
            (false, true) => self.push(id),
            (true, false) => self.remove(id),
            _ => {}
        }
    }

    /// Makes a member the newest.
    pub(super) fn touch(&mut self, id: u32) {
        if self.contains(id) {
            self.remove(id);
            self.push(id);
        }
    }

    /// The oldest member.
    pub(super) fn oldest(&self) -> Option<u32> {
        Some(self.oldest).filter(|&id| id != NONE)
    }

    /// The member after `id`, by age.
    pub(super) fn newer(&self, id: u32) -> Option<u32> {
        let link = self.links.get(id as usize)?;
        Some(link.newer).filter(|&id| id != NONE)
    }

    fn contains(&self, id: u32) -> bool {
        self.links.get(id as usize).is_some_and(|link| link.linked)
    }

    fn push(&mut self, id: u32) {
        let at = id as usize;
        if self.links.len() <= at {
            self.links.resize(at + 1, UNLINKED);
        }
        self.links[at] = Link { older: self.newest, newer: NONE, linked: true };
        match self.links.get_mut(self.newest as usize) {
            Some(before) => before.newer = id,
            None => self.oldest = id,
        }
        self.newest = id;
    }

    fn remove(&mut self, id: u32) {
        let link = self.links[id as usize];
        match self.links.get_mut(link.older as usize) {
            Some(older) => older.newer = link.newer,
            None => self.oldest = link.newer,
        }
        match self.links.get_mut(link.newer as usize) {
            Some(newer) => newer.older = link.older,
            None => self.newest = link.older,
        }
        self.links[id as usize] = UNLINKED;
    }
}
