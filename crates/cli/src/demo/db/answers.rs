//! The first answers to writes that carried a key, by that key.

use rusqlite::{Connection, OptionalExtension, params};

use super::DbError;

/// How long an answer is kept, in milliseconds: longer than an outbox keeps an edit.
const KEPT: i64 = 14 * 24 * 60 * 60 * 1000;

/// An answer, and what it was the answer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Tells the request from any other.
    pub(crate) request: Vec<u8>,
    /// The status.
    pub(crate) status: u16,
    /// The headers, one a line.
    pub(crate) headers: Vec<u8>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// The answer that a key had, unless that is too long ago.
pub(crate) fn find(db: &Connection, key: &str, now: i64) -> Result<Option<Row>, DbError> {
    let found = db
        .prepare_cached(
            "SELECT request, status, headers, body FROM answers WHERE key = ? AND answered_at > ?",
        )?
        .query_row(params![key, now - KEPT], |row| {
            Ok(Row { request: row.get(0)?, status: row.get(1)?, headers: row.get(2)?, body: row.get(3)? })
        })
        .optional()?;
    Ok(found)
}

/// Keeps the answer of a key that has none, and drops those that were kept long enough.
pub(crate) fn keep(db: &Connection, key: &str, answer: &Row, now: i64) -> Result<(), DbError> {
    db.execute("DELETE FROM answers WHERE answered_at <= ?", [now - KEPT])?;
    db.execute(
        "INSERT INTO answers (key, request, status, headers, body, answered_at) VALUES (?, ?, ?, ?, ?, ?)",
        params![key, answer.request, answer.status, answer.headers, answer.body, now],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::demo::db::schema;

    #[test]
    fn p6_an_answer_is_kept_for_14_days_and_no_longer() {
        let mut db = Connection::open_in_memory().unwrap();
        schema::prepare(&mut db).unwrap();
        let answer = |status| Row {
            request: vec![0xff, 0],
            status,
            headers: b"location: /a\n".to_vec(),
            body: b"{}".to_vec(),
        };
        let day = 86_400_000;
        keep(&db, "first", &answer(201), 0).unwrap();
        keep(&db, "second", &answer(200), day).unwrap();
        let count = |db: &Connection| {
            db.query_row("SELECT count(*) FROM answers", [], |row| row.get::<_, i64>(0)).unwrap()
        };

        assert_eq!(find(&db, "first", 14 * day - 1).unwrap(), Some(answer(201)));
        assert_eq!(find(&db, "first", 14 * day).unwrap(), None);
        assert_eq!(find(&db, "second", 14 * day).unwrap(), Some(answer(200)));
        assert_eq!(count(&db), 2, "looking drops nothing");

        // A key whose answer was dropped is a new one.
        keep(&db, "first", &answer(204), 14 * day).unwrap();
        assert_eq!(count(&db), 2);
        assert_eq!(find(&db, "first", 14 * day).unwrap(), Some(answer(204)));
        keep(&db, "third", &answer(200), 15 * day).unwrap();
        assert_eq!(count(&db), 2, "the second was dropped");
        assert_eq!(find(&db, "second", 15 * day).unwrap(), None);
    }
}
