//! The text for Prometheus; the rules for its alerts, the dashboard and the page that are made for it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::setting::Setting;

const RULES: &str = include_str!("../../../../docs/everfresh.rules.yml");
const DASHBOARD: &str = include_str!("../../../../docs/everfresh.dashboard.json");
const PAGE: &str = include_str!("../../../../docs/dashboards.md");

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
async fn all_that_rules_dashboard_and_page_name_is_exported() {
    let setting = Setting::new().await;
    let text = setting.ask("GET", "prometheus", "").await;
    let mut exported = BTreeSet::new();
    for line in text.text().lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        let parts = if kind == "histogram" { &["_bucket", "_sum", "_count"][..] } else { &[""] };
        exported.extend(parts.iter().map(|part| format!("{name}{part}")));
    }
    for (file, text) in [("the rules", RULES), ("the dashboard", DASHBOARD), ("the page", PAGE)] {
        let named: BTreeSet<String> = names(text).collect();
        assert!(!named.is_empty(), "{file}: {named:?}");
        let unknown: Vec<&String> = named.difference(&exported).collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?} among {exported:?}");
    }
}

#[test]
fn the_queries_of_dashboard_and_page_can_be_read() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let mut queries: Vec<&str> = targets.map(|target| target["expr"].as_str().unwrap()).collect();
    queries.extend(PAGE.split("```promql\n").skip(1).map(|rest| rest.split("```").next().unwrap()));
    assert!(queries.len() > 20, "{queries:?}");
    for query in queries {
        promql_parser::parser::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    }
}

#[test]
fn the_page_tells_of_each_panel_and_of_each_alert() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let titles = panels.iter().map(|panel| panel["title"].as_str().unwrap().to_owned());
    let alerts = RULES.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    for row in titles.chain(alerts.map(|alert| format!("`{alert}`"))) {
        assert!(PAGE.contains(&format!("\n| {row} | ")), "{row} is in no row of the page");
    }
}

/// The names of metrics in a text.
fn names(text: &str) -> impl Iterator<Item = String> {
    let is_name = |character: char| character.is_ascii_lowercase() || character == '_';
    text.match_indices("everfresh_")
        .map(move |(at, _)| text[at..].chars().take_while(|&c| is_name(c)).collect())
}
