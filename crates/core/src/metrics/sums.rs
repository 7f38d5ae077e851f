//! What was measured of a group within a time.

use super::counter::Counter;
use super::durations::Durations;
use super::{FIRST_BUCKET, MEASURES};

/// Counts and durations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    counts: [u64; Counter::ALL.len()],
    /// How long who asked had to wait: 0 for what was answered from the cache, and the time from a request to the head of
    /// its answer.
    pub durations: Durations,
}

impl Sums {
    /// How often something happened.
    pub fn get(&self, counter: Counter) -> u64 {
        self.counts[counter as usize]
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds all that others have.
    pub fn merge(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(other.counts) {
            *sum = sum.saturating_add(count);
        }
        self.durations.merge(&other.durations);
    }

    /// Adds to what has this number.
    pub(super) fn add(&mut self, measure: u32, count: u64) {
        match self.counts.get_mut(measure as usize) {
            Some(sum) => *sum = sum.saturating_add(count),
            None => self.durations.add_to(measure - FIRST_BUCKET, count),
        }
    }
}

/// Whether it is the number of something.
pub(super) fn is_measure(measure: u32) -> bool {
    let last = FIRST_BUCKET + super::BUCKETS as u32;
    measure < MEASURES && ((measure as usize) < Counter::ALL.len() || (FIRST_BUCKET..last).contains(&measure))
}
