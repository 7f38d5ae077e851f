//! The pages of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what others wrote, or what was built.
const OTHERS: [&str; 3] = ["target", "node_modules", "dist"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All Markdown, by its path from the root.
pub(crate) fn pages() -> Vec<String> {
    let mut pages = Vec::new();
    collect("", &mut pages);
    pages.sort();
    pages
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn exists(path: &str) -> bool {
    root().join(path).exists()
}

fn collect(folder: &str, pages: &mut Vec<String>) {
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            if !name.starts_with('.') && !OTHERS.contains(&name.as_str()) {
                collect(&path, pages);
            }
        } else if name.ends_with(".md") {
            pages.push(path);
        }
    }
}

#[test]
fn pages_are_found_in_all_folders_and_what_is_built_is_not() {
    let pages = pages();
    for page in ["README.md", "docs/load.md", "pkg-template/README.md", "examples/react-app/README.md"] {
        assert!(pages.iter().any(|found| found == page), "{page} is not among {pages:?}");
    }
    assert!(!pages.iter().any(|page| page.contains("node_modules") || page.contains("target")));
}
