#![no_main]

#[path = "../../crates/core/tests/properties/metrics.rs"]
mod metrics;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        metrics::check(text);
    }
});
