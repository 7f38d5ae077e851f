//! What the page chose.

use crate::time::Millis;

/// The network, as `navigator.connection.effectiveType` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connection {
    /// `slow-2g`.
    Slow2g,
    /// `2g`.
    TwoG,
    /// `3g`.
    ThreeG,
    /// `4g`: all that is faster, too; and the default, since some browsers don't say.
    #[default]
    FourG,
}

impl Connection {
    /// The one of this name.
    pub fn named(effective_type: &str) -> Option<Self> {
        Some(match effective_type {
            "slow-2g" => Self::Slow2g,
            "2g" => Self::TwoG,
            "3g" => Self::ThreeG,
            "4g" => Self::FourG,
            _ => return None,
        })
    }
}

/// The options of a [`super::Predictor`].
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What was seen so long ago counts half.
    pub half_life: Millis,
    /// A context says nothing before it was seen so often, decay included.
    pub min_evidence: f64,
    /// From which probability on a page is prefetched, by connection, [`Connection::Slow2g`] first.
    pub thresholds: [f64; 4],
    /// The most bytes that may be expected to be wasted in a minute.
    pub wasted_per_minute: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            half_life: 30 * 24 * 60 * 60 * 1_000,
            min_evidence: 1.5,
            thresholds: [0.60, 0.45, 0.30, 0.15],
            wasted_per_minute: 250_000,
        }
    }
}

impl Options {
    /// The threshold on this connection.
    pub fn threshold(&self, connection: Connection) -> f64 {
        self.thresholds[connection as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slower_connection_needs_a_more_likely_page() {
        let options = Options::default();
        for (name, threshold) in [("4g", 0.15), ("3g", 0.30), ("2g", 0.45), ("slow-2g", 0.60)] {
            assert_eq!(Connection::named(name).map(|of| options.threshold(of)), Some(threshold));
        }
        assert_eq!(Connection::named("5g"), None);
        assert_eq!(Connection::default(), Connection::FourG);
    }
}
