//! `docs`: the documents that are made from what they describe.

use std::fs;

use anyhow::{Context, Result};

use crate::checkout::Checkout;
use crate::process::capture;

/// Made from the schema of the rules document.
const CONFIGURATION: &str = "docs/configuration.md";

/// Makes them anew.
pub(crate) fn run(checkout: &Checkout) -> Result<()> {
    let text = configuration(checkout)?;
    fs::write(checkout.path(CONFIGURATION), text).with_context(|| format!("can't write {CONFIGURATION}"))?;
    println!("{CONFIGURATION}");
    Ok(())
}

/// What is not as it would be made now.
pub(crate) fn check(checkout: &Checkout) -> Result<Vec<String>> {
    let there = fs::read_to_string(checkout.path(CONFIGURATION)).unwrap_or_default();
    let outdated = there != configuration(checkout)?;
    Ok(outdated
        .then(|| format!("{CONFIGURATION}: is not what its schema says; `cargo xtask docs` makes it anew"))
        .into_iter()
        .collect())
}

fn configuration(checkout: &Checkout) -> Result<String> {
    capture(checkout.command("node").arg("xtask/configuration.mjs"))
}
