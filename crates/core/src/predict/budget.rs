//! What a prediction may cost: sizes as they were seen, and what was risked within the last minute.

use alloc::{rc::Rc, vec::Vec};

use super::context::lightest;
use crate::text::shared;
use crate::time::Millis;

/// The most templates whose sizes are known.
pub const MAX_TEMPLATES: usize = 64;
/// What is taken for a size before any was seen.
const UNSEEN: u64 = 30_000;
/// The most risks that are told apart.
const MAX_RISKS: usize = 32;
const MINUTE: Millis = 60_000;

/// The sizes seen of a template; of all where that is empty.
#[derive(Debug)]
pub(super) struct Size {
    pub(super) template: Rc<str>,
    pub(super) weight: f64,
    /// Each size by its weight.
    pub(super) sum: f64,
}

impl Size {
    pub(super) fn mean(&self) -> u64 {
        if self.weight > 0.0 { (self.sum / self.weight + 0.5) as u64 } else { UNSEEN }
    }
}

/// Sizes by template.
#[derive(Debug, Default)]
pub(super) struct Sizes(pub(super) Vec<Size>);

impl Sizes {
    pub(super) fn saw(&mut self, template: &str, bytes: u64, weight: f64) {
        self.learn("", bytes, weight);
        if !template.is_empty() {
            self.learn(template, bytes, weight);
        }
    }

    /// What to expect: the mean of its template, or else of all.
    pub(super) fn expected(&self, template: &str) -> u64 {
        self.get(template).or(self.get("")).map_or(UNSEEN, Size::mean)
    }

    pub(super) fn scale(&mut self, factor: f64) {
        for size in &mut self.0 {
            size.weight *= factor;
            size.sum *= factor;
        }
    }

    fn get(&self, template: &str) -> Option<&Size> {
        self.0.iter().find(|size| *size.template == *template)
    }

    fn learn(&mut self, template: &str, bytes: u64, weight: f64) {
        let sum = bytes as f64 * weight;
        if let Some(size) = self.0.iter_mut().find(|size| *size.template == *template) {
            size.weight += weight;
            size.sum += sum;
            return;
        }
        if self.0.len() >= MAX_TEMPLATES {
            // That of all has as much weight as any.
            let kept = |size: &Size| if size.template.is_empty() { f64::INFINITY } else { size.weight };
            if let Some(least) = lightest(&mut self.0.iter().map(kept)) {
                self.0.swap_remove(least);
            }
        }
        self.0.push(Size { template: shared(template), weight, sum });
    }
}

/// What was risked within the last minute, in bytes that are expected to be wasted.
#[derive(Debug, Default)]
pub(super) struct Account(Vec<(Millis, u64)>);

impl Account {
    pub(super) fn risked(&self, now: Millis) -> u64 {
        let recent = self.0.iter().filter(|(time, _)| now.abs_diff(*time) < MINUTE);
        recent.fold(0, |sum, (_, bytes)| sum.saturating_add(*bytes))
    }

    /// Takes the risk, if all of the last minute stays within `limit`.
    pub(super) fn risk(&mut self, now: Millis, bytes: u64, limit: u64) -> bool {
        self.0.retain(|(time, _)| now.abs_diff(*time) < MINUTE);
        if self.risked(now).saturating_add(bytes) > limit {
            return false;
        }
        let mut bytes = bytes;
        if self.0.len() >= MAX_RISKS {
            // Too many: the new one stands for the last one too, which then counts for longer.
            bytes += self.0.pop().map_or(0, |(_, last)| last);
        }
        self.0.push((now, bytes));
        true
    }

    pub(super) fn census(&self) -> usize {
        self.0.len()
    }
}

/// The bytes that are expected to be wasted by prefetching so much that is used with this probability.
pub(super) fn waste(probability: f64, size: u64) -> u64 {
    ((1.0 - probability) * size as f64) as u64
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn sizes_are_those_seen_of_the_template_or_else_of_all() {
        let mut sizes = Sizes::default();
        assert_eq!(sizes.expected("/s/:id"), UNSEEN);
        sizes.saw("/s/:id", 1_000, 1.0);
        sizes.saw("", 7_000, 1.0);
        assert_eq!((sizes.expected("/s/:id"), sizes.expected("/x")), (1_000, 4_000));
        // What is newer weighs more.
        sizes.saw("/s/:id", 4_000, 3.0);
        assert_eq!(sizes.expected("/s/:id"), 3_250);
    }

    #[test]
    fn p10_sizes_are_of_so_many_templates() {
        let mut sizes = Sizes::default();
        for at in 0..2 * MAX_TEMPLATES {
            sizes.saw(&format!("/{at}"), 10, 1.0 + at as f64);
        }
        assert_eq!(sizes.0.len(), MAX_TEMPLATES);
        assert!(sizes.get("").is_some() && sizes.get("/0").is_none() && sizes.get("/127").is_some());
    }

    #[test]
    fn p10_no_more_is_risked_in_a_minute_than_is_allowed() {
        let mut account = Account::default();
        assert!(account.risk(0, 60, 100));
        assert!(account.risk(30_000, 40, 100));
        assert!(!account.risk(59_999, 1, 100));
        assert!(account.risk(60_000, 60, 100), "the first is a minute old");
        assert_eq!(account.risked(60_000), 100);
        assert!(!account.risk(60_000, u64::MAX, 100));
        // A clock that was set back for long forgets, by a little it does not.
        assert_eq!(account.risked(20_000), 100);
        let mut clock = Account::default();
        assert!(clock.risk(1_000_000, 100, 100) && clock.risk(0, 100, 100));
    }

    #[test]
    fn p10_many_small_risks_are_counted_as_fewer() {
        let mut account = Account::default();
        for at in 0..1_000 {
            assert!(account.risk(at, 1, 1_000));
        }
        assert_eq!((account.census(), account.risked(999)), (MAX_RISKS, 1_000));
        assert!(!account.risk(1_000, 1, 1_000));
    }
}
