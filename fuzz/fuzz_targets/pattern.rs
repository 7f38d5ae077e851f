#![no_main]

#[path = "../../crates/core/tests/properties/pattern.rs"]
mod pattern;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        pattern::check(text);
    }
});
