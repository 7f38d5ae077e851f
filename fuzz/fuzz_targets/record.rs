#![no_main]

#[path = "../../crates/core/tests/properties/record.rs"]
mod record;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        record::check(text);
    }
});
