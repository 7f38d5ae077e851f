//! `test-runner`: what cargo starts for each wasm test file (`.cargo/config.toml`).

use std::env;
use std::ffi::OsString;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Error, Result};

use crate::checkout::Checkout;
use crate::setup::bindgen;

/// Where the runner's HTTP server is to listen; `everfresh-bindgen` has to know it too.
const ADDRESS: &str = "WASM_BINDGEN_TEST_ADDRESS";

/// Becomes wasm-bindgen's own test runner; returns only when that can't be started.
pub(crate) fn run(checkout: &Checkout, args: impl Iterator<Item = OsString>) -> Result<()> {
    let program = bindgen::program(checkout)?;
    let mut command = Command::new(program);
    if env::var_os(ADDRESS).is_none() {
        command.env(ADDRESS, free_address()?.to_string());
    }
    // The current folder stays: the runner looks there for `webdriver.json`.
    let error = command.arg("test-runner").args(args).exec();
    Err(Error::new(error).context("can't start the test runner"))
}

/// An address that nobody listens at.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
