//! `pack`: the npm package as a tarball that `npm install` takes.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::build;
use crate::checkout::{Checkout, VERSION};
use crate::files;
use crate::process;

/// Stands in `pkg-template/package.json` where the version goes.
pub(crate) const VERSION_SLOT: &str = "\"version\": \"0.0.0\"";

/// What the package ships of the repository, beside `dist` and `package.json`.
const PAPERS: [&str; 3] = ["CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// What it ships as it is in `pkg-template`.
const OWN: [&str; 2] = ["README.md", "everfresh.schema.json"];

/// Exports that nobody imports as modules, and which have no types.
const UNTYPED: [&str; 5] = [
    "everfresh.schema.json",
    "everfresh.wasm",
    "everfresh.server.wasm",
    "everfresh.auto.js",
    "everfresh.auto.single.js",
];

/// Builds the package, packs and checks it; returns the tarball's path.
pub(crate) fn run(checkout: &Checkout) -> Result<PathBuf> {
    build::package(checkout)?;
    let npm = checkout.target("npm");
    let staging = npm.join("package");
    files::empty_folder(&staging)?;
    let template = fs::read_to_string(checkout.path("pkg-template/package.json"))
        .context("can't read pkg-template/package.json")?;
    fs::write(staging.join("package.json"), with_version(&template)?)?;
    for paper in PAPERS {
        files::copy(&checkout.path(paper), &staging.join(paper))?;
    }
    for own in OWN {
        files::copy(&checkout.path("pkg-template").join(own), &staging.join(own))?;
    }
    let dist = checkout.path("pkg-template/dist");
    for file in files::files_below(&dist)? {
        let target = staging.join("dist").join(file.strip_prefix(&dist)?);
        fs::create_dir_all(target.parent().unwrap_or(&staging))?;
        files::copy(&file, &target)?;
    }

    process::run(
        checkout.command("npm").args(["pack", "--silent", "--pack-destination"]).arg(&npm).arg(&staging),
    )?;
    let tarball = npm.join(format!("everfresh-{VERSION}.tgz"));
    let size = fs::metadata(&tarball).with_context(|| format!("npm wrote no {}", tarball.display()))?.len();
    process::run(checkout.npm_tool("publint").args(["run", "--strict"]).arg(&tarball))?;
    process::run(
        checkout
            .npm_tool("attw")
            .arg(&tarball)
            .args(["--profile", "esm-only", "--no-emoji", "--exclude-entrypoints"])
            .args(UNTYPED),
    )?;
    process::run(checkout.command("node").arg("xtask/integrity.mjs").arg(&dist))?;
    println!("{} ({size} bytes)", tarball.display());
    Ok(tarball)
}

fn with_version(template: &str) -> Result<String> {
    let slots = template.matches(VERSION_SLOT).count();
    ensure!(slots == 1, "pkg-template/package.json must have {VERSION_SLOT} once, it has it {slots} times");
    Ok(template.replace(VERSION_SLOT, &format!("\"version\": \"{VERSION}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_goes_into_its_slot_and_nowhere_else() {
        let template = "{ \"version\": \"0.0.0\", \"x\": \"0.0.0\" }";
        let filled = with_version(template).expect("one slot");
        assert_eq!(filled, format!("{{ \"version\": \"{VERSION}\", \"x\": \"0.0.0\" }}"));
        assert!(with_version("{}").is_err());
        assert!(with_version(&template.repeat(2)).is_err());
    }
}
