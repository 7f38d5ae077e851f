//! cargo, wasm-bindgen and wasm-opt: a crate as a small wasm file with its glue.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::names::Names;
use crate::checkout::{Checkout, WASM_TARGET};
use crate::files::{self, Stamp, fingerprint};
use crate::process::{capture, run};
use crate::setup::bindgen;

/// The standard library is compiled anew, for size, and a panic is a trap and nothing else: no message is
/// formatted, and none takes up room. The host ends a client that trapped. Together that is an eighth of the
/// file. These flags are not stable yet, hence `RUSTC_BOOTSTRAP`; the code itself needs none of them.
const CARGO_FLAGS: [&str; 4] =
    ["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"];
const RUST_FLAGS: [&str; 5] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "-Zmir-opt-level=3",
];

/// Functions that are called once stay on their own when they are larger than this: brotli likes that better.
/// Control flow is taken apart and made anew once. The lowest addresses hold the end of the stack, and nothing else.
const WASM_OPT_FLAGS: [&str; 10] = [
    "--one-caller-inline-max-function-size",
    "10",
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Oz",
    "--generate-global-effects",
    "-Oz",
    "-Oz",
    "--minify-imports-and-exports-and-modules",
];

/// A crate that becomes a wasm file.
pub(super) struct Module {
    package: &'static str,
    /// What cargo calls its file, without `.wasm`.
    file: &'static str,
    /// Where `everfresh.js`, `everfresh.d.ts` and `everfresh.wasm` are made.
    pub(super) out: &'static str,
}

/// The engine of a page.
const BROWSER: Module = Module { package: "everfresh", file: "everfresh", out: "pkg-template/wasm" };

/// What a server needs of the core. Folders that are below the browser's are made after that.
pub(super) const SERVER: Module =
    Module { package: "everfresh-map", file: "everfresh_map", out: "pkg-template/wasm/server" };

/// Reports of metrics, and monitoring.
pub(super) const METRICS: Module =
    Module { package: "everfresh-metrics", file: "everfresh_metrics", out: "pkg-template/wasm/metrics" };

/// Makes all of them.
pub(super) fn build(checkout: &Checkout) -> Result<()> {
    [BROWSER, SERVER, METRICS].iter().try_for_each(|module| module.build(checkout))
}

impl Module {
    fn build(&self, checkout: &Checkout) -> Result<()> {
        run(checkout
            .cargo()
            .args(["build", "--locked", "--package", self.package, "--lib"])
            .args(["--profile", "wasm", "--target", WASM_TARGET])
            .args(CARGO_FLAGS)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_ENCODED_RUSTFLAGS", rust_flags(checkout)?))?;
        let compiled = checkout.target(WASM_TARGET).join(format!("wasm/{}.wasm", self.file));
        let program = bindgen::program(checkout)?;

        let out = checkout.path(self.out);
        let inputs =
            [compiled.clone(), checkout.path("package-lock.json"), checkout.path("xtask/bindgen/Cargo.lock")];
        let stamp =
            Stamp::new(checkout.target(&format!("xtask/{}.stamp", self.package)), fingerprint(&inputs)?);
        let outputs = ["everfresh.js", "everfresh.d.ts", "everfresh.wasm"].map(|name| out.join(name));
        if stamp.holds(&outputs) {
            return Ok(());
        }
        files::empty_folder(&out)?;
        run(checkout.command(program).arg("generate").arg(&compiled).arg(&out))?;
        let raw = out.join("everfresh_bg.wasm");
        let report = capture(
            checkout
                .npm_tool("wasm-opt")
                .args(WASM_OPT_FLAGS)
                .arg(&raw)
                .arg("-o")
                .arg(out.join("everfresh.wasm")),
        )?;
        fs::remove_file(&raw)?;
        let glue = out.join("everfresh.js");
        fs::write(&glue, Names::parse(&report)?.apply(&fs::read_to_string(&glue)?)?)?;
        stamp.set()
    }
}

/// The flags, and some that keep this machine's folders out of the file, where they would tell names.
fn rust_flags(checkout: &Checkout) -> Result<OsString> {
    let mut flags = OsString::from(RUST_FLAGS.join("\u{1f}"));
    let mut remap = |from: &Path, to: &str| {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    };
    // When several match, the last one wins.
    remap(checkout.root(), "everfresh");
    for registry in registries() {
        remap(&registry, "deps");
    }
    // Where the library's sources are installed, the compiler names them by their place on this machine.
    let sysroot = capture(checkout.command("rustc").args(["--print", "sysroot"]))?;
    remap(&Path::new(sysroot.trim()).join("lib/rustlib/src/rust"), "rust");
    Ok(flags)
}

/// The folders into which cargo unpacks crates.
fn registries() -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let entries = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let mut folders: Vec<PathBuf> =
        entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    folders.sort();
    folders
}
