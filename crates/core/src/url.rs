//! URLs in one canonical form, so that two spellings of one resource are one key.

use alloc::{string::String, vec::Vec};

use crate::text::{cut, cut_last, has, number, pieces, push_number};

/// An absolute `http` or `https` URL without its fragment, in canonical form (RFC 3986, section 6.2.2):
/// scheme and host in lower case, no default port, no empty path, no dot segments, percent-encoding in
/// upper case and only where it is needed. The query keeps its order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Url {
    text: String,
    origin_end: usize,
    path_end: usize,
}

impl Url {
    /// Reads an absolute URL. `None` for another scheme, user information, control characters, or a host
    /// or port that can't be one; a host must be in ASCII, as browsers and `Host` give it.
    pub fn parse(text: &str) -> Option<Self> {
        if text.chars().any(char::is_control) {
            return None;
        }
        let text = text.trim_ascii();
        let (scheme, rest) = cut(text, ':')?;
        let (scheme, default_port) = if scheme.eq_ignore_ascii_case("https") {
            ("https", 443)
        } else if scheme.eq_ignore_ascii_case("http") {
            ("http", 80)
        } else {
            return None;
        };
        let rest = rest.strip_prefix("//")?;
        let (authority, rest) = split_before(rest, b"/?#\\");

        let mut canonical = String::with_capacity(text.len() + 1);
        canonical.push_str(scheme);
        canonical.push_str("://");
        push_authority(&mut canonical, authority, default_port)?;
        let origin_end = canonical.len();
        let (path, query) = split_reference(rest);
        canonical.push_str(&normal_path(path));
        let path_end = canonical.len();
        if let Some(query) = query {
            canonical.push('?');
            push_encoded(&mut canonical, query, Part::Query);
        }
        Some(Self { text: canonical, origin_end, path_end })
    }

    /// The whole URL.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port, such as `https://example.org` or `http://localhost:3000`.
    pub fn origin(&self) -> &str {
        &self.text[..self.origin_end]
    }

    /// The path, beginning with `/`.
    pub fn path(&self) -> &str {
        &self.text[self.origin_end..self.path_end]
    }

    /// The query without its `?`.
    pub fn query(&self) -> Option<&str> {
        self.text[self.path_end..].strip_prefix('?')
    }

    /// Path, `?` and query.
    pub fn path_and_query(&self) -> &str {
        &self.text[self.origin_end..]
    }

    /// What a reference, as in `Location` or `Content-Location`, means at this URL (RFC 3986, section 5).
    pub fn join(&self, reference: &str) -> Option<Self> {
        let reference = reference.trim_ascii();
        let (hierarchy, rest) = split_before(reference, b"?#");
        if has_scheme(hierarchy) {
            return Self::parse(reference);
        }
        // Browsers read a backslash as a slash here; so must we, to name what they name.
        let is_slash = |byte: Option<&u8>| matches!(byte, Some(b'/' | b'\\'));
        let bytes = hierarchy.as_bytes();
        let kept = if is_slash(bytes.first()) && is_slash(bytes.get(1)) {
            if self.text.starts_with("https:") { "https:" } else { "http:" }
        } else if is_slash(bytes.first()) {
            self.origin()
        } else if !hierarchy.is_empty() {
            let (directory, _) = cut_last(self.path(), '/')?;
            self.text.get(..=self.origin_end + directory.len())?
        } else if rest.starts_with('?') {
            self.text.get(..self.path_end)?
        } else {
            &self.text
        };
        let mut absolute = String::from(kept);
        for character in hierarchy.chars() {
            absolute.push(if character == '\\' { '/' } else { character });
        }
        absolute.push_str(rest);
        Self::parse(&absolute)
    }
}

/// Path and query of a reference that begins with its path, in the form that [`Url`] gives them.
pub(crate) fn normal_path_and_query(text: &str) -> (String, Option<String>) {
    let (path, query) = split_reference(text);
    let query = query.map(|query| {
        let mut encoded = String::with_capacity(query.len());
        push_encoded(&mut encoded, query, Part::Query);
        encoded
    });
    (normal_path(path), query)
}

/// A pattern over path and query, encoded as [`Url`] encodes them; dots and `*` stay as they are.
pub(crate) fn normal_pattern(text: &str) -> String {
    let (path, query) = split_reference(text);
    let mut encoded = String::with_capacity(text.len());
    push_encoded(&mut encoded, path, Part::Path);
    if let Some(query) = query {
        encoded.push('?');
        push_encoded(&mut encoded, query, Part::Query);
    }
    encoded
}

/// One literal piece of a path, encoded as [`Url`] encodes it.
pub(crate) fn push_literal(out: &mut String, text: &str) {
    push_encoded(out, text, Part::Path);
}

/// One value, encoded as `encodeURIComponent` does.
pub(crate) fn push_component(out: &mut String, value: &str) {
    for &byte in value.as_bytes() {
        if is_unreserved(byte) || b"!'()*".contains(&byte) {
            out.push(char::from(byte));
        } else {
            push_escape(out, byte);
        }
    }
}

/// A piece of a path with its percent-encoding undone; as it stands where that is no UTF-8.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%'
            && let Some(escaped) = escaped_byte(after)
        {
            bytes.push(escaped);
            rest = &after[2..];
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.into())
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Path,
    Query,
}

fn push_authority(out: &mut String, authority: &str, default_port: u64) -> Option<()> {
    let (host, port) = match cut_last(authority, ':') {
        Some((host, port)) if !has(port, ']') => (host, port),
        _ => (authority, ""),
    };
    let valid = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => {
            has(address, ':') && address.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte))
        }
        None => !host.is_empty() && host.bytes().all(is_unreserved),
    };
    if !valid {
        return None;
    }
    for byte in host.bytes() {
        out.push(char::from(byte.to_ascii_lowercase()));
    }
    // No port reads as 0, which is no port either.
    let port = if port.is_empty() { 0 } else { number(port)? };
    if port > 65_535 {
        return None;
    }
    if port != 0 && port != default_port {
        out.push(':');
        push_number(out, port);
    }
    Some(())
}

/// The text before the first of these bytes, which are ASCII, and the rest.
pub(crate) fn split_before<'a>(text: &'a str, ends: &[u8]) -> (&'a str, &'a str) {
    let end = text.bytes().position(|byte| ends.contains(&byte)).unwrap_or(text.len());
    text.split_at(end)
}

/// Path and query, without the fragment.
fn split_reference(text: &str) -> (&str, Option<&str>) {
    let (text, _) = split_before(text, b"#");
    match cut(text, '?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    }
}

fn has_scheme(text: &str) -> bool {
    match cut(text, ':') {
        Some((scheme, _)) => {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        }
        None => false,
    }
}

fn normal_path(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    push_encoded(&mut encoded, path, Part::Path);
    let mut path = String::with_capacity(encoded.len() + 1);
    let mut open = false;
    for segment in pieces(encoded.strip_prefix('/').unwrap_or(&encoded), '/') {
        open = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => path.truncate(cut_last(&path, '/').map_or(0, |(above, _)| above.len())),
            segment => {
                path.push('/');
                path.push_str(segment);
            }
        }
    }
    // What ends in a dot segment is a directory.
    if open || path.is_empty() {
        path.push('/');
    }
    path
}

fn push_encoded(out: &mut String, text: &str, part: Part) {
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'%' => match escaped_byte(after) {
                Some(escaped) => {
                    rest = &after[2..];
                    if is_unreserved(escaped) {
                        out.push(char::from(escaped));
                    } else {
                        push_escape(out, escaped);
                    }
                }
                None => push_escape(out, b'%'),
            },
            b'\\' if part == Part::Path => out.push('/'),
            // Browsers always encode it in a query, and never in a path.
            b'\'' if part == Part::Query => push_escape(out, byte),
            b'?' if part == Part::Query => out.push('?'),
            byte if is_unreserved(byte) || b"/!$&'()*+,;=:@".contains(&byte) => {
                out.push(char::from(byte));
            }
            byte => push_escape(out, byte),
        }
    }
}

fn push_escape(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 15)]));
}

/// The byte that two hexadecimal digits after a `%` stand for.
fn escaped_byte(after: &[u8]) -> Option<u8> {
    let [high, low, ..] = after else { return None };
    let high = char::from(*high).to_digit(16)?;
    let low = char::from(*low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests;
