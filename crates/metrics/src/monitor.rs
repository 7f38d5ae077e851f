//! Alerts.

use everfresh_core::health::{self, Change, MonitorOptions, Sample, Severity};
use everfresh_core::json;
use everfresh_core::value::Value;
use wasm_bindgen::prelude::*;

use crate::history::History;

/// Options that are no rates.
const WHOLE: [&str; 2] = ["responseTime", "minRequests"];

/// Watches what is measured, and keeps the alerts that it gives.
#[wasm_bindgen]
pub struct Monitor {
    monitor: health::Monitor,
}

#[wasm_bindgen]
impl Monitor {
    /// One with these options, which are JSON. Rates cross in ten-thousandths: the core reads whole numbers alone.
    ///
    /// # Errors
    /// A text that says what is wrong in them, and where: `config-invalid`.
    #[wasm_bindgen(constructor)]
    pub fn new(options: &str) -> Result<Self, JsValue> {
        let mut options = json::parse(options).ok_or("options: must be JSON")?;
        if let Value::Object(members) = &mut options {
            members
                .iter_mut()
                .filter(|(key, _)| !WHOLE.contains(&key.as_str()))
                .for_each(|(_, value)| scale(value));
        }
        let options = MonitorOptions::from_value(&options).map_err(|error| error.message())?;
        Ok(Self { monitor: health::Monitor::new(options) })
    }

    /// A check; `unavailable` is how bad it is where the cache can't be used. What became of alerts: JSON, a line each.
    pub fn check(&mut self, now: f64, history: &History, unavailable: Option<String>) -> String {
        let now = now as u64;
        let unavailable = unavailable.and_then(|severity| Severity::parse(&severity));
        let sample = Sample::of(&history.history, now, unavailable);
        let changes = self.monitor.check(now, &sample);
        changes.iter().map(Change::to_json).collect::<Vec<_>>().join("\n")
    }

    /// Somebody has seen an alert: the event, as JSON; `undefined` where there is none that was not seen before.
    pub fn acknowledge(&mut self, id: u32) -> Option<String> {
        Some(self.monitor.acknowledge(id)?.to_json())
    }

    /// All that is known, as JSON.
    pub fn health(&self) -> String {
        self.monitor.to_json()
    }
}

/// Makes a rate of ten-thousandths, wherever there are any.
fn scale(value: &mut Value) {
    match value {
        Value::Number(number) => *number /= 10_000.0,
        Value::Object(members) => members.iter_mut().for_each(|(_, value)| scale(value)),
        _ => {}
    }
}
