//! A response out of the cache is the response that it was made from, for every purpose.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::{cached, differences, packed, stored, unpacks, wait};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch)]
    fn native(url: &str) -> js_sys::Promise;
}

async fn check(url: &str) {
    let native = wait(native(url)).await.unwrap();
    let ours = cached(&native).await.unwrap();
    assert_eq!(differences(&native, &ours).await.unwrap(), "", "{url} from memory");
}

#[wasm_bindgen_test]
async fn p9_a_page_of_a_server_reads_as_natively() {
    check("/").await;
    let native = wait(native("/")).await.unwrap();
    let ours = stored(&native).await.unwrap();
    assert_eq!(differences(&native, &ours).await.unwrap(), "", "from storage");
}

#[wasm_bindgen_test]
async fn p9_json_reads_as_natively() {
    check("data:application/json,{\"a\":[1,2,3]}").await;
}

#[wasm_bindgen_test]
async fn p9_broken_json_fails_as_natively() {
    check("data:application/json,{\"a\":").await;
}

#[wasm_bindgen_test]
async fn p9_an_empty_body_reads_as_natively() {
    check("data:text/plain,").await;
}

#[wasm_bindgen_test]
async fn p9_a_byte_order_mark_is_kept_in_bytes_and_dropped_from_text() {
    check("data:text/plain,%EF%BB%BFabc").await;
    check("data:application/json,%EF%BB%BF{}").await;
}

#[wasm_bindgen_test]
async fn p9_bytes_that_are_no_text_read_as_natively() {
    check("data:application/octet-stream,%00%FF%FE").await;
    check("data:text/plain,%FF%FE").await;
}

#[wasm_bindgen_test]
async fn p9_a_form_reads_as_natively() {
    check("data:application/x-www-form-urlencoded,a=1&b=2").await;
}

#[wasm_bindgen_test]
async fn p7_a_record_that_is_cut_short_is_none() {
    let text = packed("body").await.unwrap().as_string().unwrap();
    assert!(unpacks(&text));
    for end in 0..text.len() {
        assert!(!unpacks(&text[..end]), "cut at {end}");
    }
    assert!(!unpacks("null\nbody"));
    assert!(!unpacks("{\"length\":4,\"url\":\"\",\"status\":7,\"headers\":[]}\nbody"));
}
