//! Alerts.

use crate::time::Millis;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertType {
    /// Too little is answered from the cache.
    LowHitRate,
    /// Too much fails.
    HighErrorRate,
    /// Answers take too long.
    SlowResponse,
    /// Too much is invalidated.
    HighInvalidationRate,
    /// The cache can't be used.
    CacheUnavailable,
}

impl AlertType {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::LowHitRate,
        Self::HighErrorRate,
        Self::SlowResponse,
        Self::HighInvalidationRate,
        Self::CacheUnavailable,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        ["low-hit-rate", "high-error-rate", "slow-response", "high-invalidation-rate", "cache-unavailable"]
            [self as usize]
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Worth a look.
    Warning,
    /// Something does not work as it should.
    Error,
    /// Somebody has to do something.
    Critical,
}

impl Severity {
    /// All of them, the mildest first.
    pub const ALL: [Self; 4] = [Self::Info, Self::Warning, Self::Error, Self::Critical];

    /// Its name in options and reports.
    pub fn name(self) -> &'static str {
        ["info", "warning", "error", "critical"][self as usize]
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alert {
    /// Tells alerts of one monitor apart.
    pub id: u32,
    /// What is wrong.
    pub kind: AlertType,
    /// How bad it is.
    pub severity: Severity,
    /// The newest value: a rate from 0 to 1, or milliseconds.
    pub value: Option<f64>,
    /// What it was held against.
    pub bound: Option<f64>,
    /// When it was raised.
    pub since: Millis,
    /// Somebody has seen it.
    pub acknowledged: bool,
}

/// What became of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is new.
    Raised,
    /// It is worse, or better, than it was.
    Changed,
    /// Somebody has seen it.
    Acknowledged,
    /// It is over.
    Cleared,
}

impl State {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        ["raised", "changed", "acknowledged", "cleared"][self as usize]
    }
}

/// Something became of an alert.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// What.
    pub state: State,
    /// The alert as it is now, or was at its end.
    pub alert: Alert,
}
