//! The tables.

use rusqlite::{Connection, TransactionBehavior};

use super::{DbError, seed};

/// What makes a file of each version one of the next. A file's version is the number of those that it has seen.
const STEPS: [&str; 2] = [CONTENT, ANSWERS];

/// `AUTOINCREMENT`, so that the id of a deleted scene is not given to another.
const CONTENT: &str = "
CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    generation TEXT NOT NULL
);
CREATE TABLE stories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at INTEGER NOT NULL
);
CREATE TABLE chapters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    story_id INTEGER NOT NULL REFERENCES stories (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at INTEGER NOT NULL
);
CREATE TABLE scenes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chapter_id INTEGER NOT NULL REFERENCES chapters (id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at INTEGER NOT NULL
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    like_count INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE TABLE replies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id INTEGER NOT NULL REFERENCES posts (id),
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    updated_at INTEGER NOT NULL
);
CREATE INDEX chapters_by_story ON chapters (story_id, position, id);
CREATE INDEX scenes_by_chapter ON scenes (chapter_id, position, id);
CREATE INDEX replies_by_post ON replies (post_id, id);
";

/// The first answers to writes with an `Idempotency-Key`.
const ANSWERS: &str = "
CREATE TABLE answers (
    key TEXT PRIMARY KEY,
    request BLOB NOT NULL,
    status INTEGER NOT NULL,
    headers BLOB NOT NULL,
    body BLOB NOT NULL,
    answered_at INTEGER NOT NULL
);
CREATE INDEX answers_by_time ON answers (answered_at);
";

/// Makes the tables that the file does not have yet, and the sample content where it is new.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), DbError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;

    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = tx.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))?;
    let steps = usize::try_from(found).ok().and_then(|seen| STEPS.get(seen..));
    for step in steps.ok_or(DbError::Version { found })? {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "user_version", i64::try_from(STEPS.len()).unwrap_or(i64::MAX))?;
    if found == 0 {
        seed::reseed(&tx)?;
    }
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::demo::db::{answers, community};

    #[test]
    fn p6_a_file_of_an_earlier_version_keeps_its_content_and_learns_to_keep_answers() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(CONTENT).unwrap();
        db.pragma_update(None, "user_version", 1).unwrap();
        db.execute_batch(
            "INSERT INTO meta (id, generation) VALUES (1, 'g');
             INSERT INTO posts (author, title, text, created_at, updated_at) VALUES ('A', 'T', 'mine', 1, 1);",
        )
        .unwrap();
        for _ in 0..2 {
            prepare(&mut db).unwrap();
            assert_eq!(community::posts(&db).unwrap().value.len(), 1);
            assert!(answers::find(&db, "k", 0).unwrap().is_none());
        }
    }

    #[test]
    fn a_file_of_a_later_version_is_left_alone() {
        let mut db = Connection::open_in_memory().unwrap();
        for found in [3, 99, -1] {
            db.pragma_update(None, "user_version", found).unwrap();
            assert!(matches!(prepare(&mut db), Err(DbError::Version { found: told }) if told == found));
        }
    }
}
