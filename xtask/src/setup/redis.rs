//! Redis, which the tests of both server halves run.

use anyhow::Result;

use super::apt::{self, Need};
use crate::checkout::Checkout;

const REDIS: Need = Need { what: "Redis", programs: &["redis-server"], packages: &["redis-server"] };

/// Installs Redis where it is missing.
pub(crate) fn ensure(checkout: &Checkout) -> Result<()> {
    apt::ensure(checkout, &[&REDIS])
}
