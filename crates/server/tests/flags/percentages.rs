//! A flag that is on for a part of the clients is so for the same ones each time.

use std::net::Ipv4Addr;

use serde_json::Value;

use crate::site::{DISABLED, STORY, Site, check};

/// Its bucket for `enabled` is 6630, as `tests/fixtures/flag-buckets.json` says.
const OUT: &str = "192.0.2.17";
/// 6349.
const IN: &str = "2001:db8::1";

#[tokio::test]
async fn p1_the_others_bypass_the_cache_and_their_writes_still_invalidate() {
    let site = Site::new().await;
    site.set(r#"{"server":{"enabled":65}}"#).await;
    site.get_as(IN).await;
    for version in 1..4 {
        for _ in 0..3 {
            assert!(site.get_as(IN).await.cache().starts_with("hit"));
            check(&site.get_as(OUT).await, &(version - 1).to_string(), DISABLED);
        }
        let writer = [OUT, IN][version % 2];
        let reply = site.server.send("PATCH", STORY, &[("x-forwarded-for", writer)], "").await;
        assert!(reply.header("x-cache-invalidate").is_some());
        check(&site.get_as(IN).await, &version.to_string(), "fwd=miss; stored");
    }
}

#[tokio::test]
async fn who_is_in_is_known_by_the_bucket_that_browsers_reckon_too() {
    let site = Site::new().await;
    let vectors: Value =
        serde_json::from_str(include_str!("../../../../tests/fixtures/flag-buckets.json")).unwrap();
    let mut checked = 0;
    for vector in vectors.as_array().unwrap().iter().filter(|vector| vector["flag"] == "enabled") {
        let client = vector["client"].as_str().unwrap();
        let bucket = vector["bucket"].as_f64().unwrap();
        if !client.is_ascii() {
            continue;
        }
        for (percent, is_in) in [((bucket - 0.5) / 100.0, false), ((bucket + 0.5) / 100.0, true)] {
            site.set(&format!(r#"{{"server":{{"enabled":{percent}}}}}"#)).await;
            let reply = site.server.send("GET", STORY, &[("x-user", client)], "").await;
            assert_eq!(reply.cache() != DISABLED, is_in, "{vector} {percent}");
            checked += 1;
        }
    }
    assert!(checked > 10);
}

#[tokio::test]
async fn as_many_are_in_as_it_says() {
    let site = Site::new().await;
    let shares = [(0, 0..=0), (20, 50..=110), (50, 160..=240), (80, 290..=350), (100, 400..=400)];
    let mut before = Vec::new();
    for (percent, expected) in shares {
        site.set(&format!(r#"{{"server":{{"enabled":{percent}}}}}"#)).await;
        let mut now = Vec::new();
        for client in 0..400 {
            let reply = site.get_as(&Ipv4Addr::from(0xC633_6400_u32 + client).to_string()).await;
            now.push(reply.cache() != DISABLED);
        }
        let count = now.iter().filter(|is_in| **is_in).count();
        assert!(expected.contains(&count), "{percent}: {count}");
        assert!(before.iter().zip(&now).all(|(before, now)| !before || *now), "who is in stays in");
        before = now;
    }
}

#[tokio::test]
async fn the_application_may_say_who_asks() {
    let site = Site::new().await;
    // 8062 for `enabled`, 2332 for `metrics`.
    let user = ("x-user", "user-7");
    site.set(r#"{"server":{"enabled":80.62,"metrics":23.32}}"#).await;
    let headers = [user, ("x-forwarded-for", IN)];
    assert_eq!(site.server.send("GET", STORY, &headers, "").await.cache(), DISABLED);
    assert_eq!(site.count("requests").await, 0);
    site.set(r#"{"server":{"enabled":80.63,"metrics":23.33}}"#).await;
    assert_ne!(site.server.send("GET", STORY, &headers, "").await.cache(), DISABLED);
    assert_eq!(site.count("requests").await, 1);
}
