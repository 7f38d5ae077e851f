#![no_main]

#[path = "../../crates/core/tests/properties/journal.rs"]
mod journal;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        journal::check(text);
    }
});
