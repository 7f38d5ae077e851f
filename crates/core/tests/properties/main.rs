//! What must hold of any text that comes from outside (P7, P10). Each file has the check of one concern, which
//! the fuzz target of the same name runs too (`fuzz/`), and drives it with texts that are likely to matter.
#![allow(clippy::unwrap_used)]

mod corpus;
mod engine;
mod freshness;
mod header;
mod host;
mod journal;
mod json;
mod metrics;
mod mutating;
mod pattern;
mod predict;
mod record;
mod url;
