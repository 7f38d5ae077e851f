#![allow(clippy::unwrap_used)]
use super::*;

fn document(text: &str) -> FlagDocument {
    FlagDocument::parse(text).unwrap()
}

#[track_caller]
fn check_merge(before: &str, change: &str, after: &str) {
    let merged = document(before).merge(change).unwrap();
    assert_eq!(merged, document(after));
    assert_eq!(document(&merged.to_text()), merged);
}

#[track_caller]
fn check_refused(change: &str, code: &str, path: &str) {
    let problem = document(r#"{"server":{"push":false}}"#).merge(change).unwrap_err();
    assert_eq!((problem.code(), problem.path()), (code, path), "{change}");
    assert!(!problem.to_string().is_empty());
}

#[test]
fn buckets_are_those_of_browsers() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../../../tests/fixtures/flag-buckets.json")).unwrap();
    let vectors = vectors.as_array().unwrap();
    assert!(vectors.len() > 30);
    for vector in vectors {
        let [flag, client] = ["flag", "client"].map(|name| vector[name].as_str().unwrap());
        assert_eq!(bucket(flag, client), vector["bucket"], "{flag}:{client}");
    }
}

#[test]
fn a_percentage_is_of_clients_whatever_they_are_called_and_flags_do_not_hang_together() {
    let named: [fn(u32) -> String; 3] =
        [|n| n.to_string(), |n| format!("user-{n}"), |n| format!("10.0.{}.{}", n >> 8, n & 255)];
    for name in named {
        let clients: Vec<String> = (0..10_000).map(name).collect();
        for percent in [1.0, 10.0, 25.5, 50.0, 99.0] {
            let below = Setting::Percent(percent).buckets();
            let is_on = |flag: &str, client: &String| bucket(flag, client) < below;
            let share = |on: &dyn Fn(&String) -> bool| {
                let on = clients.iter().filter(|client| on(client)).count();
                f64::from(u32::try_from(on).unwrap()) / 100.0
            };
            let [one, both] = [
                share(&|client| is_on("enabled", client)),
                share(&|client| is_on("enabled", client) && is_on("push", client)),
            ];
            assert!((one - percent).abs() < 2.0, "{one} of {percent}");
            assert!((both - percent * percent / 100.0).abs() < 2.0, "{both} of {percent} by {percent}");
        }
    }
}

#[test]
fn a_percentage_reaches_from_nobody_to_everybody_and_who_is_in_stays_in() {
    assert_eq!(Setting::Percent(0.0).buckets(), 0);
    assert_eq!(Setting::Percent(0.01).buckets(), 1);
    assert_eq!(Setting::Percent(0.29).buckets(), 29);
    assert_eq!(Setting::Percent(100.0).buckets(), BUCKETS);
    assert_eq!(Setting::Switch(true).buckets(), BUCKETS);
    assert_eq!(Setting::Switch(false).buckets(), 0);
    let steps: Vec<u32> = (0..=100).map(|percent| Setting::Percent(percent.into()).buckets()).collect();
    assert!(steps.is_sorted());
}

#[test]
fn a_change_is_merged() {
    check_merge("{}", r#"{"client":{"prefetch":50}}"#, r#"{"client":{"prefetch":50}}"#);
    let both = r#"{"client":{"push":false,"outbox":0.5},"server":{"enabled":true}}"#;
    check_merge(both, "{}", both);
    check_merge(
        both,
        r#"{"client":{"push":null,"outbox":true},"server":{"enabled":false,"metrics":10}}"#,
        r#"{"client":{"outbox":true},"server":{"enabled":false,"metrics":10}}"#,
    );
    check_merge(both, r#"{"client":null}"#, r#"{"server":{"enabled":true}}"#);
    check_merge(both, r#"{"client":{"nothing":null},"server":{}}"#, both);
    let read = document(&document(both).merge("{}").unwrap().to_text());
    assert_eq!(read.client["outbox"], Setting::Percent(0.5));
}

#[test]
fn a_change_that_is_none_does_nothing() {
    check_refused("", "flags-not-json", "");
    check_refused("{", "flags-not-json", "");
    for whole in ["null", "[]", "true", r#""enabled""#] {
        check_refused(whole, "flags-not-object", "");
    }
    check_refused(r#"{"server":false}"#, "flags-not-object", "server");
    check_refused(r#"{"client":{"push":true},"server":[]}"#, "flags-not-object", "server");
    check_refused(r#"{"enabled":false}"#, "flag-unknown", "enabled");
    check_refused(r#"{"server":{"enable":false}}"#, "flag-unknown", "server.enable");
    check_refused(r#"{"server":{"prefetch":false}}"#, "flag-unknown", "server.prefetch");
    check_refused(r#"{"client":{"toString":false}}"#, "flag-unknown", "client.toString");
    for value in ["-1", "100.01", "1e9", r#""off""#, r#""50""#, "[]", "{}"] {
        check_refused(&format!(r#"{{"client":{{"push":{value}}}}}"#), "flag-invalid", "client.push");
    }
}

#[test]
fn a_flag_of_a_later_version_is_kept() {
    let later = document(r#"{"client":{"later":false,"push":true},"server":{"other":5}}"#);
    assert_eq!(later.strange().collect::<Vec<_>>(), ["client.later", "server.other"]);
    let merged = later.merge(r#"{"client":{"push":null}}"#).unwrap();
    assert_eq!(merged.to_text(), document(r#"{"client":{"later":false},"server":{"other":5}}"#).to_text());
    assert_eq!(merged.merge(r#"{"client":{"later":null},"server":null}"#).unwrap(), FlagDocument::default());
}

#[test]
fn what_has_changed_is_told_by_flag() {
    let before = document(r#"{"client":{"push":true,"outbox":1},"server":{"enabled":false}}"#);
    let now = document(r#"{"client":{"push":true,"outbox":2.5},"server":{"metrics":true}}"#);
    let told = now.changes(&before).map(|(flag, from, to)| {
        format!(
            "{flag} {} {}",
            from.map_or("-".into(), |set| set.to_string()),
            to.map_or("-".into(), |set| set.to_string())
        )
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        ["client.outbox 1 % 2.5 %", "server.enabled off -", "server.metrics - on"]
    );
}
