//! `fuzz`: the fuzz targets under libFuzzer. The compiler's coverage pass needs nothing but flags; libFuzzer
//! itself needs a C++ compiler.

use std::env;
use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use lexopt::prelude::*;

use crate::checkout::Checkout;
use crate::files::empty_folder;
use crate::process::{capture, host, run as run_command};

/// What libFuzzer wants to know of the code that runs.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// Texts that `test` tries for each target.
const RUNS: u32 = 20_000;

/// A text is no longer than this: what matters shows in short ones, and the model of a pattern is slow.
const MAX_LENGTH: u32 = 800;

/// What the command line can choose.
pub(crate) struct Options {
    seconds: u32,
    target: Option<String>,
}

impl Options {
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Self> {
        let mut options = Self { seconds: 60, target: None };
        while let Some(arg) = args.next()? {
            match arg {
                Long("seconds") => options.seconds = args.value()?.parse()?,
                Value(target) if options.target.is_none() => options.target = Some(target.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Fuzzes each target, or the one that was named, for so long; what it learns stays in `target/fuzz`.
pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    if let Some(missing) = missing() {
        bail!("{missing}");
    }
    let all = targets(checkout)?;
    let chosen: Vec<String> = match &options.target {
        Some(target) => {
            ensure!(all.contains(target), "{target:?} is none of {}", all.join(", "));
            vec![target.clone()]
        }
        None => all,
    };
    build(checkout)?;
    for target in chosen {
        fs::create_dir_all(checkout.target("fuzz/corpus").join(&target))?;
        let limit = format!("-max_total_time={}", options.seconds);
        run_command(&mut fuzzer(checkout, &target, &limit)?).with_context(|| failed(&target))?;
    }
    Ok(())
}

/// Fuzzes each target for a number of texts that is always the same. Where libFuzzer can't be built, that is
/// said: the same checks run under proptest as well.
pub(crate) fn short(checkout: &Checkout) -> Result<()> {
    if let Some(missing) = missing() {
        println!("NOT RUN under libFuzzer: {missing}. The same checks were run under proptest (host).");
        return Ok(());
    }
    build(checkout)?;
    for target in targets(checkout)? {
        empty_folder(&checkout.target("fuzz/corpus").join(&target))?;
        capture(&mut fuzzer(checkout, &target, &format!("-runs={RUNS}"))?)
            .with_context(|| failed(&target))?;
        println!("{target}: {RUNS} texts");
    }
    Ok(())
}

/// What this machine lacks for it.
fn missing() -> Option<String> {
    let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let mut command = Command::new(&compiler);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let there = command.status().is_ok_and(|status| status.success());
    (!there).then(|| format!("there is no C++ compiler ({compiler})"))
}

fn targets(checkout: &Checkout) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in fs::read_dir(checkout.path("fuzz/fuzz_targets"))? {
        let name = file?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

fn build(checkout: &Checkout) -> Result<()> {
    // With a target that is named, the flags are not for build scripts.
    let mut command = checkout.cargo();
    command.args(["build", "--locked", "--release", "--manifest-path", "fuzz/Cargo.toml"]);
    command.args(["--target", &host()?, "--target-dir"]).arg(checkout.target("fuzz"));
    fs::create_dir_all(checkout.target("fuzz/failed"))?;
    run_command(command.env("RUSTFLAGS", COVERAGE))
}

fn fuzzer(checkout: &Checkout, target: &str, limit: &str) -> Result<Command> {
    let mut command = checkout.command(checkout.target("fuzz").join(host()?).join("release").join(target));
    command.arg(checkout.target("fuzz/corpus").join(target)).arg(format!("fuzz/corpus/{target}"));
    command.args([limit, "-seed=1", &format!("-max_len={MAX_LENGTH}")]);
    command.arg(format!("-artifact_prefix={}-", checkout.target("fuzz/failed").join(target).display()));
    Ok(command)
}

fn failed(target: &str) -> String {
    format!("{target} failed: mend it, and add the text to fuzz/corpus/{target}, which every test run tries")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_a_target_are_taken() {
        let parse = |args: &[&str]| Options::parse(lexopt::Parser::from_args(args));
        let options = parse(&["--seconds", "7", "header"]).expect("valid");
        assert_eq!((options.seconds, options.target.as_deref()), (7, Some("header")));
        assert!(parse(&["header", "url"]).is_err());
    }

    #[test]
    fn the_targets_are_found() {
        let targets = targets(&Checkout::here()).expect("targets");
        assert!(targets.contains(&"header".to_owned()), "{targets:?}");
    }
}
