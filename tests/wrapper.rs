//! The wrapped function is native `fetch` wherever nothing is cached, and gives way without a trace.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::{Page, RULES, clear_storage, property, wait};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/support/disguise.js")]
extern "C" {
    /// Ways in which `globalThis.fetch` differs from the native function while it is installed.
    #[wasm_bindgen(catch)]
    async fn betrayals(names: &str) -> Result<JsValue, JsValue>;
    fn patch() -> JsValue;
    fn unpatch(native: &JsValue);
}

fn fetch() -> JsValue {
    property(&js_sys::global(), "fetch")
}

#[wasm_bindgen_test]
async fn p9_nothing_tells_it_from_native_fetch() {
    assert_eq!(betrayals(&everfresh::response_headers()).await.unwrap(), "");
}

#[wasm_bindgen_test]
async fn p9_without_a_rule_the_page_gets_the_same_response() {
    let page = Page::fresh(RULES);
    page.network().answer("GET /other", 200, "plain", "[]");
    let response = wait(page.fetch("/other", &JsValue::UNDEFINED)).await.unwrap();
    assert!(response == page.network().last());
    assert_eq!(page.network().log(), "GET /other default");
    page.leave();
}

#[wasm_bindgen_test]
async fn p9_what_a_cache_cannot_honour_passes() {
    let page = Page::fresh(RULES);
    page.network().answer("GET /api/x", 200, "x", "[]");
    assert_eq!(page.get("/api/x").await, "network: x");
    for init in [
        r#"{"headers":{"Range":"bytes=0-1"}}"#,
        r#"{"headers":[["If-None-Match","\"a\""]]}"#,
        r#"{"cache":"no-store"}"#,
        r#"{"redirect":"manual"}"#,
        r#"{"integrity":"sha256-AAAA"}"#,
        r#"{"mode":"no-cors"}"#,
    ] {
        let before = page.network().count("GET /api/x");
        wait(page.fetch("/api/x", &js_sys::JSON::parse(init).unwrap())).await.unwrap();
        assert_eq!(page.network().count("GET /api/x"), before + 1, "{init}");
    }
    assert_eq!(page.get("/api/x").await, "memory: x");
    page.leave();
}

#[wasm_bindgen_test]
async fn p7_uninstall_gives_back_what_stood_there_and_drops_everything() {
    let page = Page::fresh(RULES);
    let before = fetch();
    page.install();
    page.install();
    assert!(page.installed());
    assert!(fetch() != before);
    page.network().answer("GET /api/x", 200, "one", "[]");
    wait(page.global("/api/x")).await.unwrap();
    page.until("store", 1).await;
    assert_eq!(page.get("/api/x").await, "memory: one");
    page.uninstall();
    assert!(fetch() == before);
    assert!(!page.installed());
    assert_eq!(page.get("/api/x").await, "network: one");
    page.leave();
}

#[wasm_bindgen_test]
async fn p9_uninstalled_under_another_patch_it_is_transparent() {
    let page = Page::fresh(RULES);
    page.network().answer("GET /api/x", 200, "one", "[]");
    page.install();
    let ours = patch();
    wait(page.global("/api/x")).await.unwrap();
    page.until("store", 1).await;
    assert_eq!(page.get("/api/x").await, "memory: one");
    let patched = fetch();
    page.uninstall();
    assert!(fetch() == patched, "somebody else's patch stays");
    for _ in 0..2 {
        let response = wait(page.global("/api/x")).await.unwrap();
        assert!(response == page.network().last());
    }
    unpatch(&ours);
    page.leave();
}

#[wasm_bindgen_test]
async fn p4_a_write_before_the_wasm_is_there_counts() {
    clear_storage();
    let first = Page::open(RULES);
    first.network().answer("GET /api/x", 200, "old", "[]");
    first.get("/api/x").await;
    first.leave();

    let page = Page::loading();
    page.network().answer("PATCH /api/y", 200, "", r#"[["x-cache-invalidate","\"/api/x\""]]"#);
    page.network().answer("GET /api/x", 200, "new", "[]");
    assert_eq!(page.send("PATCH", "/api/y").await, 200.0);
    assert_eq!(support::stored_names("everfresh:early:").len(), 1);
    page.begin(RULES);
    assert_eq!(support::stored_names("everfresh:early:").len(), 0);
    assert_eq!(page.get("/api/x").await, "network: new");
    page.leave();
}

#[wasm_bindgen_test]
async fn p1_a_write_that_is_answered_after_the_start_counts() {
    let page = Page::loading();
    clear_storage();
    page.network().answer("PATCH /api/y", 200, "", r#"[["x-cache-invalidate","\"/api/x\""]]"#);
    page.network().answer("GET /api/x", 200, "old", "[]");
    page.network().hold("PATCH /api/y");
    let write = page.start_send("PATCH", "/api/y", None);
    page.begin(RULES);
    page.get("/api/x").await;
    page.network().answer("GET /api/x", 200, "new", "[]");
    page.network().release("PATCH /api/y");
    wait(write).await.unwrap();
    assert_eq!(page.get("/api/x").await, "network: new");
    page.leave();
}
