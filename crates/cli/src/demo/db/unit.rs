//! A transaction that a task holds open over many pieces of work.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::OwnedMutexGuard;

use super::{DbError, blocking};

tokio::task_local! {
    static CURRENT: Unit;
}

/// An open transaction. It is undone when the last handle on it goes, unless it was committed.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    open: Arc<Mutex<Open>>,
}

impl Unit {
    /// Opens one.
    pub(super) async fn begin(connection: OwnedMutexGuard<Connection>) -> Result<Self, DbError> {
        blocking(move || {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            Ok(Self { open: Arc::new(Mutex::new(Open(connection))) })
        })
        .await
    }

    /// The one that this task is in.
    pub(super) fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// Runs `work` inside of it.
    pub(super) async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// Runs a piece of work, which is undone alone where it fails.
    pub(super) async fn run<T, W>(self, work: W) -> Result<T, DbError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    {
        blocking(move || {
            // A panic in other work undid that work as it unwound: the transaction is sound.
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let piece = open.0.savepoint()?;
            let value = work(&piece)?;
            piece.commit()?;
            Ok(value)
        })
        .await
    }

    /// Makes what was done inside of it last.
    pub(super) async fn commit(self) -> Result<(), DbError> {
        blocking(move || {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(open.0.execute_batch("COMMIT")?)
        })
        .await
    }
}

#[derive(Debug)]
struct Open(OwnedMutexGuard<Connection>);

impl Drop for Open {
    fn drop(&mut self) {
        if !self.0.is_autocommit() {
            // It can fail only where SQLite has undone the transaction by itself.
            let _ = self.0.execute_batch("ROLLBACK");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use tokio::sync::oneshot;

    use crate::demo::db::{Db, DbError, community, now_ms};

    async fn like(db: &Db) {
        db.run(|db| community::like(db, 1)).await.unwrap();
    }

    async fn likes(db: &Db) -> i64 {
        db.run(|db| Ok(db.query_row("SELECT like_count FROM posts WHERE id = 1", [], |row| row.get(0))?))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn p6_what_a_unit_did_is_kept_or_undone_as_one() {
        let db = Db::open(Path::new(":memory:")).await.unwrap();
        let before = likes(&db).await;
        let both = async {
            like(&db).await;
            like(&db).await;
            likes(&db).await
        };
        assert_eq!(db.unit(both, |seen| *seen == before + 3).await.unwrap(), before + 2);
        assert_eq!(likes(&db).await, before, "it was undone");
        let both = async {
            like(&db).await;
            like(&db).await;
        };
        db.unit(both, |()| true).await.unwrap();
        assert_eq!(likes(&db).await, before + 2);
    }

    #[tokio::test]
    async fn a_piece_that_fails_is_undone_alone() {
        let db = Db::open(Path::new(":memory:")).await.unwrap();
        let before = likes(&db).await;
        let work = async {
            like(&db).await;
            let failed = db.run(|db| {
                community::like(db, 1)?;
                Err::<(), _>(DbError::Version { found: now_ms() })
            });
            assert!(failed.await.is_err());
        };
        db.unit(work, |()| true).await.unwrap();
        assert_eq!(likes(&db).await, before + 1);
    }

    #[tokio::test]
    async fn a_unit_that_is_dropped_is_undone_and_lets_others_in() {
        let db = Db::open(Path::new(":memory:")).await.unwrap();
        let before = likes(&db).await;
        let (tell, told) = oneshot::channel();
        let endless = async {
            like(&db).await;
            tell.send(()).unwrap();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = db.unit(endless, |()| true) => unreachable!("it has no end"),
            liked = told => liked.unwrap(),
        }
        assert_eq!(likes(&db).await, before);
    }
}
