//! The connection: short time-outs, and a circuit that opens where they are reached.

use std::future::Future;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, RedisResult};
use tokio::time::{Instant, timeout};

use super::super::StoreError;

pub(super) struct Link {
    connection: ConnectionManager,
    timeout: Duration,
    cooldown: Duration,
    /// Until when nobody asks.
    open_until: Mutex<Option<Instant>>,
}

impl Link {
    /// Connects with the first command.
    pub(super) fn new(client: Client, timeout: Duration, cooldown: Duration) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout));
        let connection = ConnectionManager::new_lazy_with_config(client, config)?;
        Ok(Self { connection, timeout, cooldown, open_until: Mutex::new(None) })
    }

    /// Asks once, unless the circuit is open.
    pub(super) async fn ask<T, F>(
        &self,
        command: impl FnOnce(ConnectionManager) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        self.closed()?;
        self.ask_anyway(command).await
    }

    /// Asks once.
    pub(super) async fn ask_anyway<T, F>(
        &self,
        command: impl FnOnce(ConnectionManager) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let answer = match timeout(self.timeout, command(self.connection.clone())).await {
            Ok(answer) => answer.map_err(|error| StoreError::Unavailable(error.into())),
            Err(elapsed) => Err(StoreError::Unavailable(elapsed.into())),
        };
        let open_until = answer.is_err().then(|| Instant::now() + self.cooldown);
        *self.open_until.lock().unwrap_or_else(PoisonError::into_inner) = open_until;
        answer
    }

    /// An error while the circuit is open.
    pub(super) fn closed(&self) -> Result<(), StoreError> {
        let open_until = *self.open_until.lock().unwrap_or_else(PoisonError::into_inner);
        if open_until.is_some_and(|until| Instant::now() < until) { Err(StoreError::Open) } else { Ok(()) }
    }
}
