//! Equal requests share one, and aborting one caller aborts no other.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::{Page, RULES, property, text, wait};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    type AbortController;
    #[wasm_bindgen(constructor)]
    fn new() -> AbortController;
    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> JsValue;
    #[wasm_bindgen(method)]
    fn abort(this: &AbortController, reason: &JsValue);
}

fn init(controller: &AbortController) -> JsValue {
    let init = js_sys::Object::new();
    js_sys::Reflect::set(&init, &"signal".into(), &controller.signal()).unwrap();
    init.into()
}

fn page() -> Page {
    let page = Page::fresh(RULES);
    page.network().answer("GET /api/x", 200, "{\"n\":1}", r#"[["content-type","application/json"]]"#);
    page
}

#[wasm_bindgen_test]
async fn concurrent_equal_requests_share_one() {
    let page = page();
    let calls = [(); 4].map(|()| page.start_get("/api/x"));
    let mut answers = Vec::new();
    for call in calls {
        answers.push(text(call).await.unwrap());
    }
    assert_eq!(answers[0], "network: {\"n\":1}");
    assert!(answers[1..].iter().all(|answer| answer == "shared: {\"n\":1}"), "{answers:?}");
    assert_eq!(page.network().log(), "GET /api/x no-cache");
    page.leave();
}

#[wasm_bindgen_test]
async fn each_hit_has_data_of_its_own() {
    let page = page();
    page.get("/api/x").await;
    page.until("store", 1).await;
    let mut values = Vec::new();
    for _ in 0..2 {
        let response = wait(page.fetch("/api/x", &JsValue::UNDEFINED)).await.unwrap();
        let json: js_sys::Function = property(&response, "json").unchecked_into();
        let value: js_sys::Promise = json.call0(&response).unwrap().unchecked_into();
        values.push(wait(value).await.unwrap());
    }
    assert!(values[0] != values[1]);
    assert_eq!(property(&values[1], "n"), 1);
    assert_eq!(page.network().count("GET /api/x"), 1);
    page.leave();
}

#[wasm_bindgen_test]
async fn one_caller_aborts_and_the_others_get_their_answer() {
    let page = page();
    page.network().hold("GET /api/x");
    let controller = AbortController::new();
    let first = page.fetch("/api/x", &init(&controller));
    let second = page.start_get("/api/x");
    controller.abort(&"enough".into());
    assert_eq!(wait(first).await.unwrap_err(), "enough");
    page.network().release("GET /api/x");
    assert_eq!(text(second).await.unwrap(), "network: {\"n\":1}");
    assert_eq!(page.network().count("GET /api/x"), 1);
    page.leave();
}

#[wasm_bindgen_test]
async fn the_last_caller_aborts_the_request() {
    let page = page();
    page.network().hold("GET /api/x");
    let controller = AbortController::new();
    let first = page.fetch("/api/x", &init(&controller));
    controller.abort(&"enough".into());
    assert_eq!(wait(first).await.unwrap_err(), "enough");
    page.network().release("GET /api/x");
    assert_eq!(page.get("/api/x").await, "network: {\"n\":1}");
    assert_eq!(page.network().count("GET /api/x"), 2);
    page.leave();
}

#[wasm_bindgen_test]
async fn a_signal_that_is_aborted_already_sends_nothing_of_ours() {
    let page = page();
    let controller = AbortController::new();
    controller.abort(&"before".into());
    assert_eq!(wait(page.fetch("/api/x", &init(&controller))).await.unwrap_err(), "before");
    assert_eq!(page.network().log(), "GET /api/x default");
    page.leave();
}

#[wasm_bindgen_test]
async fn p7_a_network_error_reaches_every_caller() {
    let page = page();
    page.network().fail("GET /api/x");
    let calls = [(); 2].map(|()| page.start_get("/api/x"));
    for call in calls {
        assert_eq!(text(call).await.unwrap_err(), "scripted network error");
    }
    page.network().answer("GET /api/x", 200, "back", "[]");
    assert_eq!(page.get("/api/x").await, "network: back");
    page.leave();
}

/// The page has the response already; its body is still on its way.
async fn check_abort_of_a_body(headers: &str) {
    let page = page();
    page.network().answer("GET /api/x", 200, "", headers);
    page.network().stream("GET /api/x");
    let controller = AbortController::new();
    let response = wait(page.fetch("/api/x", &init(&controller))).await.unwrap();
    let text: js_sys::Function = property(&response, "text").unchecked_into();
    let body: js_sys::Promise = text.call0(&response).unwrap().unchecked_into();
    controller.abort(&"enough".into());
    assert!(wait(body).await.is_err(), "{headers}");
    page.leave();
}

#[wasm_bindgen_test]
async fn an_abort_breaks_off_the_body() {
    check_abort_of_a_body("[]").await;
    check_abort_of_a_body(r#"[["cache-control","no-store"]]"#).await;
    check_abort_of_a_body(r#"[["content-type","text/event-stream"]]"#).await;
}
