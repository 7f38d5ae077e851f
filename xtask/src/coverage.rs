//! `coverage`: how much of the core its tests run. Reported, not required: a number says nothing of what is checked.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::checkout::Checkout;
use crate::files::{empty_folder, files_below};
use crate::process::{capture, host, run as run_command};

/// Runs the core's tests and prints, for each of its files and for all, how much of it ran.
pub(crate) fn run(checkout: &Checkout) -> Result<()> {
    let tools = tools(checkout)?;
    let counts = checkout.target("coverage/counts");
    empty_folder(&counts)?;
    let host = host()?;
    let mut command = checkout.cargo();
    command.args(["test", "--locked", "--package", "everfresh-core", "--tests", "--target", &host]);
    command.arg("--target-dir").arg(checkout.target("coverage"));
    command.env("RUSTFLAGS", "-Cinstrument-coverage");
    run_command(command.env("LLVM_PROFILE_FILE", counts.join("%p-%m.profraw")))?;

    let merged = checkout.target("coverage/merged.profdata");
    let raw = files_below(&counts)?;
    run_command(
        checkout.command(tools.join("llvm-profdata")).args(["merge", "-sparse", "-o"]).arg(&merged).args(raw),
    )?;
    let mut report = checkout.command(tools.join("llvm-cov"));
    report.args(["report", "--show-branch-summary=false", "--show-functions=false"]);
    report.arg("--instr-profile").arg(&merged);
    // The tests themselves, and what is not ours, are no part of it.
    report.args(["--ignore-filename-regex", r"(/tests/|/tests\.rs|/rustlib/|/rustc/|/registry/)"]);
    for (at, program) in test_programs(checkout, &host)?.into_iter().enumerate() {
        if at > 0 {
            report.arg("--object");
        }
        report.arg(program);
    }
    println!("{}", capture(&mut report)?);
    Ok(())
}

/// The folder of LLVM's tools that belong to the compiler; they are installed if they aren't there.
fn tools(checkout: &Checkout) -> Result<PathBuf> {
    let sysroot = capture(checkout.command("rustc").args(["--print", "sysroot"]))?;
    let folder = Path::new(sysroot.trim()).join("lib/rustlib").join(host()?).join("bin");
    if !folder.join("llvm-cov").is_file() {
        run_command(checkout.command("rustup").args(["component", "add", "llvm-tools"]))
            .context("Rust's component llvm-tools is missing and can't be installed")?;
    }
    Ok(folder)
}

/// The programs of the core's tests, as cargo names them.
fn test_programs(checkout: &Checkout, host: &str) -> Result<Vec<PathBuf>> {
    let mut command = checkout.cargo();
    command.args(["test", "--locked", "--package", "everfresh-core", "--tests", "--target", host]);
    command.args(["--no-run", "--message-format=json", "--target-dir"]).arg(checkout.target("coverage"));
    command.env("RUSTFLAGS", "-Cinstrument-coverage");
    let mut programs = Vec::new();
    for line in capture(&mut command)?.lines() {
        let message: serde_json::Value = serde_json::from_str(line)?;
        programs.extend(message["executable"].as_str().map(PathBuf::from));
    }
    if programs.is_empty() {
        bail!("cargo names no test program");
    }
    Ok(programs)
}
