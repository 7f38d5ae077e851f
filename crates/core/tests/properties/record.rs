//! Stored entries: any line is an entry or none, and an entry's line reads back.

use everfresh_core::engine::{BodyId, StoredItem};
use everfresh_core::record::{Stamp, decode, encode};

const KEY: &str = "https://a.test/x?q=1,2#omit";
const STAMP: Stamp<'_> = Stamp { buster: "b=1", epoch: "e,1" };
const REST: u32 = 100;

pub(crate) fn check(text: &str) {
    // Also as what follows the stamps, which are not guessed.
    for header in [text.to_owned(), format!("2\tb%3D1\te%2C1\t{text}")] {
        let item = |header: String| StoredItem { header, rest_len: REST, body: BodyId(1) };
        if let Ok(entry) = decode(KEY, &item(header), STAMP) {
            assert!(entry.size < REST, "a torn record is none");
            let again = decode(KEY, &item(encode(&entry, STAMP)), STAMP).expect("it reads back");
            assert_eq!(format!("{again:?}"), format!("{entry:?}"));
            let more = item(encode(&entry, STAMP) + "\t");
            assert!(decode(KEY, &more, STAMP).is_err(), "what says more is none");
        }
        // No other key makes a panic.
        let _ = decode(text, &item(text.to_owned()), STAMP);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    const TAIL: &str = "([a-z]{0,3}:[0-9]{1,3},?){0,2}\t([0-9]{1,3},){5}[0-9]{1,22}\t\
        ([a-z%,]|%25|%2C){0,8}\t([a-z%,=]|%3D){0,6}\t([a-z%,=]|%09){0,6}\t?";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn p4_what_reads_as_an_entry_reads_back(tail in TAIL) {
            super::check(&tail);
        }

        #[test]
        fn p7_any_text_is_an_entry_or_none(text in any::<String>()) {
            super::check(&text);
        }
    }
}
