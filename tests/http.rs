//! What HTTP says of caches, as a page sees it: validators, variants, failures, HEAD.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::{Page, property, text, wait};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const RULES: &str = r#"{"rules":[{"match":"/api/*","persist":true}]}"#;

fn init(text: &str) -> JsValue {
    js_sys::JSON::parse(text).unwrap()
}

fn header(response: &JsValue, name: &str) -> Option<String> {
    let headers = property(response, "headers");
    let get: js_sys::Function = property(&headers, "get").unchecked_into();
    get.call1(&headers, &name.into()).unwrap().as_string()
}

async fn body(response: &JsValue) -> String {
    let read: js_sys::Function = property(response, "text").unchecked_into();
    text(read.call0(response).unwrap().unchecked_into()).await.unwrap()
}

#[wasm_bindgen_test]
async fn a_304_is_the_stored_answer_with_its_new_headers() {
    let page = Page::fresh(RULES);
    let first = r#"[["etag","\"1\""],["cache-control","max-age=0, stale-if-error=9"],["x-version","1"],["x-kept","yes"]]"#;
    page.network().answer("GET /api/x", 200, "one", first);
    page.get("/api/x").await;
    page.until("store", 1).await;
    page.network().answer(
        "GET /api/x",
        200,
        "two",
        &first.replace("max-age=0", "max-age=60").replace(r#"n","1"#, r#"n","2"#),
    );
    let calls = [(); 2].map(|()| page.fetch("/api/x", &JsValue::UNDEFINED));
    for call in calls {
        let response = wait(call).await.unwrap();
        assert_eq!(property(&response, "status"), 200);
        assert_eq!(
            header(&response, "cache-status").as_deref(),
            Some("everfresh; fwd=stale; fwd-status=304")
        );
        assert_eq!(header(&response, "x-version").as_deref(), Some("2"));
        assert_eq!(header(&response, "x-kept").as_deref(), Some("yes"));
        assert_eq!(body(&response).await, "one");
    }
    assert_eq!(page.network().log(), "GET /api/x no-cache\nGET /api/x no-store");
    assert_eq!(page.get("/api/x").await, "memory: one");
    page.leave();
    let page = Page::open(RULES);
    assert_eq!(page.get("/api/x").await, "storage: one", "the record was written anew");
    page.leave();
}

#[wasm_bindgen_test]
async fn p2_a_304_for_what_was_dropped_meanwhile_is_never_seen() {
    let page = Page::fresh(RULES);
    page.network().answer("GET /api/x", 200, "one", r#"[["etag","\"1\""],["cache-control","no-cache"]]"#);
    page.get("/api/x").await;
    page.until("store", 1).await;
    page.network().hold("GET /api/x");
    let waiting = page.start_get("/api/x");
    page.invalidate("\"/api/x\"", false);
    page.network().release("GET /api/x");
    assert_eq!(text(waiting).await.unwrap(), "network: one");
    assert!(page.network().log().ends_with("GET /api/x no-store\nGET /api/x reload"));
    page.leave();
}

#[wasm_bindgen_test]
async fn p4_variants_stand_beside_each_other_also_after_a_reload() {
    let headers = r#"[["vary","Accept-Language"],["cache-control","max-age=60"]]"#;
    let page = Page::fresh(RULES);
    let languages = ["fr", "de"];
    for language in languages {
        page.network().answer(&format!("GET /api/x {language}"), 200, language, headers);
    }
    let ask = |page: &Page, language: &str| {
        page.fetch("/api/x", &init(&format!(r#"{{"headers":{{"accept-language":"{language}"}}}}"#)))
    };
    for (count, language) in (1..).zip(languages) {
        wait(ask(&page, language)).await.unwrap();
        page.until("store", count).await;
    }
    page.leave();
    let page = Page::open(RULES);
    for source in ["storage", "memory"] {
        for language in languages {
            let response = wait(ask(&page, language)).await.unwrap();
            let status = header(&response, "cache-status").unwrap();
            assert!(status.contains(&format!("detail={source}")), "{status}");
            assert_eq!(body(&response).await, language);
        }
    }
    assert_eq!(page.network().log(), "");
    page.leave();
}

#[wasm_bindgen_test]
async fn a_stale_answer_makes_up_for_a_failure() {
    let page = Page::fresh(RULES);
    page.network().answer("GET /api/x", 200, "one", r#"[["cache-control","max-age=0, stale-if-error=60"]]"#);
    page.get("/api/x").await;
    page.until("store", 1).await;
    page.network().answer("GET /api/x", 503, "oops", "[]");
    let response = wait(page.fetch("/api/x", &JsValue::UNDEFINED)).await.unwrap();
    let status = header(&response, "cache-status");
    assert_eq!(status.as_deref(), Some("everfresh; fwd=stale; detail=stale-if-error"));
    assert_eq!(body(&response).await, "one");
    page.network().fail("GET /api/x");
    let response = wait(page.fetch("/api/x", &JsValue::UNDEFINED)).await.unwrap();
    assert_eq!(body(&response).await, "one");
    assert_eq!(page.events("stale-if-error"), 2);
    page.leave();
}

#[wasm_bindgen_test]
async fn a_head_has_the_headers_and_no_body() {
    let page = Page::fresh(RULES);
    page.network().answer("GET /api/x", 200, "one", r#"[["cache-control","max-age=60"],["x-kept","yes"]]"#);
    page.get("/api/x").await;
    page.until("store", 1).await;
    let response = wait(page.fetch("/api/x", &init(r#"{"method":"HEAD"}"#))).await.unwrap();
    assert_eq!(property(&response, "status"), 200);
    assert_eq!(header(&response, "x-kept").as_deref(), Some("yes"));
    assert!(property(&response, "body").is_null());
    assert_eq!(body(&response).await, "");
    assert_eq!(page.network().count("HEAD /api/x"), 0);
    page.leave();
}

#[wasm_bindgen_test]
async fn only_if_cached_does_not_reach_the_network() {
    let page = Page::fresh(RULES);
    let only = init(r#"{"headers":{"cache-control":"only-if-cached"}}"#);
    let response = wait(page.fetch("/api/x", &only)).await.unwrap();
    assert_eq!(property(&response, "status"), 504);
    page.invalidate("\"/api/x\"", false);
    let only = init(r#"{"cache":"only-if-cached","mode":"same-origin"}"#);
    let error = wait(page.fetch("/api/x", &only)).await.unwrap_err();
    assert!(error.is_instance_of::<js_sys::TypeError>());
    assert_eq!(page.network().log(), "");
    page.leave();
}
