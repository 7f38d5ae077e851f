//! Alerts to an address of HTTP.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use everfresh_server::ops::{
    Alert, AlertSink, AlertType, Change, MonitoringOptions, Severity, State, WebhookOptions, WebhookSink,
};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::sync::mpsc::unbounded_channel;

use crate::setting::Setting;
use crate::support::{Gate, Server, serve};

const CHANGE: Change = Change {
    state: State::Raised,
    alert: Alert {
        id: 3,
        kind: AlertType::SlowResponse,
        severity: Severity::Warning,
        value: Some(250.0),
        bound: Some(200.0),
        since: 7,
        acknowledged: false,
    },
};

/// What came, and how it was authorized.
type Came = Arc<Mutex<Vec<(String, Value)>>>;

/// A receiver that gives these answers, and then 204.
async fn receiver(answers: &[u16]) -> (Server, Came) {
    let came = Came::default();
    let (all, answers) = (Arc::clone(&came), answers.to_vec());
    let take = move |headers: HeaderMap, body: String| {
        let mut all = all.lock().unwrap();
        let authorization = headers.get("authorization").map_or("", |value| value.to_str().unwrap());
        all.push((authorization.to_owned(), serde_json::from_str(&body).unwrap()));
        let status = StatusCode::from_u16(answers.get(all.len() - 1).copied().unwrap_or(204)).unwrap();
        std::future::ready((status, [("location", "/elsewhere")]))
    };
    (serve(Router::new().fallback(post(take))).await, came)
}

fn sink(server: &Server) -> WebhookSink {
    let options = WebhookOptions {
        authorization: Some("Bearer of the test".into()),
        pause: Duration::from_millis(1),
        ..WebhookOptions::default()
    };
    WebhookSink::new(&format!("http://{}/hook?a=1", server.address), options).unwrap()
}

#[tokio::test]
async fn it_is_tried_again_as_often_as_that_may_help() {
    for (answers, tries) in
        [(&[][..], 1), (&[500], 2), (&[503, 429], 3), (&[500; 9], 3), (&[400], 1), (&[302], 1), (&[401], 1)]
    {
        let (server, came) = receiver(answers).await;
        sink(&server).tell(&CHANGE).await;
        let came = came.lock().unwrap();
        assert_eq!(came.len(), tries, "{answers:?}");
        for (authorization, told) in came.iter() {
            assert_eq!(authorization, "Bearer of the test");
            assert_eq!((&told["type"], &told["state"]), (&"alert".into(), &"raised".into()));
            assert_eq!(
                (&told["alert"]["type"], &told["alert"]["value"]),
                (&"slow-response".into(), &250.into())
            );
        }
    }
}

#[tokio::test]
async fn who_does_not_answer_is_given_up() {
    let gate = Gate::closed();
    let at = gate.clone();
    let app = Router::new().fallback(post(async move || at.pass().await));
    let server = serve(app).await;
    let options = WebhookOptions {
        timeout: Duration::from_millis(50),
        tries: 2,
        pause: Duration::from_millis(1),
        ..WebhookOptions::default()
    };
    let url = format!("http://{}/", server.address);
    WebhookSink::new(&url, options.clone()).unwrap().tell(&CHANGE).await;
    drop(server);
    WebhookSink::new(&url, options).unwrap().tell(&CHANGE).await;
}

#[tokio::test]
async fn what_is_no_address_is_told() {
    for url in ["", "/hook", "example.org", "ftp://example.org/", "http:///x"] {
        let error = WebhookSink::new(url, WebhookOptions::default()).unwrap_err();
        assert_eq!(error.code(), "webhook-invalid", "{url}");
    }
    let options = WebhookOptions { authorization: Some("a\nb".into()), ..WebhookOptions::default() };
    assert!(WebhookSink::new("http://example.org/", options).is_err());
}

#[tokio::test]
async fn p10_a_sink_that_hangs_holds_up_nobody_else() {
    let setting = Setting::new().await;
    for _ in 0..60 {
        setting.server.get("/fails").await;
    }
    let (sender, mut told) = unbounded_channel();
    let options = MonitoringOptions {
        every: Duration::from_millis(5),
        sinks: vec![Arc::new(Hangs), Arc::new(crate::monitoring::Channel(sender))],
    };
    let _monitoring = setting.ops.start_monitoring(options);
    assert_eq!(told.recv().await.unwrap().state, State::Raised);
    assert_eq!(told.recv().await.unwrap().state, State::Raised);
}

struct Hangs;

impl AlertSink for Hangs {
    fn tell<'a>(&'a self, _: &'a Change) -> futures_util::future::BoxFuture<'a, ()> {
        Box::pin(std::future::pending())
    }
}
