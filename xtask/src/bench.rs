//! `bench`: everfresh beside its peers, in one run in a browser; what is measured is in `bench/`.

use anyhow::Result;
use lexopt::prelude::*;

use crate::checkout::Checkout;
use crate::process;
use crate::setup::browsers::{self, Engine};
use crate::setup::{BuildLock, npm};
use crate::{build, demo};

/// What the command line can choose.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    engine: Engine,
    /// What is handed on to the script.
    args: Vec<String>,
}

impl Options {
    pub(crate) fn parse(mut args: lexopt::Parser) -> Result<Self> {
        let mut options = Self { engine: Engine::Chromium, args: Vec::new() };
        while let Some(arg) = args.next()? {
            match arg {
                Long("firefox") => {
                    options.engine = Engine::Firefox;
                    options.args.push("--firefox".to_owned());
                }
                Long(flag @ ("quick" | "write")) => options.args.push(format!("--{flag}")),
                Long("only") => options.args.push(format!("--only={}", args.value()?.string()?)),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

/// Builds what is measured, and installs what it is measured against.
pub(crate) fn run(checkout: &Checkout, options: &Options) -> Result<()> {
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
    }

    #[test]
    fn an_unknown_option_is_an_error() {
        assert!(parse(&["--slow"]).is_err());
        assert!(parse(&["--only"]).is_err());
    }
}
