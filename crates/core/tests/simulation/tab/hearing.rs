//! What a tab is told of what happens.

use everfresh_core::engine::{End, Event};

use super::Tab;

impl Tab {
    pub(super) fn heard(&mut self, event: &Event) {
        match event {
            Event::LateFill { .. } => self.late_fills += 1,
            Event::Evict { .. } => self.evictions += 1,
            Event::Prefetch { end: Some(End::Used), .. } => self.prefetching.first_uses += 1,
            Event::Scope { .. } => self.mutating.held.values_mut().for_each(|held| held.left = true),
            _ => {}
        }
    }
}
