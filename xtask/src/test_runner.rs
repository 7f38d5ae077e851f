//! `test-runner`: what cargo starts for each wasm test file (`.cargo/config.toml`).

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, Result};

use crate::checkout::Checkout;
use crate::setup::bindgen;

/// Becomes wasm-bindgen's own test runner; returns only when that can't be started.
pub(crate) fn run(checkout: &Checkout, args: impl Iterator<Item = OsString>) -> Result<()> {
    let program = bindgen::program(checkout)?;
    // The current folder stays: the runner looks there for `webdriver.json`.
    let error = Command::new(program).arg("test-runner").args(args).exec();
    Err(Error::new(error).context("can't start the test runner"))
}
