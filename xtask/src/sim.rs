//! `sim`: the simulation of many tabs, for as many seeds as wanted.

use std::time::Instant;

use anyhow::Result;
use lexopt::prelude::*;

use crate::checkout::Checkout;
use crate::process::run as run_command;

/// What the command line can choose.
pub(crate) struct Options {
    seeds: u64,
    steps: u64,
    first: u64,
}

impl Options {
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Self> {
        let mut options = Self { seeds: 20_000, steps: 300, first: 0 };
        while let Some(arg) = args.next()? {
            match arg {
                Long("seeds") => options.seeds = args.value()?.parse()?,
                Long("steps") => options.steps = args.value()?.parse()?,
                Long("first") => options.first = args.value()?.parse()?,
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Runs the seeds from the first one on; fails at the first that breaks a promise, which is printed with its
/// shrunk trace.
pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    let started = Instant::now();
    run_command(
        checkout
            .cargo()
            .args(["test", "--locked", "--release", "--package", "everfresh-core", "--test", "simulation"])
            .args(["no_interleaving_breaks_a_promise", "--", "--nocapture"])
            .env("EVERFRESH_SIM_SEEDS", options.seeds.to_string())
            .env("EVERFRESH_SIM_STEPS", options.steps.to_string())
            .env("EVERFRESH_SIM_FIRST", options.first.to_string()),
    )?;
    println!("{:.1} s, building included", started.elapsed().as_secs_f64());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_and_others_refused() {
        let parse = |args: &[&str]| Options::parse(lexopt::Parser::from_args(args));
        let options = parse(&["--seeds", "7", "--first=9"]).expect("valid");
        assert_eq!((options.seeds, options.steps, options.first), (7, 300, 9));
        assert!(parse(&["--seeds", "x"]).is_err());
        assert!(parse(&["--deep"]).is_err());
    }
}
