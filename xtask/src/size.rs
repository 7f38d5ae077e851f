//! `size`: how many bytes the package costs a page, and whether that is within the budget.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::build;
use crate::checkout::Checkout;
use crate::files::files_below;
use crate::process::capture;

/// The most that a file may have after brotli, in bytes. A page loads one of the first two, which load
/// the engine and the wasm once it has started, and the rest where it is wanted.
const BUDGETS: [(&str, u64); 13] = [
    ("index.js", 6_144),
    ("slim.js", 6_144),
    ("everfresh.engine.js", 6_144),
    (WASM, 49_152),
    ("everfresh.prefetch.js", 3_072),
    ("everfresh.push.js", 3_072),
    ("everfresh.flags.js", 3_072),
    // With the charts inside.
    ("everfresh.dashboard.js", 30_720),
    ("everfresh.devtools.js", 30_720),
    // With its wasm inside.
    ("everfresh.metrics.js", 36_864),
    ("react.js", 3_072),
    ("swr.js", 2_048),
    ("tanstack-query.js", 2_048),
];

/// What is over its budget: what it may have until it is within. It holds what has been reached, and is no other budget:
/// a change that raises it says what the bytes are for.
const CEILINGS: [(&str, u64); 2] = [("everfresh.engine.js", 17_900), (WASM, 90_700)];

/// What stands in for `fetch` in the drop-in scripts, and their attributes.
const DROP_IN: u64 = 6_144;

/// The drop-in scripts, and what is bundled into them: they may have what their parts may have together.
const BUNDLES: [(&str, &[&str]); 2] = [
    ("everfresh.auto.js", &["everfresh.engine.js", "everfresh.prefetch.js"]),
    ("everfresh.auto.single.js", &["everfresh.engine.js", "everfresh.prefetch.js", WASM]),
];

const WASM: &str = "everfresh.wasm";

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

    println!("{:<26}{:>10}{:>10}{:>10}{:>10}", "file", "raw", "gzip -9", "brotli 11", "budget");
    for &(name, Size { raw, gzip, brotli }) in &named {
        let limit = budget(name).map(|limit| limit.to_string()).unwrap_or_default();
        println!("{name:<26}{raw:>10}{gzip:>10}{brotli:>10}{limit:>10}");
    }
    let pages: [(&str, &[&str]); 3] = [
        ("npm", &["index.js", "everfresh.engine.js", WASM]),
        ("drop-in", &["everfresh.auto.js", WASM]),
        ("drop-in in one file", &["everfresh.auto.single.js"]),
    ];
    for (what, loads) in pages {
        let total: u64 =
            named.iter().filter(|(name, _)| loads.contains(name)).map(|(_, size)| size.brotli).sum();
        println!("{what}: {} = {total} bytes brotli", loads.join(" + "));
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

/// The most that a file may have; none, if that is not decided.
fn budget(name: &str) -> Option<u64> {
    let own = BUDGETS.iter().find(|(file, _)| *file == name).map(|&(_, budget)| budget);
    own.or_else(|| bundled(name, budget))
}

/// The most that a file may have today.
fn limit(name: &str) -> Option<u64> {
    let ceiling = CEILINGS.iter().find(|(file, _)| *file == name).map(|&(_, ceiling)| ceiling);
    ceiling.or_else(|| bundled(name, limit)).or_else(|| budget(name))
}

/// The sum over the parts of a drop-in script.
fn bundled(name: &str, of: fn(&str) -> Option<u64>) -> Option<u64> {
    let (_, parts) = BUNDLES.iter().find(|(file, _)| *file == name)?;
    let mut sum = DROP_IN;
    for part in *parts {
        // In a script, bytes are written in base64.
        sum += if *part == WASM { of(part)? * 4 / 3 } else { of(part)? };
    }
    Some(sum)
}

/// Files over their limit, files with a limit that aren't there, and ceilings that are of no use any more.
fn problems(files: &[(&str, Size)]) -> Vec<String> {
    let mut problems = Vec::new();
    let names = BUDGETS.map(|(name, _)| name).into_iter().chain(BUNDLES.map(|(name, _)| name));
    for (file, limit) in names.filter_map(|name| Some((name, limit(name)?))) {
        match files.iter().find(|(name, _)| *name == file) {
            None => problems.push(format!("{file} is not in the package")),
            Some((_, Size { brotli, .. })) if *brotli > limit => {
                problems.push(format!("{file} is {} bytes over its limit of {limit}", brotli - limit));
            }
            Some((_, Size { brotli, .. })) if has_ceiling(file) && Some(*brotli) <= budget(file) => {
                problems.push(format!("{file} is within its budget: its ceiling can go"));
            }
            Some(_) => {}
        }
    }
    problems
}

fn has_ceiling(name: &str) -> bool {
    CEILINGS.iter().any(|(file, _)| *file == name)
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

    /// Each file that has a limit, at its limit.
    fn at_limits() -> Vec<(&'static str, Size)> {
        let names = BUDGETS.map(|(name, _)| name).into_iter().chain(BUNDLES.map(|(name, _)| name));
        names.map(|name| (name, with_brotli(limit(name).expect("decided")))).collect()
    }

    #[test]
    fn what_is_at_its_limit_passes_and_a_byte_more_fails() {
        assert_eq!(problems(&at_limits()), Vec::<String>::new());
        for (index, (name, Size { brotli, .. })) in at_limits().into_iter().enumerate() {
            let mut over = at_limits();
            over[index].1 = with_brotli(brotli + 1);
            assert_eq!(problems(&over), [format!("{name} is 1 bytes over its limit of {brotli}")]);
        }
    }

    #[test]
    fn what_is_bundled_has_the_sum_of_its_parts() {
        let sum = DROP_IN + 3_072 + limit("everfresh.engine.js").expect("decided");
        assert_eq!(limit("everfresh.auto.js"), Some(sum));
        assert_eq!(limit("everfresh.auto.single.js"), Some(sum + limit(WASM).expect("decided") * 4 / 3));
        assert_eq!(limit("README.md"), None);
    }

    #[test]
    fn a_ceiling_above_what_is_reached_must_go() {
        for (name, ceiling) in CEILINGS {
            let budget = budget(name).expect("decided");
            assert!(budget < ceiling, "{name}");
            let mut files = at_limits();
            files.retain(|(file, _)| *file != name);
            files.push((name, with_brotli(budget)));
            assert_eq!(problems(&files), [format!("{name} is within its budget: its ceiling can go")]);
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_no_free_pass() {
        assert_eq!(problems(&[]).len(), BUDGETS.len() + BUNDLES.len());
    }

    #[test]
    fn reads_three_sizes() {
        assert_eq!(parse("9 5 4").expect("three numbers"), Size { raw: 9, gzip: 5, brotli: 4 });
        assert!(parse("9 5").is_err());
        assert!(parse("9 5 x").is_err());
    }
}
