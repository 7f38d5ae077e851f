//! What the tasks need from outside the repository: found, or installed; else one line says what is missing.

mod apt;
pub(crate) mod bindgen;
pub(crate) mod browsers;
mod cache;
pub(crate) mod commands;
mod geckodriver;
pub(crate) mod npm;
pub(crate) mod redis;
pub(crate) mod wasm_target;

use std::env;
use std::fs::{self, File};
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::checkout::Checkout;

/// Held while a task writes what others read too: `node_modules` and the package's files.
pub(crate) struct BuildLock {
    _file: File,
}

impl BuildLock {
    /// Waits until no other task of this checkout builds.
    pub(crate) fn take(checkout: &Checkout) -> Result<Self> {
        let path = checkout.target("xtask/lock");
        fs::create_dir_all(checkout.target("xtask"))?;
        let file = File::create(&path).with_context(|| format!("can't write {}", path.display()))?;
        file.lock()?;
        Ok(Self { _file: file })
    }
}

/// The first of these programs that is in PATH.
fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_program_that_is_there() {
        let found = find_program(&["no-such-program-here", "sh"]).expect("a shell is in PATH");
        assert!(found.ends_with("sh"));
        assert_eq!(find_program(&["no-such-program-here"]), None);
    }
}
