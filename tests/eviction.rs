//! Memory and storage have bounds, and keep to them.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::{Page, pause, property, stored_names};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn rules(option: &str, persist: bool) -> String {
    format!(r#"{{{option},"rules":[{{"match":"/api/*","staleTime":60000,"persist":{persist}}}]}}"#)
}

async fn fill(page: &Page, count: u32, size: usize) {
    for index in 0..count {
        let url = format!("/api/{index}");
        page.network().answer(&format!("GET {url}"), 200, &"x".repeat(size), "[]");
        page.get(&url).await;
        page.until("store", index + 1).await;
    }
}

fn held(page: &Page, layer: &str) -> usize {
    page.entries().iter().filter(|entry| property(entry, layer) == true).count()
}

#[wasm_bindgen_test]
async fn p10_the_least_recently_used_entry_goes_first() {
    let page = Page::fresh(&rules("\"maxEntries\":3", false));
    fill(&page, 3, 10).await;
    page.get("/api/0").await;
    page.network().answer("GET /api/9", 200, "9", "[]");
    page.get("/api/9").await;
    page.until("store", 4).await;
    assert_eq!(held(&page, "memory"), 3);
    assert_eq!(page.events("evict"), 1);
    assert!(page.get("/api/0").await.starts_with("memory"));
    assert!(page.get("/api/1").await.starts_with("network"));
    page.leave();
}

#[wasm_bindgen_test]
async fn p10_memory_is_bounded_by_size() {
    let page = Page::fresh(&rules("\"maxBytes\":1000", false));
    fill(&page, 5, 300).await;
    assert_eq!(held(&page, "memory"), 3);
    page.network().answer("GET /api/large", 200, &"x".repeat(2000), "[]");
    page.get("/api/large").await;
    pause(5).await;
    assert!(page.get("/api/large").await.starts_with("network"), "larger than all of memory");
    assert_eq!(held(&page, "memory"), 3);
    page.leave();
}

#[wasm_bindgen_test]
async fn p10_storage_is_bounded_by_size() {
    let page = Page::fresh(&rules("\"maxStorage\":1000", true));
    fill(&page, 6, 300).await;
    page.flush();
    let stored = stored_names("everfresh:e:").len();
    assert!((1..=3).contains(&stored), "{stored} stored");
    assert_eq!(held(&page, "storage"), stored);
    assert_eq!(held(&page, "memory"), 6);
    page.leave();
}

#[wasm_bindgen_test]
async fn p10_what_is_too_large_for_storage_stays_in_memory() {
    let page = Page::fresh(&rules("\"maxEntrySize\":100", true));
    fill(&page, 1, 200).await;
    page.flush();
    assert_eq!(stored_names("everfresh:e:").len(), 0);
    assert!(page.get("/api/0").await.starts_with("memory"));
    page.leave();
}

#[wasm_bindgen_test]
async fn p10_what_leaves_memory_is_still_in_storage() {
    let page = Page::fresh(&rules("\"maxEntries\":1", true));
    fill(&page, 2, 10).await;
    page.flush();
    assert!(page.get("/api/0").await.starts_with("storage"));
    assert_eq!(page.network().count("GET /api/0"), 1);
    page.leave();
}
