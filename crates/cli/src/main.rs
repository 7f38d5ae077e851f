//! The everfresh command.

mod analyze;
mod client;
mod demo;
mod load;
mod proxy;
mod stop;
mod warm;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::proxy::ProxyError;

#[derive(Debug, Parser)]
#[command(name = "everfresh", version, about = "Cache management for browser and server")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the demo: its pages, its API and the built package
    Demo(demo::Args),
    /// Put the shared cache before a backend
    Proxy(proxy::Args),
    /// Let virtual users read and write, and see whether anything stale is shown
    Load(load::Args),
    /// Grade what was measured, and say what to change
    Analyze(analyze::Args),
    /// Ask a server for what will be wanted, so that its cache has it
    Warm(warm::Args),
}

#[tokio::main]
async fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Demo(args) => ended(demo::run(args).await.map(|()| true), |_| ExitCode::FAILURE),
        Command::Proxy(args) => ended(proxy::run(args).await.map(|()| true), ProxyError::exit_code),
        Command::Analyze(args) => ended(analyze::run(args).await, |_| ExitCode::from(2)),
        Command::Warm(args) => ended(warm::run(args).await, |_| ExitCode::from(2)),
        Command::Load(args) => ended(load::run(args).await, |_| ExitCode::from(2)),
    }
}

/// `false`: it was done, and found what must not be.
fn ended<E: Error>(outcome: Result<bool, E>, code: impl FnOnce(&E) -> ExitCode) -> ExitCode {
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("everfresh: {}", chain(&error));
            code(&error)
        }
    }
}

/// The error and what caused it, on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
