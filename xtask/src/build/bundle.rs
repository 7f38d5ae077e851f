//! esbuild: the package's three entries, and the script that they load together with the wasm.

use std::path::Path;

use anyhow::Result;

use crate::checkout::{Checkout, VERSION};
use crate::files;
use crate::process::run;

/// The files that the package can't do without.
pub(super) const OUTPUTS: [&str; 7] =
    ["index.js", "slim.js", "everfresh.auto.js", ENGINE, "everfresh.wasm", "index.d.ts", "slim.d.ts"];

/// What the entries load when they start, and so is not bundled into them.
const ENGINE: &str = "everfresh.engine.js";

/// Bundles the modules and the drop-in script, and puts the wasm file beside them.
pub(super) fn build(checkout: &Checkout, dist: &Path) -> Result<()> {
    let source = checkout.path("pkg-template/src");
    let esbuild = |entry: &str, format: &str, out: &str| {
        run(checkout
            .npm_tool("esbuild")
            .arg(source.join(entry))
            .arg(format!("--outfile={}", dist.join(out).display()))
            .arg(format!("--format={format}"))
            .arg(format!("--external:./{ENGINE}"))
            .arg(format!("--define:EVERFRESH_VERSION=\"{VERSION}\""))
            .args(["--bundle", "--minify", "--target=es2022", "--log-level=warning", "--legal-comments=none"])
            // A classic script has no import.meta: what uses it there would break in the browser only.
            .args(["--log-override:empty-import-meta=error"]))
    };
    esbuild("index.ts", "esm", "index.js")?;
    esbuild("slim.ts", "esm", "slim.js")?;
    esbuild("everfresh.engine.ts", "esm", ENGINE)?;
    esbuild("auto.ts", "iife", "everfresh.auto.js")?;
    files::copy(&checkout.path("pkg-template/wasm/everfresh.wasm"), &dist.join("everfresh.wasm"))
}
