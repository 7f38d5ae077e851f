//! The history in a file of SQLite.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use rusqlite::{Connection, OptionalExtension, Result};

use super::archive::{Archive, Saved, Source};
use crate::clock::Clock;
use crate::error::BoxError;
use crate::store::{Answer, StoreError};

/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long an item is remembered, in milliseconds: what a browser sends is hardly ever older.
const ITEM_AGE: i64 = 7 * 24 * 60 * 60 * 1000;
/// Items that are remembered.
const ITEMS: u32 = 200_000;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS everfresh_metrics (
        source TEXT PRIMARY KEY, version INTEGER NOT NULL, text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS everfresh_items (item TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS everfresh_items_at ON everfresh_items (at);
";

/// Keeps the history in a file, which processes of one machine may share.
#[derive(Clone)]
pub struct SqliteArchive {
    connection: Arc<Mutex<Connection>>,
}

impl SqliteArchive {
    /// The archive in this file, which is made where it is missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it can't be used.
    pub fn open(file: impl AsRef<Path>) -> std::result::Result<Self, StoreError> {
        let open = || -> Result<Connection> {
            let connection = Connection::open(file)?;
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // A loss of power may cost the newest of it, and no more.
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.execute_batch(SCHEMA)?;
            Ok(connection)
        };
        let connection = open().map_err(unavailable)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, StoreError> {
        let connection = Arc::clone(&self.connection);
        let working = tokio::task::spawn_blocking(move || {
            work(&mut connection.lock().unwrap_or_else(PoisonError::into_inner))
        });
        working.await.map_err(unavailable)?.map_err(unavailable)
    }
}

impl Archive for SqliteArchive {
    fn load(&self, source: Source) -> Answer<'_, Saved> {
        self.run(move |db| {
            let select = "SELECT text, version FROM everfresh_metrics WHERE source = ?1";
            let found = db.query_one(select, [source.name()], |row| {
                Ok(Saved { text: row.get(0)?, version: row.get::<_, i64>(1)?.cast_unsigned() })
            });
            Ok(found.optional()?.unwrap_or_default())
        })
        .boxed()
    }

    fn replace<'a>(&'a self, source: Source, version: u64, text: &'a str) -> Answer<'a, bool> {
        let (version, text) = (version.cast_signed(), text.to_owned());
        let statement = if version == 0 {
            "INSERT INTO everfresh_metrics (source, version, text) VALUES (?1, ?2 + 1, ?3)
             ON CONFLICT (source) DO NOTHING"
        } else {
            "UPDATE everfresh_metrics SET version = version + 1, text = ?3 WHERE source = ?1 AND version = ?2"
        };
        self.run(move |db| Ok(db.execute(statement, (source.name(), version, &text))? == 1)).boxed()
    }

    fn is_new<'a>(&'a self, item: &'a str) -> Answer<'a, bool> {
        let (item, now) = (item.to_owned(), Clock::system().now().cast_signed());
        self.run(move |db| {
            let work = db.transaction()?;
            work.execute("DELETE FROM everfresh_items WHERE at < ?1", [now - ITEM_AGE])?;
            let new = work.execute(
                "INSERT INTO everfresh_items (item, at) VALUES (?1, ?2) ON CONFLICT (item) DO NOTHING",
                (item, now),
            )?;
            work.execute(
                "DELETE FROM everfresh_items WHERE rowid <= (SELECT max(rowid) FROM everfresh_items) - ?1",
                [ITEMS],
            )?;
            work.commit()?;
            Ok(new == 1)
        })
        .boxed()
    }
}

impl fmt::Debug for SqliteArchive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteArchive")
    }
}

fn unavailable(error: impl Into<BoxError>) -> StoreError {
    StoreError::Unavailable(error.into())
}
