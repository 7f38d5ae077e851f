//! Short names between wasm and glue: wasm-opt gives them, the glue has to use them as well.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// What wasm-opt prints with `--minify-imports-and-exports-and-modules`.
pub(super) struct Names {
    imports: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
}

/// wasm-bindgen's name of the one module that the wasm imports from, and wasm-opt's.
const MODULES: (&str, &str) = ("\"./everfresh_bg.js\"", "a");

impl Names {
    /// Reads wasm-opt's report.
    pub(super) fn parse(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report).context("wasm-opt's list of names can't be read")?;
        let pairs = |key: &str| -> Result<BTreeMap<String, String>> {
            let list = report[key].as_array().with_context(|| format!("wasm-opt lists no {key}"))?;
            // An import has its module before its name.
            let pair = |entry: &Value| -> Option<(String, String)> {
                let [.., old, new] = entry.as_array()?.as_slice() else {
                    return None;
                };
                Some((old.as_str()?.into(), new.as_str()?.into()))
            };
            list.iter().map(|entry| pair(entry).context("wasm-opt lists what is no name")).collect()
        };
        Ok(Self { imports: pairs("imports")?, exports: pairs("exports")? })
    }

    /// The glue with the short names.
    pub(super) fn apply(&self, glue: &str) -> Result<String> {
        let mut out = glue.to_owned();
        for (old, new) in &self.imports {
            out = replace(&out, &format!("\n        {old}: "), &format!("\n        {new}: "))?;
        }
        // Exports may be used several times, and their names may begin alike.
        out = rename_members(&out, "wasm.", &self.exports);
        let (old, new) = MODULES;
        replace(&out, &format!("{old}: import0"), &format!("{new}: import0"))
    }
}

/// Replaces what has to occur exactly once.
fn replace(text: &str, old: &str, new: &str) -> Result<String> {
    let count = text.matches(old).count();
    ensure!(count == 1, "the glue has {} {count} times, not once", old.trim());
    Ok(text.replace(old, new))
}

/// Renames each member that follows `object`, such as `wasm.`.
fn rename_members(text: &str, object: &str, names: &BTreeMap<String, String>) -> String {
    let mut parts = text.split(object);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end =
            part.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$')).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        out.push_str(object);
        out.push_str(names.get(name).map_or(name, String::as_str));
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const REPORT: &str = r#"{
        "imports": [["./everfresh_bg.js", "__wbg_call_1f", "$"]],
        "exports": [["client_read", "A"], ["client_ready", "B"], ["memory", "C"]]
    }"#;
    const GLUE: &str = "const import0 = {\n        __wbg_call_1f: function(a) { },\n};\n\
        return { \"./everfresh_bg.js\": import0, };\nwasm.client_ready(wasm.memory.buffer); wasm.client_read();";

    #[test]
    fn both_sides_get_the_same_names() {
        let named = Names::parse(REPORT).unwrap().apply(GLUE).unwrap();
        assert_eq!(
            named,
            "const import0 = {\n        $: function(a) { },\n};\n\
             return { a: import0, };\nwasm.B(wasm.C.buffer); wasm.A();"
        );
    }

    #[test]
    fn a_name_that_the_glue_lacks_is_an_error() {
        let glue = GLUE.replace("__wbg_call_1f", "__wbg_call_2f");
        assert!(Names::parse(REPORT).unwrap().apply(&glue).is_err());
        assert!(Names::parse("{}").is_err());
    }
}
