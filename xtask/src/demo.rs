//! `demo`: builds the package and the demo server, and becomes the server.

use std::os::unix::process::CommandExt;
use std::path::PathBuf;

use anyhow::{Error, Result};
use lexopt::prelude::*;

use crate::build;
use crate::checkout::Checkout;
use crate::process;

/// What the command line can choose.
pub(crate) struct Options {
    port: u16,
}

impl Options {
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Self> {
        let mut options = Self { port: 4173 };
        while let Some(arg) = args.next()? {
            match arg {
                Long("port") => options.port = args.value()?.parse()?,
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Serves the demo until it is ended; returns only when it can't.
pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    build::package(checkout)?;
    build_server(checkout)?;
    let data = checkout.target("demo");
    std::fs::create_dir_all(&data)?;
    let error = checkout
        .command(server(checkout))
        .args(["demo", "--port", &options.port.to_string(), "--www"])
        .arg(checkout.path("www"))
        .arg("--package")
        .arg(checkout.path("pkg-template/dist"))
        .arg("--db")
        .arg(data.join("everfresh.sqlite"))
        .exec();
    Err(Error::new(error).context("can't start the demo server"))
}

/// The program of the command `everfresh`, once it is built.
pub(crate) fn server(checkout: &Checkout) -> PathBuf {
    checkout.target("debug/everfresh")
}

/// Builds the command `everfresh`.
pub(crate) fn build_server(checkout: &Checkout) -> Result<()> {
    process::run(checkout.cargo().args(["build", "--locked", "--package", "everfresh-cli"]))
}
