//! esbuild: the package's entries, and the scripts that they load later.

use std::path::Path;

use anyhow::Result;

use super::wasm;
use crate::checkout::{Checkout, VERSION};
use crate::files;
use crate::process::run;

/// What a module of the package imports at run time and does not bundle: its own files, and what an application
/// brings along.
const EXTERNAL: &[&str] = &[
    "./everfresh.dashboard.js",
    "./everfresh.devtools.js",
    "./everfresh.engine.js",
    FLAGS,
    METRICS,
    "./everfresh.prefetch.js",
    PUSH,
    "react",
    "swr",
];

/// What a drop-in script loads from beside it when it is wanted, too: all else is in it.
const FLAGS: &str = "./everfresh.flags.js";
const METRICS: &str = "./everfresh.metrics.js";
const PUSH: &str = "./everfresh.push.js";

/// The overlay.
const DEVTOOLS: &str = "everfresh.devtools.ts";

/// The dashboard of the overlay.
const DASHBOARD: &str = "everfresh.dashboard.ts";

/// How a script of the package is loaded.
#[derive(Clone, Copy)]
enum Kind {
    /// By `import`.
    Module,
    /// By a script tag, alone: all that a page needs is in it, so that its hash speaks for all of it.
    Classic,
}

/// A script of the package.
struct Script {
    source: &'static str,
    out: &'static str,
    kind: Kind,
}

const SCRIPTS: &[Script] = &[
    Script { source: "index.ts", out: "index.js", kind: Kind::Module },
    Script { source: "slim.ts", out: "slim.js", kind: Kind::Module },
    Script { source: "adapters/react/index.ts", out: "react.js", kind: Kind::Module },
    Script { source: "adapters/swr/index.ts", out: "swr.js", kind: Kind::Module },
    Script { source: "adapters/tanstack-query/index.ts", out: "tanstack-query.js", kind: Kind::Module },
    // The entries load it when they start.
    Script { source: "everfresh.engine.ts", out: "everfresh.engine.js", kind: Kind::Module },
    // They load it when a page first wants a trigger.
    Script { source: "everfresh.prefetch.ts", out: "everfresh.prefetch.js", kind: Kind::Module },
    // They, and the drop-in, load it when the overlay is first opened.
    Script { source: DEVTOOLS, out: "everfresh.devtools.js", kind: Kind::Module },
    // The overlay loads it when the dashboard is first looked at.
    Script { source: DASHBOARD, out: "everfresh.dashboard.js", kind: Kind::Module },
    // They, and the drop-in, load it where a page is to hear what the server says.
    Script { source: "everfresh.push.ts", out: "everfresh.push.js", kind: Kind::Module },
    // They, and the drop-in, load it where flags say what is on.
    Script { source: "everfresh.flags.ts", out: "everfresh.flags.js", kind: Kind::Module },
    // They load it when somebody first asks for reports, or for monitoring.
    Script { source: "everfresh.metrics.ts", out: "everfresh.metrics.js", kind: Kind::Module },
    Script { source: "auto.ts", out: "everfresh.auto.js", kind: Kind::Classic },
    Script { source: "auto.single.ts", out: "everfresh.auto.single.js", kind: Kind::Classic },
    Script { source: "server.ts", out: "server.js", kind: Kind::Module },
];

/// The wasm files, by the folder in which each was made, as `everfresh.wasm`.
const WASM: [(&str, &str); 2] =
    [("everfresh.wasm", "pkg-template/wasm"), ("everfresh.server.wasm", wasm::SERVER.out)];

/// The files that the package can't do without.
pub(super) fn outputs() -> impl Iterator<Item = &'static str> {
    SCRIPTS.iter().map(|script| script.out).chain(WASM.map(|(name, _)| name))
}

/// Bundles the scripts, and puts the wasm file beside them.
pub(super) fn build(checkout: &Checkout, dist: &Path) -> Result<()> {
    let source = checkout.path("pkg-template/src");
    for script in SCRIPTS {
        let mut esbuild = checkout.npm_tool("esbuild");
        match script.kind {
            Kind::Module => {
                esbuild.arg("--format=esm").args(EXTERNAL.iter().map(|name| format!("--external:{name}")))
            }
            Kind::Classic => esbuild
                .arg("--format=iife")
                .args([FLAGS, METRICS, PUSH].map(|name| format!("--external:{name}"))),
        };
        match script.source {
            // uPlot asks the browser for its language, and throws where that is none, such as `C`: without one it takes
            // the default.
            DASHBOARD => drop(esbuild.arg("--define:navigator=globalThis")),
            // Preact looks for animation frames when it is imported, and an import touches nothing of browsers.
            DEVTOOLS => drop(esbuild.args([
                "--define:requestAnimationFrame=setTimeout",
                "--define:cancelAnimationFrame=clearTimeout",
            ])),
            _ => {}
        }
        run(esbuild
            .arg(source.join(script.source))
            .arg(format!("--outfile={}", dist.join(script.out).display()))
            .arg(format!("--define:EVERFRESH_VERSION=\"{VERSION}\""))
            .args(["--bundle", "--minify", "--target=es2022", "--log-level=warning", "--legal-comments=none"])
            .args(["--loader:.wasm=binary", "--loader:.css=text"])
            // A classic script has no import.meta: what uses it there would break in the browser only.
            .args(["--log-override:empty-import-meta=error"]))?;
    }
    WASM.iter().try_for_each(|(name, made)| {
        files::copy(&checkout.path(made).join("everfresh.wasm"), &dist.join(name))
    })
}
