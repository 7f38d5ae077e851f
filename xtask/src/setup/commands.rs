//! What the documentation's commands use, which a test runs.

use anyhow::Result;

use super::apt::{self, Need};
use crate::checkout::Checkout;

const CURL: Need = Need { what: "curl", programs: &["curl"], packages: &["curl", "ca-certificates"] };
const JQ: Need = Need { what: "jq", programs: &["jq"], packages: &["jq"] };

/// Installs what of it is missing.
pub(crate) fn ensure(checkout: &Checkout) -> Result<()> {
    apt::ensure(checkout, &[&CURL, &JQ])
}
