//! The state machine: an alert of each type is raised after two bad checks, and ends after three good ones.

use alloc::vec::Vec;

use super::Sample;
use super::alert::{Alert, AlertType, Change, Severity, State};
use super::options::{Bounds, MonitorOptions};
use crate::time::Millis;

/// Checks in a row after which an alert is raised, or gets worse.
const BAD: u8 = 2;
/// Checks in a row after which one is cleared, or gets better.
const GOOD: u8 = 3;

/// Watches samples, and keeps the alerts that they give.
#[derive(Debug, Clone)]
pub struct Monitor {
    options: MonitorOptions,
    tracks: [Track; AlertType::ALL.len()],
    last_id: u32,
    checked: Option<(Millis, Sample)>,
}

/// How one type of alert stands.
#[derive(Debug, Clone, Copy, Default)]
struct Track {
    alert: Option<Alert>,
    /// Checks in a row that were worse than the alert, and the mildest of these.
    worse: Streak,
    /// Checks in a row that were better than it, and the worst of these.
    better: Streak,
}

/// Checks in a row, and what they had at least, or at most.
#[derive(Debug, Clone, Copy, Default)]
struct Streak {
    count: u8,
    level: Option<Severity>,
}

/// A value, how bad it is, and how bad it would be if it had to be past the margin.
struct Judged {
    value: Option<f64>,
    level: Option<Severity>,
    past_margin: Option<Severity>,
    bounds: Bounds,
}

impl Monitor {
    /// One that has seen nothing.
    pub fn new(options: MonitorOptions) -> Self {
        Self { options, tracks: Default::default(), last_id: 0, checked: None }
    }

    /// A check: what became of alerts by it. With few requests, nothing is said of rates and times: what is raised stays.
    pub fn check(&mut self, now: Millis, sample: &Sample) -> Vec<Change> {
        let mut changes = Vec::new();
        self.checked = Some((now, *sample));
        for kind in AlertType::ALL {
            let unavailable = kind == AlertType::CacheUnavailable;
            if !unavailable && sample.requests < self.options.min_requests.max(1) {
                continue;
            }
            let judged = self.judge(kind, sample);
            let track = &mut self.tracks[kind as usize];
            let Some(level) = track.step(&judged) else {
                continue;
            };
            let bound = level.and_then(|level| judged.bounds[level as usize]);
            changes.push(match (track.alert, level) {
                (Some(alert), None) => {
                    track.alert = None;
                    Change { state: State::Cleared, alert: Alert { value: judged.value, ..alert } }
                }
                (Some(alert), Some(severity)) => {
                    // What got worse is to be seen anew.
                    let acknowledged = alert.acknowledged && severity < alert.severity;
                    let alert = Alert { severity, value: judged.value, bound, acknowledged, ..alert };
                    track.alert = Some(alert);
                    Change { state: State::Changed, alert }
                }
                (None, level) => {
                    self.last_id += 1;
                    let severity = level.unwrap_or(Severity::Info);
                    let (id, value) = (self.last_id, judged.value);
                    let alert = Alert { id, kind, severity, value, bound, since: now, acknowledged: false };
                    track.alert = Some(alert);
                    Change { state: State::Raised, alert }
                }
            });
        }
        changes
    }

    /// Somebody has seen an alert; nothing where there is none of this id, or it was seen before.
    pub fn acknowledge(&mut self, id: u32) -> Option<Change> {
        let mut alerts = self.tracks.iter_mut().filter_map(|track| track.alert.as_mut());
        let alert = alerts.find(|alert| alert.id == id && !alert.acknowledged)?;
        alert.acknowledged = true;
        Some(Change { state: State::Acknowledged, alert: *alert })
    }

    /// What is wrong, in the order of [`AlertType::ALL`].
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.tracks.iter().filter_map(|track| track.alert.as_ref())
    }

    /// How bad it is in all; `None`: all is well.
    pub fn severity(&self) -> Option<Severity> {
        self.alerts().map(|alert| alert.severity).max()
    }

    /// When it was last checked, and what there was.
    pub fn checked(&self) -> Option<&(Millis, Sample)> {
        self.checked.as_ref()
    }

    fn judge(&self, kind: AlertType, sample: &Sample) -> Judged {
        let options = &self.options;
        let (value, bounds, low) = match kind {
            AlertType::LowHitRate => (sample.hit_rate, options.hit_rate, true),
            AlertType::HighErrorRate => (sample.error_rate, options.error_rate, false),
            AlertType::SlowResponse => (sample.response, options.response, false),
            AlertType::HighInvalidationRate => (sample.invalidation_rate, options.invalidation_rate, false),
            AlertType::CacheUnavailable => {
                let level = sample.unavailable;
                return Judged { value: None, level, past_margin: level, bounds: [None; 4] };
            }
        };
        let level = |margin: f64| {
            let value = value?;
            Severity::ALL.into_iter().rev().find(|severity| {
                bounds[*severity as usize].is_some_and(|bound| {
                    if low { value < bound * (1.0 + margin) } else { value > bound * (1.0 - margin) }
                })
            })
        };
        Judged { value, level: level(0.0), past_margin: level(options.margin), bounds }
    }
}

impl Track {
    /// Where a check makes a difference: how bad it is from now on.
    fn step(&mut self, judged: &Judged) -> Option<Option<Severity>> {
        let now = self.alert.map(|alert| alert.severity);
        if let Some(alert) = &mut self.alert {
            alert.value = judged.value;
        }
        let next = if judged.level > now {
            self.better = Streak::default();
            let level = if self.worse.count == 0 { judged.level } else { self.worse.level.min(judged.level) };
            self.worse.extend(level, BAD)
        } else if judged.past_margin < now {
            self.worse = Streak::default();
            self.better.extend(self.better.level.max(judged.past_margin), GOOD)
        } else {
            (self.worse, self.better) = Default::default();
            None
        };
        if next.is_some() {
            (self.worse, self.better) = Default::default();
        }
        next
    }
}

impl Streak {
    /// One more; once there are enough, what they come to.
    fn extend(&mut self, level: Option<Severity>, enough: u8) -> Option<Option<Severity>> {
        *self = Self { count: self.count + 1, level };
        (self.count >= enough).then_some(level)
    }
}
