//! Rules about tests: none is switched off, none checks nothing.

use super::Source;

// Put together here, so that this file does not break its own rules.
const IGNORED: &str = concat!("#[ig", "nore");
const RUST_TESTS: [&str; 2] = [concat!("#[te", "st]"), concat!("#[wasm_bindgen_", "test")];
const SWITCHES: [&str; 4] = [".skip(", ".only(", ".todo(", "skip:"];

pub(super) fn check(source: &Source) -> Vec<String> {
    match source.extension() {
        "rs" => rust(source),
        _ if is_node_test(source) => node(source),
        _ => Vec::new(),
    }
}

fn rust(source: &Source) -> Vec<String> {
    let mut problems = source.at_lines("a test that is switched off", |line| line.contains(IGNORED));
    if RUST_TESTS.iter().any(|test| source.text.contains(test)) {
        problems.extend(unchecked(source));
    }
    problems
}

fn node(source: &Source) -> Vec<String> {
    let switched = |line: &str| SWITCHES.iter().any(|switch| line.contains(switch));
    let mut problems = source.at_lines("a test that is switched off, or switches others off", switched);
    problems.extend(unchecked(source));
    problems
}

fn is_node_test(source: &Source) -> bool {
    source.path.ends_with(".test.mjs")
}

/// A file of tests without any assertion; `check` and `expect` begin the names of helpers that assert.
fn unchecked(source: &Source) -> Option<String> {
    let asserts = ["assert", "check", "expect"].iter().any(|word| source.text.contains(word));
    (!asserts).then(|| format!("{}: its tests assert nothing", source.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source;

    #[test]
    fn a_rust_test_that_is_switched_off_is_found() {
        let text = format!("{}\n{IGNORED}]\nfn a() {{ assert!(true) }}", RUST_TESTS[0]);
        assert_eq!(check(&source("src/a.rs", &text)), ["src/a.rs:2: a test that is switched off"]);
    }

    #[test]
    fn a_node_test_that_is_switched_off_is_found() {
        for switch in SWITCHES {
            let found =
                check(&source("tests/e2e/a.test.mjs", &format!("import assert from 'x';\ntest{switch}")));
            assert_eq!(found.len(), 1, "{switch}");
            assert!(found[0].starts_with("tests/e2e/a.test.mjs:2:"), "{found:?}");
            assert_eq!(check(&source("src/a.rs", &format!("list{switch}1)"))), Vec::<String>::new());
        }
    }

    #[test]
    fn a_file_whose_tests_assert_nothing_is_found() {
        for test in RUST_TESTS {
            let text = format!("{test}\nfn a() {{ run(); }}");
            assert_eq!(check(&source("src/a.rs", &text)), ["src/a.rs: its tests assert nothing"]);
            let text = text.replace("run()", "assert!(run())");
            assert_eq!(check(&source("src/a.rs", &text)), Vec::<String>::new());
        }
        let found = check(&source("tests/node/a.test.mjs", "test('P1: a', () => {});"));
        assert_eq!(found, ["tests/node/a.test.mjs: its tests assert nothing"]);
    }
}
