//! Fingerprints of files, and stamps by which finished work is recognised.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A short text that changes with the name or content of any of these files; folders stand for what is in them.
pub(crate) fn fingerprint(paths: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        for file in files_below(path)? {
            file.strip_prefix(path).unwrap_or(&file).hash(&mut hasher);
            fs::read(&file).with_context(|| format!("can't read {}", file.display()))?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Every file below a folder, in the order of their names; a file is itself.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut entries = fs::read_dir(path)
        .and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
        })
        .with_context(|| format!("can't list {}", path.display()))?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        files.extend(files_below(&entry)?);
    }
    Ok(files)
}

/// Empties a folder, or makes it.
pub(crate) fn empty_folder(path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("can't empty {}", path.display()))?;
    }
    fs::create_dir_all(path).with_context(|| format!("can't create {}", path.display()))
}

/// Copies a file; the error names it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).with_context(|| format!("can't copy {} to {}", from.display(), to.display()))
}

/// Records that some work was done for certain inputs.
pub(crate) struct Stamp {
    file: PathBuf,
    inputs: String,
}

impl Stamp {
    /// A stamp kept in `file` for work on these inputs.
    pub(crate) fn new(file: PathBuf, inputs: String) -> Self {
        Self { file, inputs }
    }

    /// Whether the work was done for these inputs and what it made is still there.
    pub(crate) fn holds(&self, outputs: &[PathBuf]) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|done| done == self.inputs)
            && outputs.iter().all(|path| path.exists())
    }

    /// The work is done.
    pub(crate) fn set(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.inputs).with_context(|| format!("can't write {}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("everfresh-xtask-{}-{name}", std::process::id()));
        empty_folder(&folder).expect("a scratch folder");
        folder
    }

    #[test]
    fn a_fingerprint_changes_with_names_and_contents_only() {
        let folder = scratch("fingerprint");
        let file = folder.join("a");
        let print = || fingerprint(std::slice::from_ref(&folder)).expect("readable");
        fs::write(&file, "1").expect("writable");
        let first = print();
        fs::write(&file, "1").expect("writable");
        assert_eq!(print(), first);
        fs::write(&file, "2").expect("writable");
        let second = print();
        assert_ne!(second, first);
        fs::rename(&file, folder.join("b")).expect("writable");
        assert_ne!(print(), second);
        fs::remove_dir_all(folder).expect("removable");
    }

    #[test]
    fn a_stamp_holds_for_its_inputs_while_the_outputs_exist() {
        let folder = scratch("stamp");
        let output = folder.join("output");
        let stamp = Stamp::new(folder.join("stamp"), "inputs".to_owned());
        fs::write(&output, "").expect("writable");
        assert!(!stamp.holds(std::slice::from_ref(&output)), "nothing was done yet");
        stamp.set().expect("writable");
        assert!(stamp.holds(std::slice::from_ref(&output)));
        assert!(!Stamp::new(folder.join("stamp"), "others".to_owned()).holds(&[]), "other inputs");
        fs::remove_file(&output).expect("removable");
        assert!(!stamp.holds(&[output]), "the output is gone");
        fs::remove_dir_all(folder).expect("removable");
    }
}
