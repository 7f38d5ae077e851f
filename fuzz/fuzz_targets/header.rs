#![no_main]

#[path = "../../crates/core/tests/properties/header.rs"]
mod header;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        header::check(text);
    }
});
