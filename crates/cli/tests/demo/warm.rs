//! `everfresh warm`, of the demo's cache.

use std::path::Path;
use std::process::{Command, Output};

use axum::Router;
use axum::routing::get;
use serde_json::Value;
use tempfile::tempdir;

use crate::support::{fresh, serve};

fn warm(dir: &Path, url: &str, options: &[&str]) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_everfresh"))
        .args(["warm", "--url", url, "--rate", "1000", "--from"])
        .args(options)
        .current_dir(dir)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout.clone()).unwrap();
    (output, told)
}

#[test]
fn what_a_list_names_is_in_the_cache_then() {
    let (_demo, server) = fresh();
    let dir = tempdir().unwrap();
    let list = "# the studio\n/studio/api/stories\n/studio/api/scenes/1\n/studio/api/scenes/1\n";
    std::fs::write(dir.path().join("list"), list).unwrap();
    let url = format!("http://{}", server.address());
    let (output, told) = warm(dir.path(), &url, &["list", "list", "--json", "out.json"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(told, "2 URLs: 2 stored now, 0 there already, 0 failed\n");
    let outcomes: Value =
        serde_json::from_slice(&std::fs::read(dir.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(outcomes[0]["status"], 200);
    let status = server.get("/studio/api/scenes/1").header("cache-status").unwrap_or("none").to_owned();
    assert!(status.starts_with("everfresh-server; hit"), "{status}");
    let (_, told) = warm(dir.path(), &url, &["list", "list"]);
    assert_eq!(told, "2 URLs: 0 stored now, 2 there already, 0 failed\n");
}

#[test]
fn a_sitemap_and_an_analysis_are_read_too() {
    let (_demo, server) = fresh();
    let dir = tempdir().unwrap();
    let url = format!("http://{}", server.address());
    let index =
        |at: &str| format!("<sitemapindex><sitemap><loc>{at}/pages.xml</loc></sitemap></sitemapindex>");
    let pages = format!("<urlset><url><loc>{url}/community/api/posts</loc></url></urlset>");
    let maps = serve(Router::new().route("/pages.xml", get(async move || pages)));
    std::fs::write(dir.path().join("index.xml"), index(&maps)).unwrap();
    let (output, told) = warm(dir.path(), &url, &["sitemap", "index.xml"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(told, "1 URLs: 1 stored now, 0 there already, 0 failed\n");
    let analysis = r#"{"busiest":[{"name":"/studio/api/stories"},{"name":"/studio/api/*"}]}"#;
    std::fs::write(dir.path().join("analysis.json"), analysis).unwrap();
    let (_, told) = warm(dir.path(), &url, &["analysis", "analysis.json"]);
    assert_eq!(told, "1 URLs: 1 stored now, 0 there already, 0 failed\n");
}

#[test]
fn what_fails_is_named() {
    let (_demo, server) = fresh();
    let dir = tempdir().unwrap();
    let url = format!("http://{}", server.address());
    std::fs::write(dir.path().join("list"), "/studio/api/none\n/studio/api/stories\n").unwrap();
    let (output, told) = warm(dir.path(), &url, &["list", "list"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told.ends_with(&format!("1 failed\n  {url}/studio/api/none: 404\n")), "{told}");
    std::fs::write(dir.path().join("bad"), "ftp://a.test/\n").unwrap();
    for (options, told) in [
        (["list", "missing"], "can't read missing"),
        (["list", "bad"], "can't use bad: \"ftp://a.test/\" is no URL of HTTP"),
        (["sitemap", "list"], "can't use list"),
        (["analysis", "list"], "it is no analysis"),
    ] {
        let (output, _) = warm(dir.path(), &url, &options);
        assert_eq!(output.status.code(), Some(2));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(told), "{error}");
    }
}
