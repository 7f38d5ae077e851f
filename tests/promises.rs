//! The promises about writes, as far as the bindings can break them.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::{Page, RULES, pause, stored_names, text, wait};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const ENTITIES: &str = r#"{
    "rules": [{"match": "/api/*", "staleTime": 60000, "persist": true}],
    "entities": {
        "scene": {"path": "/api/scenes/:id", "parents": {"chapter": "chapterId"}},
        "chapter": {"path": "/api/chapters/:id"}
    }
}"#;

const JSON: &str = r#"[["content-type","application/json"]]"#;

async fn visit(options: &str) -> Page {
    let page = Page::fresh(options);
    for path in ["/api/x", "/api/y"] {
        page.network().answer(&format!("GET {path}"), 200, "old", "[]");
        page.get(path).await;
    }
    page.until("store", 2).await;
    page.flush();
    page
}

#[wasm_bindgen_test]
async fn p1_a_write_drops_what_its_answer_names() {
    let page = visit(RULES).await;
    page.network().answer("POST /api/z", 200, "", r#"[["x-cache-invalidate","\"/api/x\""]]"#);
    page.network().answer("GET /api/x", 200, "new", "[]");
    assert_eq!(page.send("POST", "/api/z").await, 200.0);
    assert!(!stored_names("everfresh:e:").iter().any(|name| name.contains("/api/x")));
    assert_eq!(page.get("/api/x").await, "network: new");
    assert!(page.network().log().ends_with("GET /api/x reload"), "{}", page.network().log());
    assert_eq!(page.get("/api/y").await, "memory: old");
    page.leave();
}

#[wasm_bindgen_test]
async fn p1_a_write_of_unknown_outcome_counts_as_done() {
    let page = visit(RULES).await;
    page.network().fail("DELETE /api/x");
    page.network().answer("GET /api/x", 200, "new", "[]");
    assert_eq!(page.send("DELETE", "/api/x").await, 0.0);
    assert_eq!(page.get("/api/x").await, "network: new");
    page.leave();
}

#[wasm_bindgen_test]
async fn p1_the_map_finds_the_parent_in_the_answer() {
    let page = Page::fresh(ENTITIES);
    page.network().answer("GET /api/chapters/3", 200, "old", "[]");
    page.network().answer("GET /api/chapters/4", 200, "other", "[]");
    page.get("/api/chapters/3").await;
    page.get("/api/chapters/4").await;
    page.until("store", 2).await;
    page.network().answer("PATCH /api/scenes/7", 200, r#"{"id":7,"chapterId":3}"#, JSON);
    page.network().answer("GET /api/chapters/3", 200, "new", "[]");
    assert_eq!(page.send("PATCH", "/api/scenes/7").await, 200.0);
    assert_eq!(page.get("/api/chapters/3").await, "network: new");
    assert_eq!(page.get("/api/chapters/4").await, "memory: other");
    page.leave();
}

#[wasm_bindgen_test]
async fn p2_an_answer_that_was_overtaken_is_not_stored() {
    let page = Page::fresh(RULES);
    page.network().answer("GET /api/x", 200, "old", "[]");
    page.network().hold("GET /api/x");
    let slow = page.start_get("/api/x");
    pause(5).await;
    page.network().answer("PATCH /api/x", 200, "", "[]");
    page.send("PATCH", "/api/x").await;
    page.network().release("GET /api/x");
    assert_eq!(text(slow).await.unwrap(), "network: old");
    page.until("late-fill", 1).await;
    page.network().answer("GET /api/x", 200, "new", "[]");
    assert_eq!(page.get("/api/x").await, "network: new");
    assert_eq!(page.events("late-fill"), 1);
    page.leave();
}

#[wasm_bindgen_test]
async fn p4_the_intent_is_in_storage_before_the_write_is_sent() {
    let page = visit(RULES).await;
    page.network().hold("PATCH /api/x");
    let write = page.start_send("PATCH", "/api/x", None);
    let journals = stored_names("everfresh:j:");
    assert_eq!(journals.len(), 1);
    assert!(support::get_item(&journals[0]).unwrap().contains("/api/x"));
    page.network().release("PATCH /api/x");
    wait(write).await.unwrap();
    page.leave();
}

#[wasm_bindgen_test]
async fn p7_a_hostile_header_harms_nothing() {
    let page = visit(RULES).await;
    let huge = format!(r#"[["x-cache-invalidate","{}"]]"#, "a,".repeat(5_000));
    page.network().answer("POST /api/z", 200, "", &huge);
    page.network().answer("GET /api/x", 200, "new", "[]");
    assert_eq!(page.send("POST", "/api/z").await, 200.0);
    assert_eq!(page.get("/api/x").await, "network: new");
    assert!(page.events("problem") > 0);
    page.leave();
}
