//! What is in localStorage: our records and nobody else's, whole ones only, or none where it is denied.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::{Page, RULES, get_item, remove_item, set_item, stored_names};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/support/denied.js")]
extern "C" {
    /// Access to localStorage throws until the function given back is called.
    #[wasm_bindgen(js_name = denyAccess)]
    fn deny_access() -> js_sys::Function;
    /// Every method of localStorage throws until the function given back is called.
    #[wasm_bindgen(js_name = denyUse)]
    fn deny_use() -> js_sys::Function;
    /// Writing to localStorage throws until the function given back is called.
    #[wasm_bindgen(js_name = denyWrites)]
    fn deny_writes() -> js_sys::Function;
}

/// A page that fetched `/api/a` and `/api/b` and was left.
async fn visit() {
    let page = Page::fresh(RULES);
    page.network().answer("GET /api/a", 200, "one\ntwo \u{1F600} \0", r#"[["x-cache-tags","t:1"]]"#);
    page.network().answer("GET /api/b", 200, "b", "[]");
    page.get("/api/a").await;
    page.get("/api/b").await;
    page.until("store", 2).await;
    page.leave();
}

#[wasm_bindgen_test]
async fn an_answer_outlives_the_page() {
    visit().await;
    let page = Page::open(RULES);
    assert_eq!(page.get("/api/a").await, "storage: one\ntwo \u{1F600} \0");
    assert_eq!(page.get("/api/a").await, "memory: one\ntwo \u{1F600} \0");
    assert_eq!(page.network().log(), "");
    page.leave();
}

#[wasm_bindgen_test]
async fn p4_an_invalidation_outlives_the_page() {
    visit().await;
    let page = Page::open(RULES);
    page.invalidate("\"/api/a\"", false);
    page.crash();
    let page = Page::open(RULES);
    page.network().answer("GET /api/a", 200, "new", "[]");
    assert_eq!(page.get("/api/a").await, "network: new");
    assert_eq!(page.get("/api/b").await, "storage: b");
    page.leave();
}

#[wasm_bindgen_test]
async fn p4_a_write_that_was_cut_off_outlives_the_page() {
    visit().await;
    let page = Page::open(RULES);
    page.network().hold("PATCH /api/a");
    let _write = page.start_send("PATCH", "/api/a", None);
    page.crash();
    let page = Page::open(RULES);
    page.network().answer("GET /api/a", 200, "new", "[]");
    assert_eq!(page.get("/api/a").await, "network: new");
    page.leave();
}

#[wasm_bindgen_test]
async fn p8_foreign_items_are_never_touched() {
    visit().await;
    for name in ["other", "everfresher:e:|x", "everfresh", "Everfresh:epoch"] {
        set_item(name, "theirs");
    }
    let page = Page::open(RULES);
    page.get("/api/a").await;
    page.clear();
    page.leave();
    for name in ["other", "everfresher:e:|x", "everfresh", "Everfresh:epoch"] {
        assert_eq!(get_item(name).as_deref(), Some("theirs"), "{name}");
        remove_item(name);
    }
    assert_eq!(stored_names("everfresh:e:"), Vec::<String>::new());
}

#[wasm_bindgen_test]
async fn p7_a_broken_record_is_dropped_alone() {
    for broken in ["", "\n", "garbage", "1\n{}\n", "cut"] {
        visit().await;
        let name = stored_names("everfresh:e:").into_iter().find(|name| name.ends_with("/api/a")).unwrap();
        let whole = get_item(&name).unwrap();
        let cut: String = whole.chars().take(whole.chars().count() - 2).collect();
        let text = if broken == "cut" { &cut } else { broken };
        set_item(&name, text);
        let page = Page::open(RULES);
        page.network().answer("GET /api/a", 200, "new", "[]");
        assert_eq!(page.get("/api/a").await, "network: new", "{broken}");
        assert_eq!(page.get("/api/b").await, "storage: b", "{broken}");
        assert!(page.events("problem") > 0, "{broken}");
        page.leave();
    }
}

#[wasm_bindgen_test]
async fn p7_where_storage_is_denied_memory_serves() {
    for deny in [deny_access, deny_use] {
        let allow = deny();
        let page = Page::open(RULES);
        page.network().answer("GET /api/a", 200, "a", "[]");
        assert_eq!(page.get("/api/a").await, "network: a");
        page.until("store", 1).await;
        assert_eq!(page.get("/api/a").await, "memory: a");
        assert_eq!(page.send("PATCH", "/api/a").await, 404.0);
        page.leave();
        allow.call0(&JsValue::NULL).unwrap();
    }
}

#[wasm_bindgen_test]
async fn p7_where_writing_is_refused_memory_serves_and_nothing_old_is_left() {
    visit().await;
    let allow = deny_writes();
    let page = Page::open(RULES);
    page.network().answer("GET /api/c", 200, "c", "[]");
    page.get("/api/c").await;
    page.until("store", 1).await;
    assert_eq!(page.get("/api/c").await, "memory: c");
    page.network().answer("PATCH /api/a", 200, "", "[]");
    page.send("PATCH", "/api/a").await;
    page.leave();
    allow.call0(&JsValue::NULL).unwrap();
    let page = Page::open(RULES);
    page.network().answer("GET /api/a", 200, "new", "[]");
    assert_eq!(page.get("/api/a").await, "network: new");
    page.leave();
}

#[wasm_bindgen_test]
async fn a_new_build_drops_what_the_old_one_stored() {
    visit().await;
    let page = Page::open(&RULES.replace("{\"rules\"", "{\"buster\":\"2\",\"rules\""));
    page.network().answer("GET /api/a", 200, "new", "[]");
    assert_eq!(page.get("/api/a").await, "network: new");
    page.leave();
}

#[wasm_bindgen_test]
async fn p7_a_trap_drops_what_is_stored_and_leaves_native_fetch() {
    visit().await;
    let page = Page::open(RULES);
    page.network().answer("GET /api/b", 200, "native", "[]");
    page.network().hold("GET /api/c");
    page.network().answer("GET /api/c", 200, "c", "[]");
    page.install();
    let waiting = page.start_get("/api/c");
    page.trap();
    assert!(!page.installed());
    assert_eq!(stored_names("everfresh:e"), Vec::<String>::new());
    assert_eq!(page.get("/api/b").await, "network: native");
    page.network().release("GET /api/c");
    assert_eq!(support::text(waiting).await.unwrap(), "network: c");
    page.leave();
}
