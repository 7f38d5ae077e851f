//! geckodriver, Firefox's driver, which Debian doesn't package.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::cache::cached;
use super::find_program;
use crate::checkout::Checkout;
use crate::process::run;

const VERSION: &str = "0.37.1";

/// geckodriver in PATH, or one of our own, compiled when there is none.
pub(super) fn program(checkout: &Checkout) -> Result<PathBuf> {
    if let Some(program) = find_program(&["geckodriver"]) {
        return Ok(program);
    }
    let folder = cached(&format!("geckodriver-{VERSION}"), |folder| {
        println!("compiling geckodriver {VERSION}, once");
        run(checkout
            .cargo()
            .args(["install", "geckodriver", "--locked", "--version", VERSION, "--root"])
            .arg(folder)
            .arg("--target-dir")
            .arg(folder.join("target")))
        .context("geckodriver is missing and can't be compiled")?;
        Ok(std::fs::remove_dir_all(folder.join("target"))?)
    })?;
    Ok(folder.join("bin/geckodriver"))
}
