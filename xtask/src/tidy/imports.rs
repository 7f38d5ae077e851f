//! Which part may import which.

use std::collections::BTreeSet;

use super::Source;

/// What the scripts below a folder may import.
struct Rule {
    folder: &'static str,
    /// Beginnings of paths from the root, and names of packages.
    allowed: &'static [&'static str],
}

/// The first rule whose folder fits counts.
const RULES: [Rule; 6] = [
    Rule { folder: "pkg-template/src/adapters/", allowed: &["pkg-template/src/", "react", "swr"] },
    Rule { folder: "pkg-template/src/devtools/", allowed: &["pkg-template/src/", "preact", "uplot"] },
    // Nothing of the browser's half.
    Rule {
        folder: "pkg-template/src/server/",
        allowed: &[
            "pkg-template/src/errors.js",
            "pkg-template/src/options.js",
            "pkg-template/src/rules.js",
            "pkg-template/src/server/",
            "pkg-template/src/target.js",
            "pkg-template/src/version.js",
            "pkg-template/wasm/server/",
        ],
    },
    Rule { folder: "pkg-template/src/", allowed: &["pkg-template/src/", "pkg-template/wasm/", "src/host/"] },
    Rule { folder: "src/host/", allowed: &["src/host/"] },
    Rule { folder: "www/", allowed: &["www/", "everfresh"] },
];

/// Neighbours that never import each other, although a rule above allows their parent.
const STRANGERS: [&str; 2] = ["pkg-template/src/adapters/", "pkg-template/src/devtools/"];

const ENGINE: &str = "crates/core/src/engine/";
const WASM_SUPPORT: &str = "tests/support/mod.rs";

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let mut problems: Vec<String> =
        sources.iter().filter(|source| source.is_script()).flat_map(script).collect();
    problems.extend(flows(sources));
    problems.extend(pure_core(sources));
    problems.extend(unnamed_modules(sources));
    problems
}

fn script(source: &Source) -> Vec<String> {
    let Some(rule) = RULES.iter().find(|rule| source.path.starts_with(rule.folder)) else {
        return Vec::new();
    };
    let is_allowed = |import: &str| {
        let target = resolve(&source.path, import);
        let stranger =
            STRANGERS.iter().any(|folder| target.starts_with(folder) && !source.path.starts_with(folder));
        let inside = STRANGERS.iter().any(|folder| source.path.starts_with(folder));
        // The entry points may import a stranger; a stranger may not import another.
        let allowed = rule.allowed.iter().any(|allowed| {
            target == *allowed
                || target.starts_with(allowed)
                    && (allowed.ends_with('/') || target[allowed.len()..].starts_with('/'))
        });
        allowed && !(inside && stranger)
    };
    source.at_lines(&format!("imports what {} may not", rule.folder), |line| !imports(line).all(is_allowed))
}

/// What a line imports, types included.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    ["from ", "import(", "import "].into_iter().flat_map(move |word| line.split(word).skip(1)).filter_map(
        |rest| {
            let quote = rest.chars().next().filter(|&first| first == '\'' || first == '"')?;
            rest[1..].split_once(quote).map(|(import, _)| import)
        },
    )
}

/// The path from the root of what `import` in `file` means; the name, if it is that of a package.
fn resolve(file: &str, import: &str) -> String {
    if !import.starts_with('.') {
        return import.to_owned();
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The engine's flows, the files with an `impl Engine`, speak through its state and effects, not to each other.
fn flows(sources: &[Source]) -> Vec<String> {
    let files = || {
        sources.iter().filter_map(|source| {
            let name = source.path.strip_prefix(ENGINE)?.strip_suffix(".rs")?;
            (name != "mod" && !name.contains('/') && source.text.contains("impl Engine"))
                .then_some((name, source))
        })
    };
    let names: BTreeSet<&str> = files().map(|(name, _)| name).collect();
    let mut problems = Vec::new();
    for (name, source) in files() {
        for other in names.iter().filter(|other| **other != name) {
            problems.extend(source.at_lines(&format!("the flow {name} imports the flow {other}"), |line| {
                ["super::", "engine::"].iter().any(|module| {
                    line.split(module).skip(1).any(|rest| {
                        rest.strip_prefix(*other)
                            .is_some_and(|rest| rest.starts_with("::") || rest.starts_with(';'))
                    })
                })
            }));
        }
    }
    problems
}

/// Without std there is no clock, no randomness and no I/O to reach for.
fn pure_core(sources: &[Source]) -> Option<String> {
    let core = sources.iter().find(|source| source.path == "crates/core/src/lib.rs");
    let pure = core.is_some_and(|core| {
        ["#![no_std]", "#![forbid(unsafe_code)]"]
            .iter()
            .all(|line| core.text.lines().any(|found| found == *line))
    });
    (!pure).then(|| "crates/core/src/lib.rs: the core is no_std and forbids unsafe code".to_owned())
}

/// The wasm tests get the modules that are named to them; one that is missing hangs every page.
fn unnamed_modules(sources: &[Source]) -> Vec<String> {
    let support = sources.iter().find(|source| source.path == WASM_SUPPORT).map_or("", |source| &source.text);
    let modules = sources.iter().filter(|source| {
        source.path.starts_with("src/host/") && source.extension() == "js" && !support.contains(&source.path)
    });
    modules.map(|module| format!("{WASM_SUPPORT}: does not name {}", module.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source;

    fn check_script(path: &str, import: &str) -> usize {
        script(&source(path, &format!("// first\nimport {{ a }} from '{import}';\n"))).len()
    }

    #[test]
    fn scripts_import_only_what_their_place_allows() {
        let allowed = [
            ("www/studio/editor.js", "../shared/dom.js"),
            ("www/studio/editor.js", "everfresh"),
            ("pkg-template/src/load.ts", "../wasm/everfresh.js"),
            ("pkg-template/src/load.ts", "../../src/host/proxy.js"),
            ("pkg-template/src/react.ts", "./adapters/react/index.js"),
            ("pkg-template/src/adapters/react/index.ts", "react"),
            ("pkg-template/src/adapters/react/index.ts", "../../client.js"),
            ("pkg-template/src/server/core.ts", "../../wasm/server/everfresh.js"),
            ("pkg-template/src/server/redis.ts", "../errors.js"),
            ("src/host/proxy.js", "./answer.js"),
            ("tests/e2e/a.test.mjs", "selenium-webdriver"),
        ];
        for (path, import) in allowed {
            assert_eq!(check_script(path, import), 0, "{path} imports {import}");
        }
        let forbidden = [
            ("www/studio/editor.js", "../../pkg-template/src/index.js"),
            ("www/studio/editor.js", "everfresh-other"),
            ("pkg-template/src/load.ts", "left-pad"),
            ("pkg-template/src/adapters/react/index.ts", "../../../wasm/everfresh.js"),
            ("pkg-template/src/adapters/react/index.ts", "../../devtools/index.js"),
            ("pkg-template/src/devtools/index.ts", "../adapters/react/index.js"),
            ("pkg-template/src/server/core.ts", "../../wasm/everfresh.js"),
            ("pkg-template/src/server/redis.ts", "../cache.js"),
            ("pkg-template/src/server/redis.ts", "ioredis"),
            ("src/host/proxy.js", "../../pkg-template/src/index.js"),
        ];
        for (path, import) in forbidden {
            assert_eq!(check_script(path, import), 1, "{path} imports {import}");
        }
    }

    #[test]
    fn each_form_of_import_is_seen() {
        for line in ["import 'x';", "export * from \"x\";", "await import('x')", "@type {import('x').Y}"] {
            assert_eq!(imports(line).collect::<Vec<_>>(), ["x"], "{line}");
        }
    }

    #[test]
    fn a_flow_may_import_what_is_shared_and_no_other_flow() {
        let file = |name: &str, text: &str| source(&format!("{ENGINE}{name}.rs"), text);
        let shared = file("effect", "pub enum Effect {}");
        let read = file("read", "use super::effect::Effect;\nimpl Engine {}");
        let respond = file("respond", "use super::read::Reading;\nimpl Engine {}");
        let module = file("mod", "mod read;\nuse self::read::Reading;\nimpl Engine {}");
        let found = flows(&[shared, read, respond, module]);
        assert_eq!(found, ["crates/core/src/engine/respond.rs:1: the flow respond imports the flow read"]);
    }

    #[test]
    fn the_core_has_no_std() {
        let core = |text: &str| [source("crates/core/src/lib.rs", text)];
        assert_eq!(pure_core(&core("#![no_std]\n#![forbid(unsafe_code)]\n")), None);
        assert!(pure_core(&core("#![no_std]\n")).is_some());
        assert!(pure_core(&[]).is_some());
    }

    #[test]
    fn every_module_is_named_to_the_wasm_tests() {
        let modules =
            [source("src/host/a.js", ""), source("src/host/b.js", ""), source("src/host/c.d.ts", "")];
        let support = source(WASM_SUPPORT, "\"/src/host/a.js\" A;");
        let found = unnamed_modules(&[modules.to_vec(), vec![support]].concat());
        assert_eq!(found, ["tests/support/mod.rs: does not name src/host/b.js"]);
    }
}
