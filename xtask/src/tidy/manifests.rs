//! Rules about manifests: who may depend on whom, one version, one wasm-bindgen.

use anyhow::{Context, Result};
use serde_json::Value;

use super::Source;
use crate::checkout::{Checkout, VERSION};
use crate::pack::VERSION_SLOT;
use crate::process::capture;
use crate::setup::bindgen::locked_version;

/// All that the core may depend on, its tests aside.
const CORE_MAY_USE: [&str; 2] = ["serde", "siphasher"];

/// The two halves never meet, and the core knows neither.
const NEVER: [(&str, &str); 14] = [
    ("everfresh", "everfresh-server"),
    ("everfresh", "everfresh-cli"),
    ("everfresh-server", "everfresh"),
    ("everfresh-server", "everfresh-cli"),
    ("everfresh-core", "everfresh"),
    ("everfresh-core", "everfresh-server"),
    ("everfresh", "everfresh-map"),
    ("everfresh-map", "everfresh"),
    ("everfresh-map", "everfresh-server"),
    ("everfresh-server", "everfresh-map"),
    ("everfresh", "everfresh-metrics"),
    ("everfresh-metrics", "everfresh"),
    ("everfresh-metrics", "everfresh-server"),
    ("everfresh-server", "everfresh-metrics"),
];

/// wasm-bindgen and what has to have its version.
const BINDGEN: [&str; 3] = ["wasm-bindgen", "wasm-bindgen-cli", "wasm-bindgen-cli-support"];

/// A dependency in a manifest.
struct Dependency {
    of: String,
    name: String,
    requirement: String,
    is_local: bool,
    /// Not for tests or build scripts only.
    ships: bool,
}

pub(super) fn check(checkout: &Checkout, sources: &[Source]) -> Result<Vec<String>> {
    let workspace = metadata(checkout, "Cargo.toml")?;
    let helper = metadata(checkout, "xtask/bindgen/Cargo.toml")?;
    let mut dependencies = dependencies(&workspace)?;
    let mut problems = directions(&dependencies);
    problems.extend(versions(&workspace, &dependencies));
    dependencies.extend(self::dependencies(&helper)?);
    problems.extend(bindgen(&dependencies));

    let text_of =
        |path: &str| sources.iter().find(|source| source.path == path).map(|source| source.text.as_str());
    problems.extend(locks(text_of("Cargo.lock"), text_of("xtask/bindgen/Cargo.lock")));
    problems.extend(npm(text_of("package.json"), text_of("pkg-template/package.json")));
    Ok(problems)
}

fn metadata(checkout: &Checkout, manifest: &str) -> Result<Value> {
    let args = ["metadata", "--format-version", "1", "--no-deps", "--manifest-path", manifest];
    let json = capture(checkout.cargo().args(args))?;
    serde_json::from_str(&json).context("cargo metadata is not JSON")
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn dependencies(metadata: &Value) -> Result<Vec<Dependency>> {
    let text = |value: &Value| value.as_str().map(str::to_owned).context("cargo metadata lacks a name");
    let mut found = Vec::new();
    for package in packages(metadata) {
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            found.push(Dependency {
                of: text(&package["name"])?,
                name: text(&dependency["name"])?,
                requirement: text(&dependency["req"])?,
                is_local: dependency["path"].is_string(),
                ships: dependency["kind"].is_null(),
            });
        }
    }
    Ok(found)
}

fn directions(dependencies: &[Dependency]) -> Vec<String> {
    let mut problems = Vec::new();
    for Dependency { of, name, ships, .. } in dependencies {
        if of == "everfresh-core" && *ships && !CORE_MAY_USE.contains(&name.as_str()) {
            problems
                .push(format!("everfresh-core depends on {name}; it may use {}", CORE_MAY_USE.join(", ")));
        }
        if NEVER.contains(&(of, name)) {
            problems.push(format!("{of} depends on {name}"));
        }
    }
    problems
}

fn versions(metadata: &Value, dependencies: &[Dependency]) -> Vec<String> {
    let mut problems = Vec::new();
    for package in packages(metadata).filter(|package| package["version"] != VERSION) {
        problems.push(format!("{} has version {}, not {VERSION}", package["name"], package["version"]));
    }
    let wanted = format!("^{VERSION}");
    // Without a version, a local dependency's requirement is `*`; such a crate could not be published.
    for Dependency { of, name, requirement, .. } in
        dependencies.iter().filter(|dependency| dependency.is_local && dependency.ships)
    {
        if *requirement != wanted {
            problems.push(format!("{of} wants {name} {requirement}, not {wanted}"));
        }
    }
    problems
}

fn bindgen(dependencies: &[Dependency]) -> Vec<String> {
    let pins = || dependencies.iter().filter(|dependency| BINDGEN.contains(&dependency.name.as_str()));
    let Some(first) = pins().find(|pin| pin.requirement.starts_with('=')) else {
        return vec!["wasm-bindgen is pinned nowhere".to_owned()];
    };
    pins()
        .filter(|pin| pin.requirement != first.requirement)
        .map(|pin| format!("{} wants {} {}, not {}", pin.of, pin.name, pin.requirement, first.requirement))
        .collect()
}

fn locks(workspace: Option<&str>, helper: Option<&str>) -> Option<String> {
    let ours = workspace.and_then(locked_version);
    let helpers = helper.and_then(locked_version);
    (ours.is_none() || ours != helpers)
        .then(|| format!("the lock files disagree about wasm-bindgen: {ours:?} and {helpers:?}"))
}

/// The one version goes into npm's manifest when it is packed, so none may be written anywhere.
fn npm(root: Option<&str>, template: Option<&str>) -> Vec<String> {
    let mut problems = Vec::new();
    if root.is_none_or(|root| root.contains("\"version\":")) {
        problems.push("package.json: it is there and has no version".to_owned());
    }
    if template.is_none_or(|template| template.matches(VERSION_SLOT).count() != 1) {
        problems.push(format!("pkg-template/package.json: it has {VERSION_SLOT}, which `pack` fills in"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn dependency(of: &str, name: &str, requirement: &str) -> Dependency {
        let (of, name, requirement) = (of.to_owned(), name.to_owned(), requirement.to_owned());
        Dependency { of, name, requirement, is_local: false, ships: true }
    }

    #[test]
    fn the_core_uses_only_what_is_listed() {
        let mut other = dependency("everfresh-core", "rand", "^1");
        assert_eq!(directions(&[dependency("everfresh-core", "serde", "^1")]), Vec::<String>::new());
        assert_eq!(directions(std::slice::from_ref(&other)).len(), 1);
        other.ships = false;
        assert_eq!(directions(&[other]), Vec::<String>::new());
    }

    #[test]
    fn the_halves_never_meet() {
        for (of, name) in NEVER {
            let found = directions(&[dependency(of, name, "^1")]);
            assert!(found.contains(&format!("{of} depends on {name}")), "{found:?}");
        }
        assert_eq!(
            directions(&[dependency("everfresh-cli", "everfresh-server", "^1")]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn everything_has_the_one_version() {
        let at = |version: &str| json!({ "packages": [{ "name": "a", "version": version }] });
        assert_eq!(versions(&at(VERSION), &[]), Vec::<String>::new());
        assert_eq!(versions(&at("9.9.9"), &[]).len(), 1);
        let local = |requirement: &str| [Dependency { is_local: true, ..dependency("a", "b", requirement) }];
        assert_eq!(versions(&at(VERSION), &local(&format!("^{VERSION}"))), Vec::<String>::new());
        assert_eq!(versions(&at(VERSION), &local("^9.9.9")).len(), 1);
        assert_eq!(versions(&at(VERSION), &local("*")).len(), 1);
    }

    #[test]
    fn wasm_bindgen_is_pinned_to_one_version() {
        let pins = |first: &str, second: &str| {
            bindgen(&[dependency("a", "wasm-bindgen", first), dependency("b", "wasm-bindgen-cli", second)])
                .len()
        };
        assert_eq!(pins("=0.2.130", "=0.2.130"), 0);
        assert_eq!(pins("=0.2.130", "=0.2.131"), 1);
        assert_eq!(pins("=0.2.130", "^0.2.130"), 1);
        assert_eq!(pins("^0.2.130", "^0.2.130"), 1);
    }

    #[test]
    fn the_lock_files_agree_about_wasm_bindgen() {
        let lock = |version: &str| format!("name = \"wasm-bindgen\"\nversion = \"{version}\"\n");
        assert_eq!(locks(Some(&lock("1")), Some(&lock("1"))), None);
        assert!(locks(Some(&lock("1")), Some(&lock("2"))).is_some());
        assert!(locks(None, None).is_some());
    }

    #[test]
    fn npm_manifests_name_no_version() {
        let template = format!("{{ {VERSION_SLOT} }}");
        assert_eq!(npm(Some("{}"), Some(&template)), Vec::<String>::new());
        assert_eq!(npm(Some("{ \"version\": \"1\" }"), Some("{}")).len(), 2);
        assert_eq!(npm(None, None).len(), 2);
    }
}
