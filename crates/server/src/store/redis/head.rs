//! Everything of an answer but its body, as text.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::super::Entry;

/// That of an entry, which says its times too. Its marks are elsewhere.
pub(super) fn write(entry: &Entry) -> String {
    let times =
        [entry.generated, entry.fresh_until, entry.stale_while_revalidate_until, entry.stale_if_error_until];
    let mut head = head(entry.status, &entry.headers);
    head["times"] = json!(times);
    head.to_string()
}

/// That of the answer to a write.
pub(super) fn write_answer(status: StatusCode, headers: &HeaderMap) -> String {
    head(status, headers).to_string()
}

/// `None` where it is not as [`write_answer`] writes it.
pub(super) fn read_answer(head: &[u8]) -> Option<(StatusCode, HeaderMap)> {
    parts(&serde_json::from_slice(head).ok()?)
}

/// `None` where it is not as [`write`] writes it.
pub(super) fn read(head: &[u8], marks: &str, body: Bytes) -> Option<Entry> {
    let head: Value = serde_json::from_slice(head).ok()?;
    let (status, headers) = parts(&head)?;
    let time = |index: usize| head["times"][index].as_u64();
    Some(Entry {
        status,
        headers,
        body,
        marks: marks.lines().map(str::to_owned).collect(),
        generated: time(0)?,
        fresh_until: time(1)?,
        stale_while_revalidate_until: time(2)?,
        stale_if_error_until: time(3)?,
    })
}

/// A header's value is a character for each byte.
fn head(status: StatusCode, headers: &HeaderMap) -> Value {
    let headers = headers.iter().map(|(name, value)| {
        let value: String = value.as_bytes().iter().map(|&byte| char::from(byte)).collect();
        json!([name.as_str(), value])
    });
    json!({ "status": status.as_u16(), "headers": headers.collect::<Vec<_>>() })
}

fn parts(head: &Value) -> Option<(StatusCode, HeaderMap)> {
    let mut headers = HeaderMap::new();
    for pair in head["headers"].as_array()? {
        let name = HeaderName::from_bytes(pair[0].as_str()?.as_bytes()).ok()?;
        let value = pair[1].as_str()?.chars().map(u8::try_from).collect::<Result<Vec<u8>, _>>().ok()?;
        headers.append(name, HeaderValue::from_bytes(&value).ok()?);
    }
    let status = u16::try_from(head["status"].as_u64()?).ok()?;
    Some((StatusCode::from_u16(status).ok()?, headers))
}
