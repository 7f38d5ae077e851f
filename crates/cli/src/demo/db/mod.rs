//! The demo's database: SQLite in one file, so that edits outlive the server.

pub(crate) mod community;
mod error;
mod schema;
mod seed;
mod stamp;
pub(crate) mod studio;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub(crate) use self::error::DbError;
pub(crate) use self::stamp::{Stamp, Stamped};

/// A handle on the one connection. Work on it runs on a blocking thread, a piece at a time.
#[derive(Debug, Clone)]
pub(crate) struct Db {
    connection: Arc<Mutex<Connection>>,
}

impl Db {
    /// Opens the file, making it with sample content where it is missing.
    ///
    /// # Errors
    /// Where SQLite can't use the file, or it was made by another version of the demo.
    pub(crate) async fn open(path: &Path) -> Result<Self, DbError> {
        let path = path.to_owned();
        let connection = blocking(move || {
            let mut connection = Connection::open(path)?;
            schema::prepare(&mut connection)?;
            Ok(connection)
        })
        .await?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// Runs `work` in a transaction that is committed where it succeeds and undone where it fails.
    ///
    /// # Errors
    /// Those of `work`, and of SQLite.
    pub(crate) async fn run<T, W>(&self, work: W) -> Result<T, DbError>
    where
        T: Send + 'static,
        W: FnOnce(&Transaction<'_>) -> Result<T, DbError> + Send + 'static,
    {
        let connection = Arc::clone(&self.connection);
        blocking(move || {
            // A panic in other work undid its transaction as it unwound: the connection is sound.
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        })
        .await
    }

    /// Throws all content away and puts the sample content in its place.
    ///
    /// # Errors
    /// Those of SQLite.
    pub(crate) async fn reset(&self) -> Result<(), DbError> {
        self.run(seed::reseed).await
    }
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

async fn blocking<T, W>(work: W) -> Result<T, DbError>
where
    T: Send + 'static,
    W: FnOnce() -> Result<T, DbError> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.map_err(|_| DbError::Cancelled)?
}
