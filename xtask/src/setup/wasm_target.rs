//! The standard library for wasm: compiled for the tests, and its source for what ships.

use std::path::Path;

use anyhow::{Context, Result};

use crate::checkout::{Checkout, WASM_TARGET};
use crate::process::{capture, run};

/// Adds the wasm target and the standard library's source to the toolchain, if they aren't there.
pub(crate) fn ensure(checkout: &Checkout) -> Result<()> {
    let sysroot = capture(checkout.command("rustc").args(["--print", "sysroot"]))?;
    let installed = Path::new(sysroot.trim()).join("lib/rustlib");
    for (place, add) in [
        (WASM_TARGET, ["target", "add", WASM_TARGET]),
        ("src/rust/library", ["component", "add", "rust-src"]),
    ] {
        if !installed.join(place).is_dir() {
            run(checkout.command("rustup").args(add))
                .with_context(|| format!("Rust's {} {} is missing and can't be installed", add[0], add[2]))?;
        }
    }
    Ok(())
}
