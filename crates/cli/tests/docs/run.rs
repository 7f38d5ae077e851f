//! Running a page.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::page::blocks;
use super::ports::Ports;
use super::repository;
use super::script::{PRELUDE, script};

/// `everfresh` with its defaults said, so that they become free ports too.
const EVERFRESH: &str = r#"#!/bin/sh
case " $* " in
    *" --port "* | *" --url "*) ;;
    " demo "*) set -- "$@" --port 4173 ;;
    " proxy "*) set -- "$@" --port 4180 ;;
    " load "* | " warm "*) set -- "$@" --url http://127.0.0.1:4173 ;;
esac
"#;

/// Runs a page of the repository.
#[track_caller]
pub(crate) fn check(path: &str) {
    if let Err(report) = run(path, &repository::read(path)) {
        panic!("\n{report}");
    }
}

/// Runs a page; what it printed is the error where it fails.
fn run(path: &str, markdown: &str) -> Result<String, String> {
    let mut ports = Ports::default();
    let dir = TempDir::new().unwrap();
    let place = |name: &str| dir.path().join(name);
    for folder in ["bin", "logs", "page"] {
        fs::create_dir(place(folder)).unwrap();
    }
    let program = ports.replace(EVERFRESH) + "exec '" + env!("CARGO_BIN_EXE_everfresh") + "' \"$@\"\n";
    fs::write(place("bin/everfresh"), program).unwrap();
    fs::set_permissions(place("bin/everfresh"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(place("prelude.sh"), PRELUDE).unwrap();
    fs::write(place("script.sh"), ports.replace(&script(&blocks(markdown)))).unwrap();

    let path_variable = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .arg(place("prelude.sh"))
        .current_dir(place("page"))
        .env_clear()
        .env("PATH", format!("{}:{path_variable}", place("bin").display()))
        .env("HOME", dir.path())
        .env("LANG", "C.UTF-8")
        .env("page", path)
        .env("script", place("script.sh"))
        .env("logs", place("logs"))
        // What a page has to be quicker than, where it says so: here nothing depends on how busy the machine is.
        .env("SLOWEST", "600000")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let [printed, complaints] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    if output.status.success() {
        return Ok(printed.into_owned());
    }
    Err(format!("{printed}\n{complaints}\n{}", logs(&place("logs"))))
}

/// What servers have printed last.
fn logs(folder: &Path) -> String {
    let mut told = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let log = fs::read_to_string(&path).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines[lines.len().saturating_sub(10)..].join("\n");
        told +=
            &format!("--- the server of line {}, at last:\n{last}\n", path.file_name().unwrap().display());
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blocks_of_a_page_are_one_session() {
        let page = "```text file=a.txt\nfrom $HOME\n```\n\n```sh run\nname=value\ncd ..\n```\n\n```sh run\necho $name\ncat page/a.txt\n```\n";
        assert_eq!(run("a.md", page), Ok("value\nfrom $HOME\n".to_owned()));
    }

    #[test]
    fn a_command_that_fails_is_told_with_its_line_and_what_was_printed() {
        let page = "# A\n\n```sh run\necho before\nls /no-such-file\necho after\n```\n";
        let report = run("docs/a.md", page).unwrap_err();
        assert!(report.contains("docs/a.md:5: ended with 2: ls /no-such-file"), "{report}");
        assert!(report.contains("before\n") && report.contains("No such file"), "{report}");
        assert!(!report.contains("after"), "{report}");
    }

    #[test]
    fn a_failure_is_seen_wherever_it_is() {
        for line in [
            "false | cat",
            "a=$(false; true)",
            "(false; true)",
            "for a in 1; do false; done",
            "f() { false; true; }; f",
        ] {
            let report = run("a.md", &format!("```sh run\n{line}\n```\n")).unwrap_err();
            assert!(report.contains("a.md:2: "), "{line}: {report}");
        }
    }

    #[test]
    fn a_block_that_has_to_fail_must() {
        let page = |code: u8| {
            format!("```sh run exit=3\ntrue\n(exit {code})\ntrue\n```\n\n```sh run\necho on\n```\n")
        };
        assert_eq!(run("a.md", &page(3)), Ok("on\n".to_owned()));
        for code in [0, 1] {
            let report = run("a.md", &page(code)).unwrap_err();
            assert!(report.contains(&format!("a.md:1: ended with {code} instead of 3")), "{report}");
        }
    }

    #[test]
    fn a_server_is_waited_for_and_stopped_in_the_end() {
        let page = "```sh run server\neverfresh demo\n```\n\n```sh run\ncurl -sS --fail http://127.0.0.1:4173/_demo/state -o state.json\necho 127.0.0.1:4173\n```\n";
        let address = run("a.md", page).unwrap();
        let address = address.trim();
        assert_ne!(address, "127.0.0.1:4173");
        assert!(std::net::TcpStream::connect(address).is_err(), "something listens on {address}");
    }

    #[test]
    fn a_server_that_does_not_start_is_told() {
        let report = run("a.md", "```sh run server\neverfresh demo --config none.json\n```\n").unwrap_err();
        assert!(report.contains("a.md:1: it does not listen"), "{report}");
        assert!(report.contains("none.json"), "{report}");
    }
}
