#![allow(clippy::unwrap_used)]

use alloc::{vec, vec::Vec};

use super::*;
use crate::metrics::Recorder;
use crate::value::Value;
use AlertType::*;
use Severity::*;
use State::*;

/// A minute's check of a good sample that this changes.
fn check(monitor: &mut Monitor, change: impl FnOnce(&mut Sample)) -> Vec<(State, AlertType, Severity)> {
    let now = monitor.checked().map_or(0, |(at, _)| at + CHECK_EVERY);
    let mut sample = Sample {
        requests: 50,
        hit_rate: Some(0.9),
        error_rate: Some(0.0),
        response: Some(20.0),
        invalidation_rate: Some(0.0),
        unavailable: None,
    };
    change(&mut sample);
    let changes = monitor.check(now, &sample);
    changes.into_iter().map(|change| (change.state, change.alert.kind, change.alert.severity)).collect()
}

fn hits(monitor: &mut Monitor, rate: f64) -> Vec<(State, AlertType, Severity)> {
    check(monitor, |sample| sample.hit_rate = Some(rate))
}

fn monitor() -> Monitor {
    Monitor::new(MonitorOptions::default())
}

#[test]
fn raised_after_two_breaches_and_cleared_after_three_good_checks_past_the_margin() {
    let mut monitor = monitor();
    assert_eq!(hits(&mut monitor, 0.69), []);
    assert_eq!(hits(&mut monitor, 0.9), [], "one breach is none");
    assert_eq!(hits(&mut monitor, 0.69), []);
    assert_eq!(hits(&mut monitor, 0.69), [(Raised, LowHitRate, Warning)]);
    assert_eq!(hits(&mut monitor, 0.69), []);
    for rate in [0.9, 0.9, 0.75, 0.9, 0.9] {
        assert_eq!(hits(&mut monitor, rate), [], "0.75 is good, and not past the margin");
    }
    assert_eq!(hits(&mut monitor, 0.78), [(Cleared, LowHitRate, Warning)]);
    assert_eq!(monitor.severity(), None);
}

#[test]
fn the_thresholds_are_exact() {
    type Set = fn(&mut Sample, f64);
    let cases: [(AlertType, Set, f64, f64, f64); 4] = [
        (LowHitRate, |sample, value| sample.hit_rate = Some(value), 0.7, 0.5, -0.001),
        (HighErrorRate, |sample, value| sample.error_rate = Some(value), 0.01, 0.05, 0.001),
        (SlowResponse, |sample, value| sample.response = Some(value), 200.0, 500.0, 1.0),
        (HighInvalidationRate, |sample, value| sample.invalidation_rate = Some(value), 0.3, 0.5, 0.001),
    ];
    for (kind, set, warning, critical, more) in cases {
        for (value, expected) in [
            (warning, None),
            (warning + more, Some(Warning)),
            (critical, Some(Warning)),
            (critical + more, Some(Critical)),
        ] {
            let mut monitor = monitor();
            check(&mut monitor, |sample| set(sample, value));
            let found = check(&mut monitor, |sample| set(sample, value));
            let expected: Vec<_> = expected.map(|severity| (Raised, kind, severity)).into_iter().collect();
            assert_eq!(found, expected, "{value}");
        }
    }
}

#[test]
fn it_gets_worse_after_two_checks_and_better_after_three() {
    let mut monitor = monitor();
    hits(&mut monitor, 0.4);
    assert_eq!(hits(&mut monitor, 0.6), [(Raised, LowHitRate, Warning)], "the milder of two");
    let id = monitor.alerts().next().unwrap().id;
    assert_eq!(monitor.acknowledge(id).unwrap().state, Acknowledged);
    assert_eq!(monitor.acknowledge(id), None);
    assert_eq!(monitor.acknowledge(id + 1), None);
    assert_eq!(hits(&mut monitor, 0.4), []);
    assert_eq!(hits(&mut monitor, 0.4), [(Changed, LowHitRate, Critical)]);
    assert!(!monitor.alerts().next().unwrap().acknowledged, "what got worse is to be seen anew");
    assert_eq!([hits(&mut monitor, 0.9), hits(&mut monitor, 0.6)].concat(), []);
    assert_eq!(hits(&mut monitor, 0.9), [(Changed, LowHitRate, Warning)], "the worst of three");
    assert_eq!(monitor.alerts().next().unwrap().id, id);
    assert_eq!([hits(&mut monitor, 0.9), hits(&mut monitor, 0.9)].concat(), []);
    assert_eq!(hits(&mut monitor, 0.9), [(Cleared, LowHitRate, Warning)]);
}

#[test]
fn nothing_is_said_of_few_requests_but_that_the_cache_is_unavailable() {
    let mut monitor = monitor();
    let quiet = |sample: &mut Sample| (sample.requests, sample.error_rate) = (49, Some(1.0));
    for _ in 0..5 {
        assert_eq!(check(&mut monitor, quiet), []);
    }
    let gone = |sample: &mut Sample| (sample.requests, sample.unavailable) = (0, Some(Critical));
    assert_eq!(check(&mut monitor, gone), []);
    assert_eq!(check(&mut monitor, gone), [(Raised, CacheUnavailable, Critical)]);
    for _ in 0..2 {
        assert_eq!(check(&mut monitor, |sample| sample.requests = 0), []);
    }
    assert_eq!(check(&mut monitor, |sample| sample.requests = 0), [(Cleared, CacheUnavailable, Critical)]);
}

#[test]
fn what_is_raised_stays_while_nothing_can_be_said() {
    let mut monitor = monitor();
    hits(&mut monitor, 0.1);
    hits(&mut monitor, 0.1);
    for _ in 0..5 {
        assert_eq!(check(&mut monitor, |sample| sample.requests = 3), []);
    }
    assert_eq!(monitor.severity(), Some(Critical));
}

#[test]
fn all_is_configurable_and_checked() {
    let options = |text: &str| MonitorOptions::from_value(&serde_json::from_str::<Value>(text).unwrap());
    assert_eq!(options("{}").unwrap(), MonitorOptions::default());
    let chosen = options(
        r#"{"hitRate":{"info":0.99,"error":0.2},"responseTime":{"warning":50},"minRequests":1,"margin":0.5}"#,
    )
    .unwrap();
    assert_eq!(chosen.hit_rate, [Some(0.99), None, Some(0.2), None]);
    assert_eq!((chosen.response, chosen.min_requests), ([None, Some(50.0), None, None], 1));
    let mut monitor = Monitor::new(chosen);
    let one = |sample: &mut Sample| (sample.requests, sample.hit_rate) = (1, Some(0.98));
    check(&mut monitor, one);
    assert_eq!(check(&mut monitor, one), [(Raised, LowHitRate, Info)]);
    for wrong in [r#"{"hitRate":{"info":2}}"#, r#"{"hitRates":{}}"#, r#"{"errorRate":{"fatal":0.5}}"#] {
        assert!(options(wrong).is_err(), "{wrong}");
    }
    let message = options(r#"{"hitRate":{"info":2}}"#).unwrap_err().message();
    assert!(message.contains("hitRate.info"), "{message}");
}

#[test]
fn a_sample_is_of_the_last_five_minutes() {
    let now = 1_800_000_000_000;
    let mut recorder = Recorder::new();
    for (minutes, counter, count) in [
        (5, Counter::Misses, 1_000),
        (4, Counter::Hits, 6),
        (0, Counter::Misses, 2),
        (0, Counter::Requests, 4),
        (0, Counter::Writes, 2),
        (0, Counter::Errors, 1),
        (0, Counter::Invalidations, 2),
    ] {
        recorder.tick(now - minutes * 60_000);
        recorder.count(&[], counter, count);
    }
    recorder.time(&[], 30);
    let history = History::decode(&recorder.encode()).unwrap();
    let sample = Sample::of(&history, now, Some(Error));
    let expected = Sample {
        requests: 10,
        hit_rate: Some(0.75),
        error_rate: Some(0.1),
        response: Some(30.0),
        invalidation_rate: Some(0.25),
        unavailable: Some(Error),
    };
    assert_eq!(sample, expected);
    assert_eq!(Sample::of(&History::default(), now, None), Sample::default());
}

#[test]
fn health_is_written_as_json() {
    let mut monitor = monitor();
    assert_eq!(monitor.to_json(), r#"{"status":"ok","checkedAt":null,"sample":null,"alerts":[]}"#);
    hits(&mut monitor, 0.25);
    hits(&mut monitor, 1.0 / 3.0);
    let alert = r#"{"id":1,"type":"low-hit-rate","severity":"critical","value":0.3333,"bound":0.5,"since":60000,"acknowledged":false}"#;
    let sample = r#"{"requests":50,"hitRate":0.3333,"errorRate":0,"responseTime":20,"invalidationRate":0,"available":true}"#;
    let expected =
        [r#"{"status":"critical","checkedAt":60000,"sample":"#, sample, r#","alerts":["#, alert, "]}"];
    assert_eq!(monitor.to_json(), expected.concat());
    let event = monitor.acknowledge(1).unwrap().to_json();
    let seen = alert.replace("false", "true");
    assert_eq!(event, [r#"{"type":"alert","state":"acknowledged","alert":"#, &seen, "}"].concat());
}

#[test]
fn every_name_is_read_back() {
    let names: Vec<&str> = AlertType::ALL.into_iter().map(AlertType::name).collect();
    assert_eq!(
        names,
        vec![
            "low-hit-rate",
            "high-error-rate",
            "slow-response",
            "high-invalidation-rate",
            "cache-unavailable"
        ]
    );
    for severity in Severity::ALL {
        assert_eq!(Severity::parse(severity.name()), Some(severity));
    }
}
