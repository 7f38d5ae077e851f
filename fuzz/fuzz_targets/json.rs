#![no_main]

#[path = "../../crates/core/tests/properties/json.rs"]
mod json;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        json::check(text);
    }
});
