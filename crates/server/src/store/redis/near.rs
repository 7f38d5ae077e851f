//! Copies in this process of what is in Redis.

use std::sync::Arc;

use everfresh_core::time::Millis;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::time::{Duration, Instant};

use super::super::Entry;

/// An entry that counted when there had been so many invalidations: it still does if there have been no more.
#[derive(Clone)]
pub(super) struct Copy {
    pub(super) entry: Arc<Entry>,
    pub(super) epoch: u64,
    pub(super) sequence: u64,
    until: Instant,
}

impl Copy {
    pub(super) fn new(entry: Arc<Entry>, epoch: u64, sequence: u64, left: Millis) -> Self {
        Self { entry, epoch, sequence, until: Instant::now() + Duration::from_millis(left) }
    }

    pub(super) fn has_ended(&self) -> bool {
        Instant::now() >= self.until
    }
}

#[derive(Clone)]
pub(super) struct Weight;

impl Weighter<Box<str>, Copy> for Weight {
    fn weight(&self, key: &Box<str>, copy: &Copy) -> u64 {
        (key.len() + copy.entry.size()) as u64
    }
}

pub(super) type Near = Cache<Box<str>, Copy, Weight>;

pub(super) fn near(bytes: u64) -> Near {
    Cache::with_weighter(1024, bytes, Weight)
}
