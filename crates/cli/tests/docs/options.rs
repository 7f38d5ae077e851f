//! Commands that are named within the text have the options that are named with them.

use std::process::Command;

use pulldown_cmark::{Event, Parser};

use super::repository;

/// Where the tasks are listed.
const TASKS: &str = include_str!("../../../../xtask/src/main.rs");

/// The first task, or option of one, that there is not.
fn unknown_task(command: &str) -> Option<&str> {
    let mut words = command.trim_start_matches("cargo xtask").split_whitespace();
    let task = words.next()?;
    let listed = TASKS.split("\n  ").find(|line| line.split_whitespace().next() == Some(task));
    if listed.is_none() {
        return Some(task);
    }
    let knows = |option: &str| TASKS.split([' ', '[', ']']).any(|word| word == option);
    words.filter(|word| word.starts_with("--")).find(|option| !knows(option))
}

/// The first option that the command has not.
fn unknown(command: &str) -> Option<String> {
    let mut words = command.split_whitespace();
    let name = words.by_ref().nth(1)?;
    let help = Command::new(env!("CARGO_BIN_EXE_everfresh")).args([name, "--help"]).output().unwrap();
    if !help.status.success() {
        return Some(name.to_owned());
    }
    let help = String::from_utf8(help.stdout).unwrap();
    let knows = |option: &str| help.split([' ', '\n', '=', ',']).any(|word| word == option);
    let options =
        words.filter(|word| word.starts_with("--")).map(|word| word.split('=').next().unwrap_or(word));
    options.map(str::to_owned).find(|option| !knows(option))
}

#[test]
fn options_that_are_named_in_the_text_are_known() {
    let mut found = 0;
    // What has changed was so once.
    for path in repository::pages().into_iter().filter(|path| path != "CHANGELOG.md") {
        for event in Parser::new(&repository::read(&path)) {
            let Event::Code(code) = event else { continue };
            // With a colon after it, it is what a server prints.
            if code.starts_with("everfresh ") && !code.contains(": ") {
                assert_eq!(unknown(&code), None, "{path}: `{code}`");
                found += 1;
            }
            if code.starts_with("cargo xtask ") && *code != *"cargo xtask help" {
                assert_eq!(unknown_task(&code), None, "{path}: `{code}`");
                found += 1;
            }
        }
    }
    assert!(found >= 20, "{found} commands");
}

#[test]
fn what_is_unknown_is_found() {
    assert_eq!(unknown("everfresh demo --no-push --port=1"), None);
    assert_eq!(unknown("everfresh demo --no-pull"), Some("--no-pull".to_owned()));
    assert_eq!(unknown("everfresh serve"), Some("serve".to_owned()));
    assert_eq!(unknown_task("cargo xtask test --only host,node"), None);
    assert_eq!(unknown_task("cargo xtask tests"), Some("tests"));
    assert_eq!(unknown_task("cargo xtask sim --seed 1"), Some("--seed"));
}
