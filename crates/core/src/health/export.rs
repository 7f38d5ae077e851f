//! Health as JSON. `docs/metrics.md` describes it.

use alloc::string::String;

use super::Sample;
use super::alert::{Alert, Change};
use super::monitor::Monitor;
use crate::json::{Object, separate};
use crate::text::push_number;

impl Monitor {
    /// All that it knows, as a JSON object.
    pub fn to_json(&self) -> String {
        let mut alerts = String::new();
        for alert in self.alerts() {
            separate(&mut alerts);
            alerts.push_str(&alert.to_json());
        }
        let mut health = Object::new();
        health.text("status", self.severity().map_or("ok", |severity| severity.name()));
        match self.checked() {
            Some((at, sample)) => health.number("checkedAt", *at as i64).object("sample", &sample.to_json()),
            None => health.optional("checkedAt", None).optional("sample", None),
        };
        health.list("alerts", &alerts).finish()
    }
}

impl Change {
    /// The event, as a JSON object.
    pub fn to_json(&self) -> String {
        let mut event = Object::new();
        event.text("type", "alert").text("state", self.state.name());
        event.object("alert", &self.alert.to_json()).finish()
    }
}

impl Alert {
    fn to_json(self) -> String {
        let mut alert = Object::new();
        alert
            .number("id", self.id.into())
            .text("type", self.kind.name())
            .text("severity", self.severity.name());
        push_fraction(&mut alert, "value", self.value);
        push_fraction(&mut alert, "bound", self.bound);
        alert.number("since", self.since as i64).flag("acknowledged", self.acknowledged).finish()
    }
}

impl Sample {
    fn to_json(self) -> String {
        let mut sample = Object::new();
        sample.number("requests", self.requests as i64);
        push_fraction(&mut sample, "hitRate", self.hit_rate);
        push_fraction(&mut sample, "errorRate", self.error_rate);
        push_fraction(&mut sample, "responseTime", self.response);
        push_fraction(&mut sample, "invalidationRate", self.invalidation_rate);
        sample.flag("available", self.unavailable.is_none()).finish()
    }
}

/// Adds a number that is not negative, with four decimals at the most: the formatting of floats takes much room.
fn push_fraction(object: &mut Object, key: &str, number: Option<f64>) {
    let Some(number) = number else {
        object.optional(key, None);
        return;
    };
    let parts = (number * 10_000.0 + 0.5) as u64;
    let mut text = String::new();
    push_number(&mut text, parts / 10_000);
    let mut rest = parts % 10_000;
    if rest > 0 {
        text.push('.');
        let mut digit = 1_000;
        while rest > 0 {
            text.push(char::from(b'0' + (rest / digit) as u8));
            rest %= digit;
            digit /= 10;
        }
    }
    object.object(key, &text);
}
