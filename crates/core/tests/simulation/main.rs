//! Many tabs over one origin, driven by a seed: whatever order messages, storage writes, answers, crashes and
//! reloads come in, no tab hands out what it must not (P1 to P4, P7, P10).
//!
//! `cargo xtask sim --seeds N --steps M` runs more of it.
#![allow(clippy::unwrap_used)]

mod disk;
mod guards;
mod server;
mod tab;
mod trace;
mod values;
mod world;

use std::env;

use trace::{Trace, hunt, run};

/// How much one run of the tests does, unless `EVERFRESH_SIM_SEEDS` and `EVERFRESH_SIM_STEPS` say otherwise.
const SEEDS: u64 = 200;
const STEPS: usize = 300;

fn setting(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn p1_p2_p3_p4_no_interleaving_breaks_a_promise() {
    let seeds = setting("EVERFRESH_SIM_SEEDS").unwrap_or(SEEDS);
    let steps = setting("EVERFRESH_SIM_STEPS").map_or(STEPS, |steps| steps as usize);
    let first = setting("EVERFRESH_SIM_FIRST").unwrap_or(0);
    if let Some(seed) = hunt(first..first + seeds, steps, None) {
        let (trace, violation) = Trace::new(seed, steps).shrunk(None);
        panic!("seed {seed} of {steps} steps: {violation}\nshrunk to {} steps:\n{trace}", trace.len());
    }
    println!("{seeds} seeds of {steps} steps");
}

#[test]
fn the_same_seed_is_the_same_run() {
    let runs = [0, 1].map(|_| run(&Trace::new(7, 500), None).log);
    assert!(runs[0].len() > 100, "something happens");
    assert_eq!(runs[0], runs[1]);
}

/// What a run must come to be worth anything.
#[test]
fn the_runs_come_to_what_matters() {
    let mut counts = world::Counts::default();
    for seed in 0..500 {
        counts.add(&run(&Trace::new(seed, STEPS), None).counts);
    }
    println!("{counts:?}");
    for (what, count) in counts.all() {
        assert!(count > 50, "{what} happened only {count} times");
    }
}
