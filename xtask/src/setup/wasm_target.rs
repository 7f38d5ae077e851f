//! The standard library for wasm.

use std::path::Path;

use anyhow::{Context, Result};

use crate::checkout::{Checkout, WASM_TARGET};
use crate::process::{capture, run};

/// Adds the wasm target to the toolchain, if it isn't there.
pub(crate) fn ensure(checkout: &Checkout) -> Result<()> {
    let sysroot = capture(checkout.command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    run(checkout.command("rustup").args(["target", "add", WASM_TARGET]))
        .with_context(|| format!("Rust's target {WASM_TARGET} is missing and can't be installed"))
}
