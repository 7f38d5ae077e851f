//! Values of `X-Cache-Invalidate` as a broken or hostile server might send them.

use serde::{Deserialize, Serialize};

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// 100 KB in one member.
    Large,
    /// 10,000 members.
    Many,
    /// Every byte from 0x80 to 0xff (obs-text, RFC 9110, section 5.5).
    Bytes,
    /// Quotes, backslashes and brackets that are never closed.
    Unbalanced,
}

/// The value's bytes.
pub(crate) fn value(kind: Kind) -> Vec<u8> {
    match kind {
        Kind::Large => vec![b'a'; 100 * 1024],
        Kind::Many => {
            let members: Vec<String> = (0..10_000).map(|id| format!("t:{id}")).collect();
            members.join(", ").into_bytes()
        }
        Kind::Bytes => {
            let mut bytes = b"story:42, \"".to_vec();
            bytes.extend(0x80..=0xff_u8);
            bytes.extend(b"\", \t");
            bytes.extend(0x80..=0xff_u8);
            bytes
        }
        Kind::Unbalanced => br#""story:42, ("scene:7;mode=, \"\\, ["/a", "#.to_vec(),
    }
}
