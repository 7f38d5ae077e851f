//! Every command in the documentation, run as it is written there.
//!
//! A block of shell commands says behind its language what becomes of it; readers don't see that:
//!
//! | after the fence | |
//! | --- | --- |
//! | `sh run` | run; a command that fails fails the test |
//! | `sh run exit=1` | run; it has to end with this code |
//! | `sh run server` | one command, `everfresh demo`, `everfresh proxy` or `redis-server`, that goes on; waited for until it listens |
//! | `sh not run: why` | not run, for this reason |
//! | `json file=a.json` | in any language but `sh`: written to this file |
//!
//! A block that says nothing is an error. The blocks of a page are one `bash` script, in an empty folder of its own, with
//! `everfresh`, `curl` and `jq`; the ports that they name, and those that are the commands' defaults, become free ones. A
//! page by itself: `cargo test -p everfresh-cli --test docs load`.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod links;
mod options;
mod page;
mod ports;
mod repository;
mod rules;
mod run;
mod script;

/// A test for each page that has commands.
macro_rules! pages {
    ($($name:ident: $path:literal,)*) => {
        const PAGES: &[&str] = &[$($path),*];
        $(#[test]
        fn $name() {
            run::check($path);
        })*
    };
}

pages! {
    analyze: "docs/analyze.md",
    dashboards: "docs/dashboards.md",
    flags: "docs/flags.md",
    load: "docs/load.md",
    rollout: "docs/rollout.md",
    server: "docs/server.md",
    troubleshooting: "docs/troubleshooting.md",
}

#[test]
fn every_block_of_commands_is_run_or_says_why_not() {
    let mut problems = Vec::new();
    for path in repository::pages() {
        let blocks = page::blocks(&repository::read(&path));
        problems.extend(
            blocks.iter().filter_map(|block| Some(format!("{path}:{}: {}", block.line, block.problem()?))),
        );
        let runs = blocks.iter().any(|block| block.runs());
        if runs != PAGES.contains(&path.as_str()) {
            problems.push(format!(
                "{path}: pages! of crates/cli/tests/docs/main.rs names it if it has commands to run"
            ));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
