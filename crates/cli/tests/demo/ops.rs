//! What operators see of the demo's cache.

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Server, fresh, wait_until};

const PLACES: [&str; 2] = ["/_everfresh", "/studio/api/cache"];

fn use_it(server: &Server) {
    for _ in 0..3 {
        server.get("/studio/api/scenes/7");
    }
    server.send("PATCH", "/studio/api/scenes/7", r#"{"title":"New"}"#);
}

fn counts(report: &Value) -> [u64; 3] {
    ["hits", "misses", "writes"].map(|name| report[name].as_u64().unwrap())
}

#[test]
fn metrics_and_monitoring_are_in_both_places() {
    let (_dir, server) = fresh();
    use_it(&server);
    for place in PLACES {
        let report = server.get(&format!("{place}/metrics?groupBy=entity")).json();
        assert_eq!(counts(&report["total"]), [2, 1, 1]);
        assert_eq!(
            (&report["groups"][0]["name"], counts(&report["groups"][0])),
            (&"scene".into(), [2, 1, 1])
        );
        let csv = server.get(&format!("{place}/metrics?format=csv"));
        assert!(csv.text().starts_with("row,name,at,hits,"));
        let monitoring = format!("{place}/monitoring");
        // It is looked at from the start on.
        wait_until(|| server.get(&monitoring).json()["health"]["status"] == "ok");
        let monitored = server.get(&monitoring).json();
        assert_eq!(counts(&monitored["metrics"]["total"]), [2, 1, 1]);
        let seen = server.send("POST", &format!("{place}/monitoring"), r#"{"acknowledge":1}"#);
        assert_eq!((seen.status, seen.json()["code"].as_str()), (404, Some("alert-unknown")));
        assert!(server.get(&format!("{place}/prometheus")).text().contains("everfresh_hits_total"));
    }
    let document = server.get("/_everfresh/openapi.json").json();
    assert!(document["paths"].get("/_everfresh/events").is_some());
    assert_eq!(server.send("DELETE", "/studio/api/cache/metrics", "").status, 204);
    assert_eq!(counts(&server.get("/_everfresh/metrics").json()["total"]), [0, 0, 0]);
    assert_eq!(server.get("/studio/api/cache/nothing").status, 404);
}

#[cfg(unix)]
#[test]
fn metrics_outlive_the_server() {
    let dir = TempDir::new().unwrap();
    let mut server = Server::start(dir.path(), &[]);
    use_it(&server);
    assert!(server.terminate("TERM").success());
    let server = Server::start(dir.path(), &[]);
    use_it(&server);
    assert_eq!(counts(&server.get("/_everfresh/metrics").json()["total"]), [4, 2, 2]);
}

#[test]
fn p8_who_is_not_on_this_machine_needs_the_token() {
    let dir = TempDir::new().unwrap();
    let server = Server::start(dir.path(), &["--token", "the token of the test"]);
    let bearer = ("authorization", "Bearer the token of the test");
    for place in PLACES {
        let path = format!("{place}/metrics");
        let ask = |headers: &[(&str, &str)]| server.try_send("GET", &path, headers, "").unwrap().status;
        assert_eq!(ask(&[]), 200);
        assert_eq!(ask(&[("x-forwarded-for", "203.0.113.7")]), 401);
        assert_eq!(ask(&[("x-forwarded-for", "203.0.113.7"), bearer]), 200);
        assert_eq!(ask(&[("sec-fetch-site", "cross-site")]), 401);
    }
    let body = r#"{"targets":"scene"}"#;
    assert_eq!(server.send("POST", "/_everfresh/invalidate", body).status, 401);
    assert_eq!(server.try_send("POST", "/_everfresh/invalidate", &[bearer], body).unwrap().status, 204);
}
