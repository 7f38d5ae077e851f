//! The tasks of this repository: `cargo xtask TASK`. Every task does its own set-up.

mod bench;
mod build;
mod checkout;
mod coverage;
mod demo;
mod docs;
mod files;
mod fuzz;
mod lint;
mod pack;
mod process;
mod setup;
mod sim;
mod size;
mod test;
mod test_runner;
mod tidy;
mod work;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::prelude::*;

use crate::checkout::Checkout;

const USAGE: &str = "\
usage: cargo xtask TASK

  demo [--port N]        build everything and serve the demo (default port 4173)
  test [--only STEP,..] [--engine NAME]
                         everything that has to hold; steps: lint, tidy, host, work, fuzz, size,
                         wasm, node, packaging, e2e; engines: chromium, firefox, webkit
  sim [--seeds N] [--steps M] [--first SEED]
                         the simulation of many tabs (default: 20,000 seeds of 300 steps)
  work                   the tests of how much work is done, in steps
  bench [--quick] [--only ROW,..] [--firefox] [--write]
                         everfresh beside its peers, in a browser; --only: rows, or groups of them;
                         --write: also the report and the plot that are in the repository
  bench --server [--quick] [--write]
                         the proxy beside nginx and Varnish, by wrk; invalidation, and telling browsers
  coverage               how much of the core its tests run, per file
  fuzz [--seconds N] [TARGET]
                         the fuzz targets, each for N seconds (default: 60)
  build                  the npm package's files, in pkg-template/dist
  pack                   the npm package's tarball, in target/npm
  size                   size of each shipped file; fails over the budget
  lint [--fix]           rustfmt, clippy, tsc, biome
  docs                   the documents in docs/ that are made from what they describe
  tidy                   the conventions that a machine can check
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    let mut args = lexopt::Parser::from_env();
    let Some(Value(task)) = args.next()? else {
        bail!("{USAGE}");
    };
    let checkout = Checkout::here();
    if task == "test-runner" {
        return test_runner::run(&checkout, args.raw_args()?);
    }
    process::guard_children()?;
    match task.to_str() {
        Some("demo") => demo::run(&checkout, &demo::Options::parse(args)?),
        Some("test") => test::run(&checkout, &test::Options::parse(args)?),
        Some("sim") => sim::run(&checkout, &sim::Options::parse(args)?),
        Some("work") => no_more(args).and_then(|()| work::run(&checkout)),
        Some("bench") => bench::run(&checkout, &bench::Options::parse(args)?),
        Some("coverage") => no_more(args).and_then(|()| coverage::run(&checkout)),
        Some("fuzz") => fuzz::run(&checkout, &fuzz::Options::parse(args)?),
        Some("build") => no_more(args).and_then(|()| build::package(&checkout)),
        Some("pack") => no_more(args).and_then(|()| pack::run(&checkout).map(drop)),
        Some("size") => no_more(args).and_then(|()| size::run(&checkout)),
        Some("lint") => lint::run(&checkout, lint::Mode::parse(args)?),
        Some("docs") => no_more(args).and_then(|()| docs::run(&checkout)),
        Some("tidy") => no_more(args).and_then(|()| tidy::run(&checkout)),
        _ => bail!("no such task: {}\n\n{USAGE}", task.display()),
    }
}

fn no_more(mut args: lexopt::Parser) -> Result<()> {
    match args.next()? {
        Some(arg) => Err(arg.unexpected().into()),
        None => Ok(()),
    }
}
