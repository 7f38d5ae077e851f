//! Text of our own for what is stored: fields in a line, without a JSON parser's weight.

use alloc::string::String;

/// Separates the fields of a line.
pub(crate) const FIELD: char = '\t';
/// Separates the members of a field.
pub(crate) const MEMBER: char = ',';
/// Separates the two halves of a pair.
pub(crate) const PAIR: char = '=';

/// `text` without the separators, so that it can stand in a field, member or pair.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\t' => out.push_str("%09"),
            '\n' => out.push_str("%0A"),
            '\r' => out.push_str("%0D"),
            MEMBER => out.push_str("%2C"),
            PAIR => out.push_str("%3D"),
            c => out.push(c),
        }
    }
    out
}

/// What [`escape`] made, back again; `None` where it made no such thing.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 3)?;
        out.push(match code {
            "25" => '%',
            "09" => '\t',
            "0A" => '\n',
            "0D" => '\r',
            "2C" => MEMBER,
            "3D" => PAIR,
            _ => return None,
        });
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    Some(out)
}

/// Adds `number` in decimal.
pub(crate) fn push_number(out: &mut String, number: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut left = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&digit| char::from(digit)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn escape_round_trips(text in any::<String>()) {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['\t', '\n', ',', '=']));
            prop_assert_eq!(unescape(&escaped), Some(text));
        }

        #[test]
        fn unescape_never_panics(text in any::<String>()) {
            if let Some(plain) = unescape(&text) {
                prop_assert!(plain.len() <= text.len());
            }
        }

        #[test]
        fn numbers_read_back(number in any::<u64>()) {
            let mut out = String::new();
            push_number(&mut out, number);
            prop_assert_eq!(out.parse::<u64>().ok(), Some(number));
        }
    }
}
