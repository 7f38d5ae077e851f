//! The demo's database: SQLite in one file, so that edits outlive the server.

pub(crate) mod answers;
pub(crate) mod community;
mod error;
mod schema;
mod seed;
mod stamp;
pub(crate) mod studio;
mod unit;

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::Mutex;

pub(crate) use self::error::DbError;
pub(crate) use self::stamp::{Stamp, Stamped};
use self::unit::Unit;

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

    /// Runs `work` in a transaction that is committed where it succeeds and undone where it fails. Inside of
    /// [`Db::unit`] it becomes a part of that.
    ///
    /// # Errors
    /// Those of `work`, and of SQLite.
    pub(crate) async fn run<T, W>(&self, work: W) -> Result<T, DbError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    {
        if let Some(unit) = Unit::current() {
            return unit.run(work).await;
        }
        let mut connection = Arc::clone(&self.connection).lock_owned().await;
        blocking(move || {
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        })
        .await
    }

    /// Makes one transaction of all that `work` does with the database, in however many pieces. It is committed
    /// where `keep` says so of the outcome, and undone where not, or where `work` is dropped. Nobody else gets at
    /// the database meanwhile; a task that `work` spawns is somebody else.
    ///
    /// # Errors
    /// Those of SQLite. Those of `work` are in its outcome.
    pub(crate) async fn unit<T>(
        &self,
        work: impl Future<Output = T>,
        keep: impl FnOnce(&T) -> bool,
    ) -> Result<T, DbError> {
        let unit = Unit::begin(Arc::clone(&self.connection).lock_owned().await).await?;
        let outcome = unit.clone().scope(work).await;
        if keep(&outcome) {
            unit.commit().await?;
        }
        Ok(outcome)
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
