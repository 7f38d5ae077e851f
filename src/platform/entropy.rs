//! Randomness of the browser.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]) -> Result<JsValue, JsValue>;
}

const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A random name of 16 letters and digits: 80 bits.
///
/// # Errors
/// The browser's own, where it has no random numbers to give.
pub(crate) fn name() -> Result<String, JsValue> {
    let mut bytes = [0; 16];
    get_random_values(&mut bytes)?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// A random key for keyed hashes.
///
/// # Errors
/// As [`name`].
pub(crate) fn hash_key() -> Result<[u64; 2], JsValue> {
    let mut bytes = [0; 16];
    get_random_values(&mut bytes)?;
    let both = u128::from_le_bytes(bytes);
    Ok([both as u64, (both >> 64) as u64])
}
