//! Health and alerts.

use std::sync::Arc;
use std::time::Duration;

use everfresh_server::ops::{
    AlertSink, AlertType, Change, LogSink, Monitoring, MonitoringOptions, Severity, State,
};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use http::StatusCode;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::setting::{Setting, json};

/// Hands on what it is told.
pub(crate) struct Channel(pub(crate) UnboundedSender<Change>);

impl AlertSink for Channel {
    fn tell<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, ()> {
        let _ = self.0.send(*change);
        ready(()).boxed()
    }
}

fn watched(setting: &Setting) -> (Monitoring, UnboundedReceiver<Change>) {
    let (sender, receiver) = unbounded_channel();
    let options = MonitoringOptions {
        every: Duration::from_millis(10),
        sinks: vec![Arc::new(LogSink), Arc::new(Channel(sender))],
    };
    (setting.ops.start_monitoring(options), receiver)
}

async fn fail_often(setting: &Setting) {
    for _ in 0..60 {
        setting.server.get("/fails").await;
    }
}

#[tokio::test]
async fn what_goes_wrong_is_told_once_acknowledged_and_cleared() {
    let setting = Setting::new().await;
    let before = json(&setting.ask("GET", "monitoring", "").await);
    assert_eq!((before["version"].as_u64(), before["health"]["status"].as_str()), (Some(1), Some("unknown")));
    fail_often(&setting).await;
    let (monitoring, mut changes) = watched(&setting);
    let mut told = Vec::new();
    for _ in 0..2 {
        let change = changes.recv().await.unwrap();
        assert_eq!((change.state, change.alert.severity), (State::Raised, Severity::Critical));
        told.push(change.alert.kind);
    }
    assert_eq!(told, [AlertType::LowHitRate, AlertType::HighErrorRate]);

    let now = json(&setting.ask("GET", "monitoring?groupBy=route", "").await);
    assert_eq!(now["health"]["status"], "critical");
    assert_eq!(now["health"]["sample"]["errorRate"], 1);
    assert_eq!((&now["store"]["name"], &now["store"]["available"]), (&"memory".into(), &true.into()));
    assert_eq!(now["metrics"]["groups"][0]["name"], "/fails");
    let alert = &now["health"]["alerts"][1];
    assert_eq!((&alert["type"], &alert["acknowledged"]), (&"high-error-rate".into(), &false.into()));

    let body = format!(r#"{{ "acknowledge": {} }}"#, alert["id"]);
    for _ in 0..2 {
        let seen = json(&setting.ask("POST", "monitoring", &body).await);
        assert_eq!(seen["alerts"][1]["acknowledged"], true);
    }
    let change = changes.recv().await.unwrap();
    assert_eq!((change.state, change.alert.kind), (State::Acknowledged, AlertType::HighErrorRate));

    // Six minutes later nothing is left of it but good answers.
    setting.time.pass(6 * 60_000);
    for _ in 0..60 {
        setting.server.get("/api/stories/1").await;
    }
    let mut cleared = Vec::new();
    while cleared.len() < 2 {
        let change = changes.recv().await.unwrap();
        if change.state == State::Cleared {
            cleared.push(change.alert.kind);
        }
    }
    drop(monitoring);
    assert!(changes.recv().await.is_none(), "it ends with its handle");
}

#[tokio::test]
async fn what_is_acknowledged_wrongly_is_told() {
    let setting = Setting::new().await;
    for (body, status, code) in [
        ("", 400, "acknowledge-missing"),
        (r#"{ "acknowledge": "1" }"#, 400, "acknowledge-missing"),
        (r#"{ "acknowledge": 7 }"#, 404, "alert-unknown"),
        (r#"{ "acknowledge": 99999999999 }"#, 404, "alert-unknown"),
    ] {
        let reply = setting.ask("POST", "monitoring", body).await;
        assert_eq!((reply.status.as_u16(), json(&reply)["code"].as_str()), (status, Some(code)), "{body}");
    }
    assert_eq!(setting.ask("GET", "monitoring?format=csv", "").await.status, StatusCode::BAD_REQUEST);
}
