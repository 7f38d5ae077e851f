#![no_main]

#[path = "../../crates/core/tests/properties/url.rs"]
mod url;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        url::check(text);
    }
});
