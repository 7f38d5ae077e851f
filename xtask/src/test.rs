//! `test`: everything that has to hold, step by step; the first failure ends it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use lexopt::prelude::*;

use crate::checkout::{Checkout, WASM_TARGET};
use crate::process::run as run_command;
use crate::setup::browsers::{self, Engine};
use crate::setup::{bindgen, commands, npm, redis, wasm_target};
use crate::{build, demo, fuzz, lint, pack, size, tidy, work};

/// What is tested, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Formatting, compiler warnings, types.
    Lint,
    /// The repository's conventions.
    Tidy,
    /// Everything in Rust but the bindings.
    Host,
    /// How much work is done, in steps.
    Work,
    /// The fuzz targets, for a while.
    Fuzz,
    /// The shipped files' sizes.
    Size,
    /// The bindings, in each engine.
    Wasm,
    /// What needs no browser, in JavaScript.
    Node,
    /// The tarball, installed.
    Packaging,
    /// The demo, in each engine.
    E2e,
}

impl Step {
    const ALL: [Self; 10] = [
        Self::Lint,
        Self::Tidy,
        Self::Host,
        Self::Work,
        Self::Fuzz,
        Self::Size,
        Self::Wasm,
        Self::Node,
        Self::Packaging,
        Self::E2e,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Tidy => "tidy",
            Self::Host => "host",
            Self::Work => "work",
            Self::Fuzz => "fuzz",
            Self::Size => "size",
            Self::Wasm => "wasm",
            Self::Node => "node",
            Self::Packaging => "packaging",
            Self::E2e => "e2e",
        }
    }

    fn needs_browsers(self) -> bool {
        matches!(self, Self::Wasm | Self::E2e)
    }
}

/// What the command line can choose.
pub(crate) struct Options {
    steps: Vec<Step>,
    engines: Vec<Engine>,
}

impl Options {
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Self> {
        let mut options = Self { steps: Step::ALL.to_vec(), engines: Engine::ALL.to_vec() };
        while let Some(arg) = args.next()? {
            match arg {
                Long("only") => options.steps = chosen(&args.value()?.string()?, &Step::ALL, Step::name)?,
                Long("engine") => {
                    options.engines = chosen(&args.value()?.string()?, &Engine::ALL, Engine::name)?
                }
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Those of `all` whose names are in the list, in the order of `all`.
fn chosen<T: Copy>(list: &str, all: &[T], name: fn(T) -> &'static str) -> Result<Vec<T>> {
    for word in list.split(',') {
        let known = || all.iter().map(|&item| name(item)).collect::<Vec<_>>().join(", ");
        ensure!(all.iter().any(|&item| name(item) == word), "{word:?} is none of {}", known());
    }
    Ok(all.iter().copied().filter(|&item| list.split(',').any(|word| word == name(item))).collect())
}

/// Sets up what the chosen steps need and runs them.
pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    let mut report = Report { started: Instant::now(), lines: Vec::new() };
    report.step("set-up", || set_up(checkout, options))?;
    for &step in &options.steps {
        if step.needs_browsers() {
            for &engine in &options.engines {
                report.step(&format!("{} in {}", step.name(), engine.name()), || match step {
                    Step::Wasm => wasm(checkout, engine),
                    _ => e2e(checkout, engine),
                })?;
            }
            continue;
        }
        report.step(step.name(), || match step {
            Step::Lint => lint::run(checkout, lint::Mode::Check),
            Step::Tidy => tidy::run(checkout),
            Step::Host => {
                run_command(checkout.cargo().args(["test", "--locked", "--no-fail-fast", "--workspace"]))
            }
            Step::Work => work::run(checkout),
            Step::Fuzz => fuzz::short(checkout),
            Step::Size => size::run(checkout),
            Step::Packaging => packaging(checkout),
            _ => node_tests(checkout, "tests/node", |_| {}),
        })?;
    }
    report.finish();
    Ok(())
}

fn set_up(checkout: &Checkout, options: &Options) -> Result<()> {
    wasm_target::ensure(checkout)?;
    npm::ensure(checkout)?;
    bindgen::program(checkout)?;
    let engines = engines(options);
    if !engines.is_empty() {
        browsers::ensure(checkout, &engines)?;
    }
    if options.steps.iter().any(|step| matches!(step, Step::Host | Step::Node)) {
        redis::ensure(checkout)?;
    }
    if options.steps.contains(&Step::Host) {
        commands::ensure(checkout)?;
    }
    build::package(checkout)
}

/// The engines that the chosen steps need. What is built with the tarball is looked at in one of them, and so are the pages of
/// `everfresh load`.
fn engines(options: &Options) -> Vec<Engine> {
    let all = options.steps.iter().any(|step| step.needs_browsers());
    let one = options.steps.iter().any(|step| matches!(step, Step::Host | Step::Packaging));
    let is_needed =
        |engine: &Engine| all && options.engines.contains(engine) || one && *engine == Engine::Chromium;
    Engine::ALL.into_iter().filter(is_needed).collect()
}

/// The bindings' tests, which cargo hands to `xtask test-runner`.
fn wasm(checkout: &Checkout, engine: Engine) -> Result<()> {
    let mut command = checkout.cargo();
    command.args([
        "test",
        "--locked",
        "--no-fail-fast",
        "--package",
        "everfresh",
        "--tests",
        "--target",
        WASM_TARGET,
    ]);
    for other in Engine::ALL {
        // The runner takes the first driver that it is told of.
        command.env_remove(other.driver_variable());
    }
    command.env(engine.driver_variable(), browsers::driver(checkout, engine)?);
    command.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    run_command(&mut browsers::with_display(&command))
}

/// The tests in `tests/packaging`, in Chromium where a browser is needed, told by `EVERFRESH_TARBALL` which file they are about.
fn packaging(checkout: &Checkout) -> Result<()> {
    let tarball = pack::run(checkout)?;
    node_tests(checkout, "tests/packaging", |command| {
        // One file after the other, as below.
        command.arg("--test-concurrency=1").env("EVERFRESH_TARBALL", tarball);
    })
}

/// The tests in `tests/e2e`, told by `EVERFRESH_ENGINE` the engine, by `EVERFRESH_DRIVER` its driver, and by
/// `EVERFRESH_SERVER` the demo server's program.
fn e2e(checkout: &Checkout, engine: Engine) -> Result<()> {
    build::package(checkout)?;
    demo::build_server(checkout)?;
    let driver = browsers::driver(checkout, engine)?;
    node_tests(checkout, "tests/e2e", |command| {
        // One file after the other: browsers that share two cores time out.
        command
            .arg("--test-concurrency=1")
            .env("EVERFRESH_ENGINE", engine.name())
            .env("EVERFRESH_DRIVER", driver)
            .env("EVERFRESH_SERVER", demo::server(checkout));
        *command = browsers::with_display(command);
    })
}

/// Runs every `*.test.mjs` of a folder, of which there has to be one.
fn node_tests(checkout: &Checkout, folder: &str, adapt: impl FnOnce(&mut Command)) -> Result<()> {
    let files = test_files(checkout, folder)?;
    let mut command = checkout.command("node");
    command.args(["--test", "--test-reporter=spec"]);
    adapt(&mut command);
    run_command(command.args(files))
}

fn test_files(checkout: &Checkout, folder: &str) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(checkout.path(folder)).with_context(|| format!("there is no {folder}"))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Result<Vec<String>>>()?;
    names.retain(|name| name.ends_with(".test.mjs"));
    names.sort();
    if names.is_empty() {
        bail!("there is no test in {folder}");
    }
    Ok(names.iter().map(|name| [folder, name].iter().collect()).collect())
}

/// Headlines while the steps run, and a table of them at the end.
struct Report {
    started: Instant,
    lines: Vec<String>,
}

impl Report {
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n=== {name}");
        let started = Instant::now();
        let result = work();
        let line = format!("{name:<20}{:>8.1} s", started.elapsed().as_secs_f64());
        match result {
            Ok(()) => {
                println!("=== passed: {line}");
                self.lines.push(line);
                Ok(())
            }
            Err(error) => {
                println!("=== FAILED: {line}");
                Err(error.context(format!("{name} failed")))
            }
        }
    }

    fn finish(self) {
        println!("\n=== all passed");
        for line in &self.lines {
            println!("{line}");
        }
        println!("{:<20}{:>8.1} s", "together", self.started.elapsed().as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options> {
        Options::parse(lexopt::Parser::from_args(args))
    }

    #[test]
    fn without_options_nothing_is_left_out() {
        let options = parse(&[]).expect("valid");
        assert_eq!(options.steps, Step::ALL);
        assert_eq!(options.engines, Engine::ALL);
    }

    #[test]
    fn chosen_steps_keep_their_order() {
        let options = parse(&["--only", "e2e,host", "--engine", "webkit"]).expect("valid");
        assert_eq!(options.steps, [Step::Host, Step::E2e]);
        assert_eq!(options.engines, [Engine::Webkit]);
    }

    #[test]
    fn browsers_are_set_up_for_the_steps_that_need_them() {
        let needed = |args: &[&str]| engines(&parse(args).expect("valid"));
        assert_eq!(needed(&[]), Engine::ALL);
        assert_eq!(needed(&["--only", "lint,node"]), []);
        assert_eq!(needed(&["--only", "host,node"]), [Engine::Chromium]);
        assert_eq!(needed(&["--only", "packaging", "--engine", "webkit"]), [Engine::Chromium]);
        assert_eq!(
            needed(&["--only", "packaging,e2e", "--engine", "webkit"]),
            [Engine::Chromium, Engine::Webkit]
        );
    }

    #[test]
    fn an_unknown_step_is_an_error_that_names_the_known_ones() {
        let error = parse(&["--only", "host,nothing"]).err().expect("no such step");
        assert!(error.to_string().contains("\"nothing\" is none of lint, tidy, host"), "{error}");
    }

    #[test]
    fn a_folder_without_tests_is_an_error() {
        assert!(test_files(&Checkout::here(), "xtask/src").is_err());
        assert!(test_files(&Checkout::here(), "no-such-folder").is_err());
    }
}
