//! Vary: by which request headers answers to one URL differ (RFC 9111, section 4.1).

use alloc::string::String;

use crate::text::pieces;

/// Request headers that script can't see: what varies by them can't be told apart, nor by any `sec-` header.
const UNSEEN: [&str; 13] = [
    "*",
    "cookie",
    "device-memory",
    "dnt",
    "downlink",
    "dpr",
    "ect",
    "referer",
    "rtt",
    "save-data",
    "user-agent",
    "viewport-width",
    "width",
];
/// Those that make no difference here: `Origin` and `Host` can't differ for a URL in a cache that belongs to one origin,
/// the browser sees to `Accept-Encoding`, `Authorization` is in every key, the others are of preflights.
const HARMLESS: [&str; 7] = [
    "",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "host",
    "origin",
];
/// Names of headers are not followed further than this (P10).
const MAX_VARY: usize = 500;

/// Adds the names of request headers that the answer varies by; `false` where it can't be told by script when it
/// differs.
pub(super) fn add_varied(names: &mut String, vary: &str) -> bool {
    for name in pieces(vary, ',') {
        let name = name.trim_ascii().to_ascii_lowercase();
        if UNSEEN.contains(&name.as_str()) || name.starts_with("sec-") {
            return false;
        }
        if !HARMLESS.contains(&name.as_str()) {
            if !names.is_empty() {
                names.push(',');
            }
            names.push_str(&name);
        }
    }
    names.len() <= MAX_VARY
}
