//! `bench`: everfresh beside its peers, in one run; what is measured in a browser is in `bench/`, the server's half in
//! `bench/server/`.

use anyhow::{Result, bail};
use lexopt::prelude::*;

use crate::checkout::Checkout;
use crate::process;
use crate::setup::browsers::{self, Engine};
use crate::setup::{BuildLock, npm};
use crate::{build, demo};

/// What the command line can choose.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The server's half, without a browser.
    is_server: bool,
    engine: Engine,
    /// What is handed on to the script.
    args: Vec<String>,
}

impl Options {
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Self> {
        let mut options = Self { is_server: false, engine: Engine::Chromium, args: Vec::new() };
        while let Some(arg) = args.next()? {
            match arg {
                Long("server") => options.is_server = true,
                Long("firefox") => {
                    options.engine = Engine::Firefox;
                    options.args.push("--firefox".to_owned());
                }
                Long(flag @ ("quick" | "write")) => options.args.push(format!("--{flag}")),
                Long("only") => options.args.push(format!("--only={}", args.value()?.string()?)),
                other => return Err(other.unexpected().into()),
            }
        }
        let of_browsers = options.args.iter().find(|arg| !matches!(&***arg, "--quick" | "--write"));
        match of_browsers {
            Some(arg) if options.is_server => bail!("{arg} does not go with --server"),
            _ => Ok(options),
        }
    }
}

/// Builds what is measured, and installs what it is measured against; nginx, Varnish and Redis are measured where they are
/// installed.
pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
    if options.is_server {
        return run_server(checkout, options);
    }
    build::package(checkout)?;
    demo::build_server(checkout)?;
    browsers::ensure(checkout, &[options.engine])?;
    {
        let _lock = BuildLock::take(checkout)?;
        npm::ensure_peers(checkout)?;
    }
    let mut command = checkout.command("node");
    command
        .arg("bench/run.mjs")
        .args(&options.args)
        .env("EVERFRESH_ENGINE", options.engine.name())
        .env("EVERFRESH_DRIVER", browsers::driver(checkout, options.engine)?)
        .env("EVERFRESH_SERVER", demo::server(checkout));
    process::run(&mut browsers::with_display(&command))
}

fn run_server(checkout: &Checkout, options: &Options) -> Result<()> {
    process::run(checkout.cargo().args(["build", "--locked", "--release", "--package", "everfresh-cli"]))?;
    let mut command = checkout.command("node");
    let server = checkout.target("release/everfresh");
    command.arg("bench/server/run.mjs").args(&options.args).env("EVERFRESH_SERVER", server);
    process::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options> {
        Options::parse(lexopt::Parser::from_args(args))
    }

    #[test]
    fn options_are_handed_on_and_choose_the_browser() {
        let chosen = parse(&["--quick", "--only", "read,size", "--firefox"]).expect("valid");
        assert_eq!(chosen.engine, Engine::Firefox);
        assert_eq!(chosen.args, ["--quick", "--only=read,size", "--firefox"]);
        assert_eq!(parse(&[]).expect("valid").engine, Engine::Chromium);
        let server = parse(&["--server", "--quick", "--write"]).expect("valid");
        assert!(server.is_server && server.args == ["--quick", "--write"]);
    }

    #[test]
    fn an_unknown_option_is_an_error() {
        assert!(parse(&["--slow"]).is_err());
        assert!(parse(&["--only"]).is_err());
        assert!(parse(&["--server", "--firefox"]).is_err());
    }
}
