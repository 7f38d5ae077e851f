//! The other flags of servers: events and counting.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use crate::site::{STORED, Site, check, json as read};

/// A stream of events for who has this address, or what is said instead.
async fn listen(site: &Site, address: &str) -> Result<Incoming, (StatusCode, String)> {
    let stream = TcpStream::connect(site.server.address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::builder().uri("/_everfresh/events").header("host", "a");
    let request = request.header("x-forwarded-for", address).body(Empty::<Bytes>::new()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    if response.status() == StatusCode::OK {
        return Ok(response.into_body());
    }
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Err((status, String::from_utf8(body.to_vec()).unwrap()))
}

async fn until_end(mut events: Incoming) {
    while let Some(Ok(_)) = events.frame().await {}
}

fn refused() -> (StatusCode, String) {
    (StatusCode::SERVICE_UNAVAILABLE, r#"{"code":"push-off"}"#.to_owned())
}

#[tokio::test]
async fn p3_without_push_nobody_listens_and_who_does_is_let_go() {
    let site = Site::new().await;
    let one = listen(&site, "192.0.2.1").await.unwrap();
    site.set(r#"{"server":{"push":false}}"#).await;
    until_end(one).await;
    assert_eq!(listen(&site, "192.0.2.1").await.unwrap_err(), refused());
    // The rest goes on.
    site.fill().await;
    site.set(r#"{"server":{"push":true}}"#).await;
    let mut again = listen(&site, "192.0.2.1").await.unwrap();
    let first = again.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first.starts_with(b"event: ready"), "{first:?}");
    site.write().await;
    let next = again.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(std::str::from_utf8(&next).unwrap().contains("story:1"), "{next:?}");
}

#[tokio::test]
async fn p3_push_may_be_for_a_part_of_the_clients() {
    // Its bucket for `push` is 8625.
    let (site, address) = (Site::new().await, "192.0.2.17");
    site.set(r#"{"server":{"push":86.26}}"#).await;
    let one = listen(&site, address).await.unwrap();
    // It stays for a change that is not about it.
    site.set(r#"{"server":{"push":87,"metrics":false}}"#).await;
    site.set(r#"{"server":{"push":86.25}}"#).await;
    until_end(one).await;
    assert_eq!(listen(&site, address).await.unwrap_err(), refused());
}

#[tokio::test]
async fn without_metrics_nothing_is_counted_neither_here_nor_of_browsers() {
    let site = Site::new().await;
    site.get().await;
    let counts =
        async || [site.count("misses").await, site.count("hits").await, site.count("invalidations").await];
    assert_eq!(counts().await, [1, 0, 0]);
    let beacon = async |item: &str| {
        let mut recorder = everfresh_core::metrics::Recorder::new();
        recorder.tick(site.time.clock().now());
        let group = recorder.group(everfresh_core::metrics::Dimension::Layer, "memory");
        recorder.count(&[group], everfresh_core::metrics::Counter::Hits, 1);
        let body = json!({ "version": 1, "item": format!("everfresh:m:{item}"), "text": recorder.encode() });
        let headers = [("content-type", "application/json")];
        site.server.send("POST", "/_everfresh/beacon", &headers, &body.to_string()).await.status
    };
    let of_browsers = async || {
        let report = site.ask("GET", "metrics?range=1h&source=browsers", "").await;
        read(&report)["total"]["hits"].as_u64().unwrap()
    };
    site.set(r#"{"server":{"metrics":false}}"#).await;
    site.fill().await;
    site.write().await;
    check(&site.get().await, "1", STORED);
    site.ask("POST", "invalidate", r#"{"targets":"story"}"#).await;
    assert_eq!(counts().await, [1, 0, 0]);
    assert_eq!(beacon("a").await, StatusCode::NO_CONTENT);
    assert_eq!(of_browsers().await, 0);
    site.set(r#"{"server":{"metrics":null}}"#).await;
    site.write().await;
    assert_eq!(counts().await, [1, 0, 1]);
    assert_eq!(beacon("b").await, StatusCode::NO_CONTENT);
    assert_eq!(of_browsers().await, 1);
}
