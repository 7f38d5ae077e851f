#![no_main]

#[path = "../../crates/core/tests/properties/freshness.rs"]
mod freshness;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        freshness::check(text);
    }
});
