//! Rules documents in the pages are such.

use everfresh_server::CacheLayer;
use serde_json::{Value, json};

use super::page::{Block, blocks};
use super::repository;

/// The rules document that a block is, or holds a rule of.
fn document(block: &Block) -> Option<Value> {
    let value: Value = serde_json::from_str(&block.text()).ok()?;
    if value.get("match").is_some() {
        return Some(json!({ "rules": [value] }));
    }
    ["rules", "entities"].iter().any(|name| value.get(name).is_some()).then_some(value)
}

#[test]
fn rules_in_the_pages_are_taken() {
    let mut found = 0;
    for path in repository::pages() {
        for block in blocks(&repository::read(&path)).iter().filter(|block| block.language == "json") {
            let Some(document) = document(block) else { continue };
            let taken = CacheLayer::from_json(&document.to_string());
            assert!(taken.is_ok(), "{path}:{}: {:?}", block.line, taken.err());
            found += 1;
        }
    }
    assert!(found >= 2, "{found} documents");
}
