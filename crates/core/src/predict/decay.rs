//! Exponential decay, by half-life.
//!
//! Forward decay: what is new weighs more, instead of what is old less, so nothing has to be touched as time goes by, and
//! weights of all ages compare as they stand. (Cormode, Shkapenyuk, Srivastava and Xu, "Forward decay: a practical
//! time decay model for streaming systems", ICDE 2009.)

use crate::time::Millis;

/// The gain at which all weights are made small again.
const MOST: f64 = 1e15;

/// How much a sighting weighs.
#[derive(Debug, Clone)]
pub(super) struct Decay {
    pub(super) half_life: Millis,
    /// When something was last learnt.
    pub(super) time: Millis,
    /// What a sighting weighed then, in the unit of all weights.
    gain: f64,
}

impl Decay {
    /// Weights that are as of `time`.
    pub(super) fn new(half_life: Millis, time: Millis) -> Self {
        Self { half_life: half_life.max(1), time, gain: 1.0 }
    }

    /// What a sighting would weigh now. A clock that was set back makes nothing younger.
    pub(super) fn gain(&self, now: Millis) -> f64 {
        self.gain * exp2(now.saturating_sub(self.time) as f64 / self.half_life as f64)
    }

    /// What a sighting weighs now, and what all weights are to be multiplied with before it is added.
    pub(super) fn advance(&mut self, now: Millis) -> (f64, Option<f64>) {
        let gain = self.gain(now);
        self.time = now;
        self.gain = if gain > MOST { 1.0 } else { gain };
        (self.gain, (gain > MOST).then_some(1.0 / gain))
    }
}

/// 2 to the power of `x`, which is not negative; `core` has none. Right to a millionth, infinite above 1,000.
fn exp2(x: f64) -> f64 {
    if x > 1_000.0 {
        return f64::INFINITY;
    }
    let whole = x as u64;
    let y = (x - whole as f64) * core::f64::consts::LN_2;
    // The exponent of a float, and the series of e to the power of y, from its end.
    let mut series = 1.0;
    for term in [7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0] {
        series = 1.0 + series * y / term;
    }
    f64::from_bits((1023 + whole) << 52) * series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_those_of_the_standard_library() {
        for x in [0.0, 0.001, 0.5, 0.999_999, 1.0, 1.5, 17.25, 999.9] {
            let relative = exp2(x) / std::primitive::f64::exp2(x);
            assert!((relative - 1.0).abs() < 1e-6, "2^{x}: {relative}");
        }
        assert_eq!(exp2(1e300), f64::INFINITY);
    }

    #[test]
    fn a_half_life_doubles_what_is_new() {
        let mut decay = Decay::new(1_000, 50);
        assert_eq!(decay.advance(1_050), (2.0, None));
        // Set back: no time has passed.
        assert_eq!(decay.advance(0), (2.0, None));
        assert_eq!(decay.advance(1_000), (4.0, None));
    }

    #[test]
    fn p10_weights_never_leave_what_a_float_holds() {
        let mut decay = Decay::new(0, 0);
        assert_eq!(decay.advance(60), (1.0, Some(1.0 / exp2(60.0))));
        assert_eq!(decay.advance(Millis::MAX), (1.0, Some(0.0)));
    }
}
