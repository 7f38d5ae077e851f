//! tsc: the package's declarations. Only those that the entry points reach are shipped, and they stand alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::checkout::Checkout;
use crate::files;
use crate::process::run;

pub(super) const ENTRIES: &[&str] = &[
    "index.d.ts",
    "slim.d.ts",
    "adapters/react/index.d.ts",
    "adapters/swr/index.d.ts",
    "adapters/tanstack-query/index.d.ts",
    "everfresh.devtools.d.ts",
    "server.d.ts",
];

/// What an application brings along, and public types may name.
const PEERS: &[&str] = &["react", "swr"];

/// Writes the declarations into `dist`.
pub(super) fn build(checkout: &Checkout, dist: &Path) -> Result<()> {
    let all = checkout.target("xtask/types");
    files::empty_folder(&all)?;
    run(checkout
        .npm_tool("tsc")
        .args(["--project", "pkg-template/tsconfig.json", "--noEmit", "false"])
        .args(["--declaration", "--emitDeclarationOnly", "--rootDir", ".", "--outDir"])
        .arg(&all))?;
    ship(&all.join("pkg-template/src"), dist)
}

/// Copies the entries and what they import, which has to be in `from` as they are.
fn ship(from: &Path, dist: &Path) -> Result<()> {
    let mut open: Vec<PathBuf> = ENTRIES.iter().map(PathBuf::from).collect();
    let mut seen = BTreeSet::new();
    while let Some(file) = open.pop() {
        if !seen.insert(file.clone()) {
            continue;
        }
        let text = fs::read_to_string(from.join(&file))
            .with_context(|| format!("the public types need {}, which has none", file.display()))?;
        let target = dist.join(&file);
        fs::create_dir_all(target.parent().unwrap_or(dist))?;
        fs::write(target, &text)?;
        for import in imports(&text).filter(|import| !PEERS.contains(import)) {
            ensure!(import.starts_with('.'), "{}: public types import the package {import}", file.display());
            open.push(resolve(&file, import).with_context(|| {
                format!("{}: public types import {import}, which the package doesn't ship", file.display())
            })?);
        }
    }
    Ok(())
}

/// What a declaration file imports: `from '…'` and `import('…')`.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    ["from ", "import(", "import "].into_iter().flat_map(move |word| text.split(word).skip(1)).filter_map(
        |rest| {
            let quote = rest.chars().next().filter(|&first| first == '\'' || first == '"')?;
            rest[1..].split_once(quote).map(|(import, _)| import)
        },
    )
}

/// The declaration file that `import` in `file` means; none if it is outside of the sources.
fn resolve(file: &Path, import: &str) -> Option<PathBuf> {
    let stem = import.strip_suffix(".js").unwrap_or(import);
    let declarations = format!("{stem}.d.ts");
    let mut path: Vec<Component<'_>> = file.parent()?.components().collect();
    for part in Path::new(&declarations).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(path.pop()?),
            part => path.push(part),
        }
    }
    Some(path.iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_form_of_import() {
        let text = "import type { A } from './a.js';\nexport * from \"./b.js\";\nimport './c.js';\n\
                    export declare function f(): import('./d.js').D; // from here\n";
        let mut found: Vec<&str> = imports(text).collect();
        found.sort_unstable();
        assert_eq!(found, ["./a.js", "./b.js", "./c.js", "./d.js"]);
    }

    #[test]
    fn an_import_is_resolved_from_its_file_and_not_out_of_the_sources() {
        assert_eq!(resolve(Path::new("index.d.ts"), "./types.js"), Some("types.d.ts".into()));
        assert_eq!(resolve(Path::new("a/b.d.ts"), "../c/d.js"), Some("c/d.d.ts".into()));
        assert_eq!(resolve(Path::new("a.d.ts"), "./b.c.js"), Some("b.c.d.ts".into()));
        assert_eq!(resolve(Path::new("a/b.d.ts"), "../../wasm/everfresh.js"), None);
    }
}
