//! What was counted, merged.

use everfresh_core::metrics::{self, Dimension, Range, Report};
use wasm_bindgen::prelude::*;

/// What was counted, by whomever.
#[wasm_bindgen]
#[derive(Default)]
pub struct History {
    pub(crate) history: metrics::History,
}

#[wasm_bindgen]
impl History {
    /// Of nothing.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what a text has; `false` where it is none.
    pub fn add(&mut self, text: &str) -> bool {
        let found = metrics::History::decode(text);
        found.inspect(|other| self.history.merge(other)).is_some()
    }

    /// Whether what this source had was merged for good.
    pub fn has(&self, source: &str) -> bool {
        self.history.has(source)
    }

    /// What this source had was merged for good.
    #[wasm_bindgen(js_name = markMerged)]
    pub fn mark_merged(&mut self, source: &str) {
        self.history.mark_merged(source);
    }

    /// Its text, within bounds.
    pub fn encode(&mut self, now: f64) -> String {
        self.history.bound(now as u64);
        self.history.encode()
    }

    /// A report, as JSON, or where `csv` is wanted as that; `undefined` where there is no such range or dimension.
    pub fn report(&self, now: f64, range: &str, by: &str, csv: bool) -> Option<String> {
        let report = Report::of(&self.history, now as u64, Range::parse(range)?, Dimension::parse(by)?);
        Some(if csv { report.to_csv() } else { report.to_json() })
    }
}
