//! `build`: from Rust and TypeScript to the files of the npm package, in `pkg-template/dist`.

mod bundle;
mod names;
mod types;
mod wasm;

use std::path::PathBuf;

use anyhow::Result;

use crate::checkout::{Checkout, VERSION};
use crate::files::{self, Stamp, fingerprint};
use crate::setup::{BuildLock, npm, wasm_target};

/// Makes the wasm file and its glue in `pkg-template/wasm`, which the TypeScript sources import.
pub(crate) fn glue(checkout: &Checkout) -> Result<()> {
    wasm_target::ensure(checkout)?;
    let _lock = BuildLock::take(checkout)?;
    npm::ensure(checkout)?;
    wasm::build(checkout)
}

/// Makes everything that the package ships; what is up to date already stays.
pub(crate) fn package(checkout: &Checkout) -> Result<()> {
    glue(checkout)?;
    let _lock = BuildLock::take(checkout)?;
    let inputs = [
        "package-lock.json",
        "pkg-template/src",
        "pkg-template/tsconfig.json",
        "pkg-template/wasm",
        "src/host",
        "xtask/src/build",
    ];
    let inputs: Vec<PathBuf> =
        inputs.iter().map(|path| checkout.path(path)).filter(|path| path.exists()).collect();
    let stamp =
        Stamp::new(checkout.target("xtask/package.stamp"), format!("{VERSION} {}", fingerprint(&inputs)?));
    let dist = checkout.path("pkg-template/dist");
    let outputs: Vec<PathBuf> =
        bundle::outputs().chain(types::ENTRIES.iter().copied()).map(|name| dist.join(name)).collect();
    if stamp.holds(&outputs) {
        return Ok(());
    }
    files::empty_folder(&dist)?;
    bundle::build(checkout, &dist)?;
    types::build(checkout, &dist)?;
    stamp.set()
}
