//! When what counts as how bad.

use alloc::boxed::Box;

use super::alert::Severity;
use crate::policy::PolicyError;
use crate::policy::document::{Node, Shape, Type};
use crate::value::Value;

const SHAPE: Shape<6> = [
    ("hitRate", Type::Object),
    ("errorRate", Type::Object),
    ("responseTime", Type::Object),
    ("invalidationRate", Type::Object),
    ("minRequests", Type::Count),
    ("margin", Type::Share),
];
const RATES: Shape<4> =
    [("info", Type::Share), ("warning", Type::Share), ("error", Type::Share), ("critical", Type::Share)];
const TIMES: Shape<4> =
    [("info", Type::Millis), ("warning", Type::Millis), ("error", Type::Millis), ("critical", Type::Millis)];

/// From where on a value is how bad, by severity; `None`: it never is.
pub type Bounds = [Option<f64>; 4];

/// What a monitor goes by.
#[derive(Debug, Clone, PartialEq)]
pub struct MonitorOptions {
    /// Below which share of reads from the cache.
    pub hit_rate: Bounds,
    /// Above which share of failures.
    pub error_rate: Bounds,
    /// Above how many milliseconds.
    pub response: Bounds,
    /// Above how many invalidations for each read.
    pub invalidation_rate: Bounds,
    /// With fewer requests in the window nothing is said of all these.
    pub min_requests: u64,
    /// How far past a bound a value must be for the alert to end, as a share of the bound.
    pub margin: f64,
}

impl Default for MonitorOptions {
    fn default() -> Self {
        let bounds = |warning, critical| [None, Some(warning), None, Some(critical)];
        Self {
            hit_rate: bounds(0.7, 0.5),
            error_rate: bounds(0.01, 0.05),
            response: bounds(200.0, 500.0),
            invalidation_rate: bounds(0.3, 0.5),
            min_requests: 50,
            margin: 0.1,
        }
    }
}

impl MonitorOptions {
    /// Reads what the page, or the operator, chose: an object; what it does not say is as by default.
    ///
    /// # Errors
    /// [`PolicyError`] names the path of what is wrong.
    pub fn from_value(options: &Value) -> Result<Self, Box<PolicyError>> {
        let document = Node::root(options);
        let [hit_rate, error_rate, response, invalidation_rate, min_requests, margin] =
            document.fields(&SHAPE)?;
        let default = Self::default();
        Ok(Self {
            hit_rate: read(&document, "hitRate", hit_rate, &RATES, default.hit_rate)?,
            error_rate: read(&document, "errorRate", error_rate, &RATES, default.error_rate)?,
            response: read(&document, "responseTime", response, &TIMES, default.response)?,
            invalidation_rate: read(
                &document,
                "invalidationRate",
                invalidation_rate,
                &RATES,
                default.invalidation_rate,
            )?,
            min_requests: min_requests.as_millis().unwrap_or(default.min_requests),
            margin: margin.as_number().unwrap_or(default.margin),
        })
    }
}

/// What is given takes the place of all severities: who names a warning alone gets warnings alone.
fn read(
    document: &Node<'_>,
    key: &'static str,
    value: &Value,
    shape: &'static Shape<4>,
    default: Bounds,
) -> Result<Bounds, Box<PolicyError>> {
    if *value == Value::Null {
        return Ok(default);
    }
    let found = document.member(key, value).fields(shape)?;
    let mut bounds = [None; Severity::ALL.len()];
    for (bound, value) in bounds.iter_mut().zip(found) {
        *bound = value.as_number();
    }
    Ok(bounds)
}
