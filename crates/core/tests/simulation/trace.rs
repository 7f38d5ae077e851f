//! A run as a list of steps, from a seed; and the shortest part of it that still goes wrong.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use everfresh_core::engine::Guard;

use crate::world::{Counts, Step, World};

/// Steps to take. A step that does not apply where it comes to be does nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trace(Vec<Step>);

/// What became of a run.
pub(crate) struct Run {
    pub(crate) violation: Option<String>,
    pub(crate) log: Vec<String>,
    pub(crate) counts: Counts,
}

impl Trace {
    /// In every other one pages mutate.
    pub(crate) fn new(seed: u64, steps: usize) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        Self((0..steps).map(|_| Step::random(&mut random, seed % 2 == 1)).collect())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// A part of the trace that goes wrong too, from which nothing can be left out, and how it does.
    pub(crate) fn shrunk(mut self, without: Option<Guard>) -> (Self, String) {
        let mut violation = run(&self, without).violation.expect("it goes wrong");
        let mut size = self.len() / 2;
        while size > 0 {
            let mut at = 0;
            while at < self.len() {
                let mut part = self.clone();
                part.0.drain(at..(at + size).min(self.len()));
                match run(&part, without).violation {
                    Some(found) => (self, violation) = (part, found),
                    None => at += size,
                }
            }
            size /= 2;
        }
        (self, violation)
    }
}

/// One step a line.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in run(self, None).log {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }
}

pub(crate) fn run(trace: &Trace, without: Option<Guard>) -> Run {
    let mut world = World::new(without);
    for step in &trace.0 {
        world.take(*step);
        if world.violation.is_some() {
            break;
        }
    }
    if world.violation.is_none() {
        world.finish();
    }
    Run { violation: world.violation, log: world.log, counts: world.counts }
}

/// The first seed that goes wrong, by all processors.
pub(crate) fn hunt(seeds: std::ops::Range<u64>, steps: usize, without: Option<Guard>) -> Option<u64> {
    let next = AtomicU64::new(seeds.start);
    let found = AtomicU64::new(u64::MAX);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || seed > found.load(Ordering::Relaxed) {
                        return;
                    }
                    if run(&Trace::new(seed, steps), without).violation.is_some() {
                        found.fetch_min(seed, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    Some(found.into_inner()).filter(|&seed| seed != u64::MAX)
}
