//! `tidy`: the conventions of `ARCHITECTURE.md` that a machine can check.

mod imports;
mod manifests;
mod test_files;
mod text;

use std::fs;

use anyhow::{Context, Result, bail};

use crate::checkout::Checkout;
use crate::docs;
use crate::process::capture;

/// A text file of the repository.
#[derive(Clone)]
struct Source {
    /// From the root, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Whether it is JavaScript or TypeScript.
    fn is_script(&self) -> bool {
        matches!(self.extension(), "js" | "mjs" | "ts" | "tsx")
    }

    /// A problem at each line of which `found` is true.
    fn at_lines(&self, what: &str, found: impl Fn(&str) -> bool) -> Vec<String> {
        let lines = self.text.lines().enumerate().filter(|(_, line)| found(line));
        lines.map(|(index, _)| format!("{}:{}: {what}", self.path, index + 1)).collect()
    }
}

/// Prints every breach and fails if there is one.
pub(crate) fn run(checkout: &Checkout) -> Result<()> {
    let sources = sources(checkout)?;
    let mut problems = manifests::check(checkout, &sources)?;
    for source in &sources {
        problems.extend(text::check(source));
        problems.extend(test_files::check(source));
    }
    problems.extend(imports::check(&sources));
    problems.extend(docs::check(checkout)?);
    if problems.is_empty() {
        println!("tidy: {} files, no problem", sources.len());
        return Ok(());
    }
    for problem in &problems {
        println!("{problem}");
    }
    bail!("tidy: {} problems", problems.len());
}

/// The text files that are in the repository or would be with the next commit.
fn sources(checkout: &Checkout) -> Result<Vec<Source>> {
    let listed = capture(checkout.command("git").args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut sources = Vec::new();
    for path in listed.split_terminator('\0') {
        let file = checkout.path(path);
        // Listed, but removed without a commit yet.
        if !file.is_file() {
            continue;
        }
        let bytes = fs::read(&file).with_context(|| format!("can't read {path}"))?;
        // What is not UTF-8 is an image or the like.
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source { path: path.to_owned(), text });
        }
    }
    Ok(sources)
}

#[cfg(test)]
fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}
