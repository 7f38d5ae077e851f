//! `work`: how much work the core does, in steps. The compiler's coverage pass has a counter at each edge of the
//! code, so nothing in the product needs one, and no step can be forgotten.

use anyhow::Result;

use crate::checkout::Checkout;
use crate::process::{host, run as run_command};

const COUNTED: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
    -Cllvm-args=-sanitizer-coverage-trace-pc-guard";

/// Runs the core's tests of work with steps counted.
pub(crate) fn run(checkout: &Checkout) -> Result<()> {
    let mut command = checkout.cargo();
    command.args(["test", "--locked", "--release", "--package", "everfresh-core", "--test", "work"]);
    // With a target that is named, the flags are not for build scripts.
    command.args(["--target", &host()?, "--target-dir"]).arg(checkout.target("work"));
    // The count is of all threads.
    command.args(["--", "--nocapture", "--test-threads=1"]);
    run_command(command.env("RUSTFLAGS", COUNTED).env("EVERFRESH_COUNTS_STEPS", "1"))
}
