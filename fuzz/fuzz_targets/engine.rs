#![no_main]

#[path = "../../crates/core/tests/properties/engine.rs"]
mod engine;
#[path = "../../crates/core/tests/properties/host.rs"]
mod host;
#[path = "../../crates/core/tests/properties/mutating.rs"]
mod mutating;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        engine::check(text);
    }
});
