//! Node, npm and the development tools in `node_modules`.

use anyhow::{Context, Result, ensure};

use crate::checkout::Checkout;
use crate::files::{Stamp, fingerprint};
use crate::process::{capture, run};

const OLDEST_NODE: u32 = 20;

/// Installs what `package-lock.json` names, unless that was done already.
pub(crate) fn ensure(checkout: &Checkout) -> Result<()> {
    install(checkout, "")
}

/// The same for what the benchmark alone needs.
pub(crate) fn ensure_peers(checkout: &Checkout) -> Result<()> {
    install(checkout, "bench/")
}

/// Installs into a folder of the checkout, whose path ends with `/` where it is not the root.
fn install(checkout: &Checkout, folder: &str) -> Result<()> {
    let path = |name: &str| checkout.path(&format!("{folder}{name}"));
    let version = capture(checkout.command("node").arg("--version"))
        .with_context(|| format!("Node is missing: install Node {OLDEST_NODE} or later"))?;
    ensure!(
        major(&version).is_some_and(|major| major >= OLDEST_NODE),
        "Node {} is too old: install Node {OLDEST_NODE} or later",
        version.trim()
    );
    let inputs = [path("package.json"), path("package-lock.json")];
    // Inside node_modules, so that removing that folder removes the stamp too.
    let stamp = Stamp::new(path("node_modules/.everfresh"), fingerprint(&inputs)?);
    if !stamp.holds(&[]) {
        run(checkout.command("npm").current_dir(path("")).args(["ci", "--no-audit", "--no-fund"]))
            .with_context(|| {
                format!("the npm packages of {folder}package-lock.json are missing and can't be installed")
            })?;
        stamp.set()?;
    }
    Ok(())
}

/// The first number of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version_of_node() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20"), None);
    }
}
