//! The text for Prometheus, and the rules for its alerts.

use std::collections::BTreeSet;

use crate::setting::Setting;

const RULES: &str = include_str!("../../../../docs/everfresh.rules.yml");

#[tokio::test]
async fn prometheus_reads_what_was_counted() {
    let setting = Setting::new().await;
    setting.use_it().await;
    let reply = setting.ask("GET", "prometheus", "").await;
    assert_eq!(reply.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let lines: BTreeSet<&str> = reply.text().lines().collect();
    for line in [
        "# TYPE everfresh_hits_total counter",
        r#"everfresh_hits_total{source="server"} 1"#,
        r#"everfresh_hits_total{source="browsers"} 0"#,
        r#"everfresh_misses_total{source="server"} 3"#,
        r#"everfresh_route_misses_total{source="server",route="/api/*"} 2"#,
        r#"everfresh_tag_invalidations_total{source="server",tag="story"} 1"#,
        r#"everfresh_duration_seconds_count{source="server"} 5"#,
        r#"everfresh_duration_seconds_bucket{source="server",le="+Inf"} 5"#,
        r#"everfresh_store_available{store="memory"} 1"#,
        r#"everfresh_alert{type="high-error-rate"} 0"#,
    ] {
        assert!(lines.contains(line), "{line} in {}", reply.text());
    }
    setting.ask("DELETE", "metrics", "").await;
    let after = setting.ask("GET", "prometheus", "").await;
    assert!(after.text().contains(r#"everfresh_hits_total{source="server"} 1"#), "a counter never falls");
}

#[tokio::test]
async fn all_that_the_alert_rules_name_is_there() {
    let setting = Setting::new().await;
    let text = setting.ask("GET", "prometheus", "").await;
    let is_name = |character: char| character.is_ascii_lowercase() || character == '_';
    let mut named = BTreeSet::new();
    for (at, _) in RULES.match_indices("everfresh_") {
        let rest = &RULES[at..];
        named.insert(&rest[..rest.find(|character| !is_name(character)).unwrap()]);
    }
    assert!(named.len() > 5, "{named:?}");
    for name in named {
        let begin = format!("{name}{{");
        assert!(text.text().lines().any(|line| line.starts_with(&begin)), "{name} in {}", text.text());
    }
}
