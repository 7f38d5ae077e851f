//! Log: what happened last, and what each step came of. An entry keeps the step that made it what it is, and with it
//! all that led there, however long ago that was.

use alloc::{rc::Rc, vec::Vec};

use super::Event;
use crate::time::Millis;

/// Steps that are remembered.
const KEPT: u32 = 1_000;
/// Steps that one may come of: what led to the first of them is forgotten.
const DEPTH: usize = 8;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The next one has the next number.
    pub number: u32,
    /// When.
    pub time: Millis,
    /// What.
    pub event: Event,
    /// What it came of.
    pub because: Option<Rc<Step>>,
}

/// Why something is asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Why {
    /// In a word; empty where the request itself tells.
    pub(super) reason: &'static str,
    pub(super) because: Option<Rc<Step>>,
}

/// What happened last.
#[derive(Debug, Default)]
pub(super) struct Log {
    last: u32,
    /// Each at the place of its number, where it takes that of the one before.
    steps: Vec<Rc<Step>>,
    now: Millis,
    /// What happens now comes of this.
    pub(super) because: Option<Rc<Step>>,
    /// Why what is asked for now is.
    pub(super) reason: &'static str,
}

impl Log {
    /// What happens from now on comes of the next input.
    pub(super) fn begin(&mut self, now: Millis) {
        (self.now, self.because, self.reason) = (now, None, "");
    }

    /// A reason, with what happens now.
    pub(super) fn why(&self, reason: &'static str) -> Why {
        Why { reason, because: self.because.clone() }
    }

    /// What happens now is done for this reason; gives the one before.
    pub(super) fn turn_to(&mut self, why: Why) -> Why {
        let because = core::mem::replace(&mut self.because, why.because);
        Why { reason: core::mem::replace(&mut self.reason, why.reason), because }
    }

    /// Remembers a step.
    #[inline(never)]
    pub(super) fn note(&mut self, event: Event) -> Rc<Step> {
        let number = self.last + 1;
        let because = self.because.clone().filter(|because| because.chain().count() < DEPTH);
        let step = Rc::new(Step { number, time: self.now, event, because });
        self.last = number;
        match self.steps.get_mut(place(number)) {
            Some(old) => *old = Rc::clone(&step),
            None => self.steps.push(Rc::clone(&step)),
        }
        step
    }

    /// Remembers a step, of which comes what happens next.
    pub(super) fn note_cause(&mut self, event: Event) -> Rc<Step> {
        let step = self.note(event);
        self.because = Some(Rc::clone(&step));
        step
    }

    /// The steps after the one of this number, as far as they are remembered.
    pub(super) fn after(&self, number: u32) -> impl Iterator<Item = &Rc<Step>> {
        let first = self.last.saturating_sub(KEPT).max(number) + 1;
        (first..=self.last).filter_map(|number| self.steps.get(place(number)))
    }

    /// How many are remembered.
    #[cfg(feature = "sabotage")]
    pub(super) fn census(&self) -> usize {
        self.steps.len()
    }
}

fn place(number: u32) -> usize {
    ((number - 1) % KEPT) as usize
}

impl Step {
    /// This step, and those that it came of, the last one first.
    pub fn chain(&self) -> impl Iterator<Item = &Step> {
        core::iter::successors(Some(self), |step| step.because.as_deref())
    }
}
