//! `Idempotency-Key`: a write that is sent again is answered as it was at first, and done once.
//!
//! The answer is kept in the transaction of the write (see [`Db::unit`]), so there is never one without the other.

use std::future::Future;
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use everfresh_server::store::StoreError;
use everfresh_server::{
    AnswerStore, Claimed, Claims, IdempotencyLayer, IdempotencyOptions, KeptAnswer, Refused,
};
use tokio::time::sleep;

use super::answer::ApiError;
use super::db::answers::{self, Row};
use super::db::{Db, DbError, now_ms};
use super::input::MAX_BODY;

/// Says that an answer is a kept one.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// How long a write waits before it is committed, as an extension of its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delay(pub(crate) Duration);

/// The layer that does each write in one transaction, and once for each key.
pub(crate) fn layer(db: Db) -> IdempotencyLayer<DbAnswers> {
    let options = IdempotencyOptions { max_request_bytes: MAX_BODY, ..IdempotencyOptions::default() };
    IdempotencyLayer::new(DbAnswers { db, claims: Claims::default() }).options(options).refusals(refused)
}

fn refused(why: Refused) -> Response {
    match why {
        Refused::Key => ApiError::Invalid { code: why.code(), message: why.to_string() },
        Refused::Reused => ApiError::KeyReused,
        // What does not end is undone, so it is known of every write what came of it.
        Refused::Running | Refused::Unsettled => ApiError::KeyRunning,
        Refused::Body => ApiError::TooLarge,
        Refused::Store(error) => {
            eprintln!("everfresh demo: {error}: {:?}", std::error::Error::source(&error));
            ApiError::Internal
        }
    }
    .into_response()
}

/// Answers in the database. This process is the only one that writes to it.
#[derive(Debug, Clone)]
pub(crate) struct DbAnswers {
    db: Db,
    claims: Claims,
}

impl AnswerStore for DbAnswers {
    async fn claim(&self, key: &str) -> Result<Claimed, StoreError> {
        Ok(self.claims.take(key))
    }

    async fn find(&self, key: &str) -> Result<Option<KeptAnswer>, StoreError> {
        let key = key.to_owned();
        let row = self.db.run(move |db| answers::find(db, &key, now_ms())).await.map_err(unavailable)?;
        row.map(read).transpose()
    }

    async fn keep(&self, key: &str, answer: KeptAnswer) -> Result<(), StoreError> {
        let (key, row) = (key.to_owned(), write(&answer));
        self.db.run(move |db| answers::keep(db, &key, &row, now_ms())).await.map_err(unavailable)
    }

    async fn unit<T: Send>(
        &self,
        request: &Parts,
        write: impl Future<Output = T> + Send,
        lasts: fn(&T) -> bool,
    ) -> Result<T, StoreError> {
        if let Some(Delay(delay)) = request.extensions.get() {
            sleep(*delay).await;
        }
        self.db.unit(write, lasts).await.map_err(unavailable)
    }
}

fn unavailable(error: DbError) -> StoreError {
    StoreError::Unavailable(error.into())
}

fn write(answer: &KeptAnswer) -> Row {
    Row {
        request: answer.request.clone(),
        status: answer.status.as_u16(),
        headers: to_lines(&answer.headers),
        body: answer.body.to_vec(),
    }
}

fn read(row: Row) -> Result<KeptAnswer, StoreError> {
    let malformed = StoreError::Malformed("answer");
    let (Ok(status), Some(headers)) = (StatusCode::from_u16(row.status), from_lines(&row.headers)) else {
        return Err(malformed);
    };
    Ok(KeptAnswer { request: row.request, status, headers, body: row.body.into() })
}

/// Headers, one a line: neither a name nor a value has a line break.
fn to_lines(headers: &HeaderMap) -> Vec<u8> {
    let lines = headers
        .iter()
        .map(|(name, value)| [name.as_str().as_bytes(), b":", value.as_bytes(), b"\n"].concat());
    lines.collect::<Vec<_>>().concat()
}

fn from_lines(lines: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        headers.append(name, HeaderValue::from_bytes(&line[colon + 1..]).ok()?);
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn headers_are_read_as_they_were_written() {
        let mut headers = HeaderMap::new();
        for (name, value) in
            [("location", &b"/a:b"[..]), ("x-a", b"one, \"two\""), ("x-a", b"\xff"), ("x-b", b"")]
        {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
        }
        assert_eq!(from_lines(&to_lines(&headers)), Some(headers));
        assert_eq!(from_lines(b"no colon\n"), None);
    }
}
