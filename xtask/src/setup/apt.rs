//! Programs that Debian packages.

use anyhow::{Context, Result, bail, ensure};

use super::find_program;
use crate::checkout::Checkout;
use crate::process::run;

/// Something to be found in PATH under one of several names, and the Debian packages that have it.
pub(super) struct Need {
    pub(super) what: &'static str,
    pub(super) programs: &'static [&'static str],
    pub(super) packages: &'static [&'static str],
}

/// Installs what of these isn't there.
pub(super) fn ensure(checkout: &Checkout, needs: &[&Need]) -> Result<()> {
    let missing: Vec<&Need> =
        needs.iter().copied().filter(|need| find_program(need.programs).is_none()).collect();
    if missing.is_empty() { Ok(()) } else { install(checkout, &missing) }
}

fn install(checkout: &Checkout, needs: &[&Need]) -> Result<()> {
    let what = needs.iter().map(|need| need.what).collect::<Vec<_>>().join(", ");
    let packages: Vec<&str> = needs.iter().flat_map(|need| need.packages).copied().collect();
    let by_hand = format!("install the packages {}", packages.join(" "));
    ensure!(find_program(&["apt-get"]).is_some(), "missing: {what}; there is no apt-get here: {by_hand}");
    ensure!(rustix::process::geteuid().is_root(), "missing: {what}; as root, {by_hand}");
    let apt = || {
        let mut command = checkout.command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
        command
    };
    run(apt().arg("update"))
        .and_then(|()| run(apt().args(["install", "-y", "--no-install-recommends"]).args(&packages)))
        .with_context(|| format!("missing and can't be installed: {what}"))?;
    if let Some(need) = needs.iter().find(|need| find_program(need.programs).is_none()) {
        bail!("{} is missing even after its package was installed", need.what);
    }
    Ok(())
}
