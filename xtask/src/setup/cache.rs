//! Tools that are compiled once for all checkouts of a user.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::checkout::cache_folder;
use crate::files;

/// The folder `name` in the cache. When it isn't there yet, `make` fills it; a folder that is there is whole, and
/// two checkouts that need it at once make it once.
pub(super) fn cached(name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    cached_in(&cache_folder()?, name, make)
}

fn cached_in(cache: &Path, name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let folder = cache.join(name);
    if folder.is_dir() {
        return Ok(folder);
    }
    fs::create_dir_all(cache).with_context(|| format!("can't create {}", cache.display()))?;
    let lock = File::create(cache.join(format!("{name}.lock")))?;
    lock.lock()?;
    if !folder.is_dir() {
        let partial = cache.join(format!("{name}.partial"));
        files::empty_folder(&partial)?;
        make(&partial)?;
        fs::rename(&partial, &folder).with_context(|| format!("can't create {}", folder.display()))?;
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_tool_is_made_once_and_never_half() {
        let cache = std::env::temp_dir().join(format!("everfresh-xtask-{}-cache", std::process::id()));
        let half = cached_in(&cache, "tool", |folder| {
            fs::write(folder.join("half"), "")?;
            bail!("it breaks")
        });
        assert!(half.is_err());
        assert!(!cache.join("tool").exists());

        let made =
            cached_in(&cache, "tool", |folder| Ok(fs::write(folder.join("program"), "")?)).expect("made");
        assert!(made.join("program").exists() && !made.join("half").exists());
        let again = cached_in(&cache, "tool", |_| bail!("made twice")).expect("found");
        assert_eq!(again, made);
        fs::remove_dir_all(cache).expect("removable");
    }
}
