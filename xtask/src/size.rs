//! `size`: how many bytes the package costs a page, and whether that is within the budget.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::build;
use crate::checkout::Checkout;
use crate::files::files_below;
use crate::process::capture;

/// The most that a file may have after brotli, in bytes. A page loads one of the first three, which load
/// the others once it has started.
const BUDGETS: [(&str, u64); 5] = [
    ("index.js", 6_144),
    ("slim.js", 6_144),
    ("everfresh.auto.js", 6_144),
    ("everfresh.engine.js", 6_144),
    ("everfresh.wasm", 49_152),
];

/// What is over its budget: what it may have until it is within, only ever to be lowered. It holds what has been
/// reached, and is no other budget.
const CEILINGS: [(&str, u64); 2] = [("everfresh.engine.js", 9_160), ("everfresh.wasm", 60_950)];

/// The sizes of a file in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the sizes; fails when one is over its budget, or over its ceiling where it has one.
pub(crate) fn run(checkout: &Checkout) -> Result<()> {
    build::package(checkout)?;
    let dist = checkout.path("pkg-template/dist");
    let files: Vec<PathBuf> = files_below(&dist)?.into_iter().filter(|file| !is_types(file)).collect();
    let printed = capture(checkout.command("node").arg("xtask/size.mjs").args(&files))?;
    let sizes = printed.lines().map(parse).collect::<Result<Vec<Size>>>()?;
    let names: Vec<String> = files.iter().map(|file| name_below(&dist, file)).collect();
    let named: Vec<(&str, Size)> = names.iter().map(String::as_str).zip(sizes).collect();

    println!("{:<20}{:>10}{:>10}{:>10}{:>10}", "file", "raw", "gzip -9", "brotli 11", "budget");
    for &(name, Size { raw, gzip, brotli }) in &named {
        let limit = budget(name).map(|limit| limit.to_string()).unwrap_or_default();
        println!("{name:<20}{raw:>10}{gzip:>10}{brotli:>10}{limit:>10}");
    }
    for (what, script) in [("npm", "index.js"), ("drop-in", "everfresh.auto.js")] {
        let total: u64 = named
            .iter()
            .filter(|(name, _)| [script, "everfresh.engine.js", "everfresh.wasm"].contains(name))
            .map(|(_, size)| size.brotli)
            .sum();
        println!("{what}: {script} + everfresh.engine.js + everfresh.wasm = {total} bytes brotli");
    }
    for &(name, Size { brotli, .. }) in &named {
        if let Some(over) =
            budget(name).and_then(|budget| brotli.checked_sub(budget)).filter(|over| *over > 0)
        {
            println!("{name} is {over} bytes over its budget");
        }
    }
    let problems = problems(&named);
    ensure!(problems.is_empty(), "{}", problems.join("; "));
    Ok(())
}

fn is_types(file: &Path) -> bool {
    file.to_string_lossy().ends_with(".d.ts")
}

fn name_below(folder: &Path, file: &Path) -> String {
    file.strip_prefix(folder).unwrap_or(file).to_string_lossy().into_owned()
}

fn budget(name: &str) -> Option<u64> {
    BUDGETS.iter().find(|(file, _)| *file == name).map(|&(_, limit)| limit)
}

/// The most that a file may have today.
fn limit(name: &str, budget: u64) -> u64 {
    CEILINGS.iter().find(|(file, _)| *file == name).map_or(budget, |&(_, ceiling)| ceiling)
}

/// Files over their limit, files with a budget that aren't there, and ceilings that are of no use any more.
fn problems(files: &[(&str, Size)]) -> Vec<String> {
    let mut problems = Vec::new();
    for (file, budget) in BUDGETS {
        match files.iter().find(|(name, _)| *name == file) {
            None => problems.push(format!("{file} is not in the package")),
            Some((_, Size { brotli, .. })) if *brotli > limit(file, budget) => {
                let limit = limit(file, budget);
                problems.push(format!("{file} is {} bytes over its limit of {limit}", brotli - limit));
            }
            Some((_, Size { brotli, .. })) if *brotli <= budget && limit(file, budget) > budget => {
                problems.push(format!("{file} is within its budget: its ceiling can go"));
            }
            Some(_) => {}
        }
    }
    problems
}

fn parse(line: &str) -> Result<Size> {
    let numbers = line.split(' ').map(str::parse).collect::<Result<Vec<u64>, _>>();
    match numbers.with_context(|| format!("not sizes: {line}"))?[..] {
        [raw, gzip, brotli] => Ok(Size { raw, gzip, brotli }),
        _ => bail!("not three sizes: {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_brotli(brotli: u64) -> Size {
        Size { raw: 2 * brotli, gzip: brotli, brotli }
    }

    #[test]
    fn what_is_at_its_budget_passes_and_a_byte_more_fails() {
        let at = BUDGETS.map(|(name, budget)| (name, with_brotli(limit(name, budget))));
        assert_eq!(problems(&at), Vec::<String>::new());
        let mut over = at;
        over[0].1 = with_brotli(6_145);
        assert_eq!(problems(&over), ["index.js is 1 bytes over its limit of 6144"]);
    }

    #[test]
    fn a_ceiling_above_what_is_reached_must_go() {
        for (name, ceiling) in CEILINGS {
            let at = BUDGETS.map(|(file, budget)| (file, with_brotli(if file == name { budget } else { 1 })));
            let found = problems(&at);
            assert!(found.contains(&format!("{name} is within its budget: its ceiling can go")), "{found:?}");
            assert!(BUDGETS.iter().any(|&(file, budget)| file == name && budget < ceiling), "{name}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_no_free_pass() {
        assert_eq!(problems(&[]).len(), BUDGETS.len());
    }

    #[test]
    fn reads_three_sizes() {
        assert_eq!(parse("9 5 4").expect("three numbers"), Size { raw: 9, gzip: 5, brotli: 4 });
        assert!(parse("9 5").is_err());
        assert!(parse("9 5 x").is_err());
    }
}
