//! Durations as a histogram whose buckets grow with what they hold, 32 to each doubling: exact below 64 ms, and from there
//! on within 1.6 % (a bucket is at most 1/32 of its values wide, and its middle stands for them).

use alloc::collections::BTreeMap;

/// How many buckets there are.
pub const BUCKETS: usize = 416;
/// Milliseconds; what took longer counts as this.
pub const LONGEST: u64 = (1 << 17) - 1;
const EACH: u64 = 32;

/// Durations; merging adds bucket by bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Durations(BTreeMap<u32, u64>);

impl Durations {
    /// Adds one.
    pub fn add(&mut self, milliseconds: u64) {
        self.add_to(bucket(milliseconds), 1);
    }

    pub(super) fn add_to(&mut self, bucket: u32, count: u64) {
        let sum = self.0.entry(bucket).or_default();
        *sum = sum.saturating_add(count);
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Adds all that others have.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.0 {
            self.add_to(*bucket, *count);
        }
    }

    /// How many had ended within so many milliseconds.
    pub fn within(&self, milliseconds: u64) -> u64 {
        self.0.range(..=bucket(milliseconds)).fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// All of them one after the other, in milliseconds.
    pub fn sum(&self) -> u64 {
        self.0
            .iter()
            .fold(0, |sum, (bucket, count)| sum.saturating_add(middle(*bucket).saturating_mul(*count)))
    }

    /// Milliseconds within which this share of them, in percent, had ended; `None` where there are none.
    pub fn percentile(&self, percent: u32) -> Option<u64> {
        let all = u128::from(self.count());
        let rank = (all * u128::from(percent)).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in &self.0 {
            seen += u128::from(*count);
            if seen >= rank {
                return Some(middle(*bucket));
            }
        }
        None
    }
}

/// The bucket of a duration.
pub(super) fn bucket(milliseconds: u64) -> u32 {
    let time = milliseconds.min(LONGEST);
    // So many digits are cut off that 32 to 63 are left.
    let shift = u64::from((time | (EACH - 1)).ilog2()).saturating_sub(5);
    let first = if time < EACH { 0 } else { shift * EACH };
    (first + (time >> shift)) as u32
}

/// What stands for a bucket's durations.
fn middle(bucket: u32) -> u64 {
    let bucket = u64::from(bucket);
    let shift = (bucket / EACH).saturating_sub(1);
    let first = if bucket < EACH { bucket } else { (bucket % EACH + EACH) << shift };
    first + (1 << shift) / 2
}
