//! wasm-bindgen as the build needs it: `generate` writes the glue, `test-runner` runs wasm tests in a browser.

mod knock;

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use wasm_bindgen_cli::wasm_bindgen_test_runner;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not as `main` would print it: a backtrace of this program says nothing about a test that failed.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut args: Vec<OsString> = env::args_os().collect();
    match args.get(1).and_then(|task| task.to_str()) {
        Some("generate") if args.len() == 4 => generate(Path::new(&args[2]), Path::new(&args[3])),
        Some("test-runner") => {
            // The runner expects the program's name first and the wasm file next.
            args.remove(1);
            if let Some(server) =
                env::var("WASM_BINDGEN_TEST_ADDRESS").ok().and_then(|server| server.parse().ok())
            {
                knock::keep_knocking(server);
            }
            wasm_bindgen_test_runner::run_cli_with_args(args)
        }
        _ => bail!("usage: everfresh-bindgen generate IN.wasm OUT_DIR | test-runner IN.wasm [ARGS]"),
    }
}

/// Writes `everfresh.js`, its types and `everfresh_bg.wasm` into `out`, for browsers without a bundler.
fn generate(wasm: &Path, out: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name("everfresh")
        .generate(out)
}
