//! `lint`: rustfmt, clippy, tsc and biome; a warning is an error.

use anyhow::Result;
use lexopt::prelude::*;

use crate::build;
use crate::checkout::{Checkout, WASM_TARGET};
use crate::process;

/// The projects that tsc checks: the package, the demo pages, the tests written in JavaScript, and those of types.
const PROJECTS: &[&str] =
    &["pkg-template", "www", "tests", "tests/types", "tests/types/server", "tests/react"];

/// What to do about what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Check,
    /// Formats, and applies what biome knows to be safe, before checking.
    Fix,
}

impl Mode {
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Self> {
        let mut mode = Self::Check;
        while let Some(arg) = args.next()? {
            match arg {
                Long("fix") => mode = Self::Fix,
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(mode)
    }
}

/// Fails at the first tool that complains.
pub(crate) fn run(checkout: &Checkout, mode: Mode) -> Result<()> {
    // The TypeScript sources import the glue's types.
    build::glue(checkout)?;
    rustfmt(checkout, mode)?;
    biome(checkout, mode)?;
    for project in PROJECTS {
        process::run(checkout.npm_tool("tsc").args(["--noEmit", "--project", project]))?;
    }
    clippy(checkout)
}

fn rustfmt(checkout: &Checkout, mode: Mode) -> Result<()> {
    for manifest in ["Cargo.toml", "xtask/bindgen/Cargo.toml", "fuzz/Cargo.toml"] {
        let mut command = checkout.cargo();
        command.args(["fmt", "--all", "--manifest-path", manifest]);
        if mode == Mode::Check {
            command.arg("--check");
        }
        process::run(&mut command)?;
    }
    Ok(())
}

fn biome(checkout: &Checkout, mode: Mode) -> Result<()> {
    let mut command = checkout.npm_tool("biome");
    command.args(["check", "--error-on-warnings"]);
    if mode == Mode::Fix {
        command.arg("--write");
    }
    process::run(&mut command)
}

fn clippy(checkout: &Checkout) -> Result<()> {
    let deny = ["--", "--deny", "warnings"];
    process::run(checkout.cargo().args(["clippy", "--locked", "--workspace", "--all-targets"]).args(deny))?;
    process::run(
        checkout
            .cargo()
            .args(["clippy", "--locked", "--package", "everfresh", "--package", "everfresh-map"])
            .args(["--package", "everfresh-metrics"])
            .args(["--all-targets", "--target", WASM_TARGET])
            .args(deny),
    )
}
