//! The `xtask/bindgen` program: wasm-bindgen and its test runner.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::cache::cached;
use crate::checkout::Checkout;
use crate::files;
use crate::process::run;

const NAME: &str = "everfresh-bindgen";

/// The program, compiled when this version of it is not in the cache.
pub(crate) fn program(checkout: &Checkout) -> Result<PathBuf> {
    let source = checkout.path("xtask/bindgen");
    let inputs = ["Cargo.toml", "Cargo.lock", "src"].map(|name| source.join(name));
    let lock = fs::read_to_string(&inputs[1]).context("can't read xtask/bindgen/Cargo.lock")?;
    let version = locked_version(&lock).context("xtask/bindgen/Cargo.lock has no wasm-bindgen")?;
    let folder = cached(&format!("bindgen-{version}-{}", files::fingerprint(&inputs)?), |folder| {
        println!("compiling wasm-bindgen {version}, once");
        let target = folder.join("target");
        run(checkout
            .cargo()
            .args(["build", "--locked", "--manifest-path"])
            .arg(source.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target))
        .context("wasm-bindgen can't be compiled")?;
        files::copy(&target.join("debug").join(NAME), &folder.join(NAME))?;
        Ok(fs::remove_dir_all(target)?)
    })?;
    Ok(folder.join(NAME))
}

/// The version of `wasm-bindgen` in a `Cargo.lock`.
pub(crate) fn locked_version(lock: &str) -> Option<&str> {
    let (_, package) = lock.split_once("name = \"wasm-bindgen\"\nversion = \"")?;
    package.split_once('"').map(|(version, _)| version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_wasm_bindgen_itself() {
        let lock = "[[package]]\nname = \"wasm-bindgen-cli\"\nversion = \"9.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock), Some("0.2.130"));
        assert_eq!(locked_version(""), None);
    }
}
