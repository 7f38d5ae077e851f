#![no_main]

#[path = "../../crates/core/tests/properties/predict.rs"]
mod predict;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        predict::check(text);
    }
});
