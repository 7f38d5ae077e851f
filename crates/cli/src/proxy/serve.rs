//! Connections of clients.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1::{self, Parts};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

use super::front::Front;

/// The answer to a head that is not whole in time.
const TOO_SLOW: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\r\n";

/// How connections are accepted and ended.
pub(super) struct Serving {
    pub(super) front: Front,
    pub(super) header_timeout: Duration,
    pub(super) max_connections: usize,
    /// Says that no more requests are taken.
    pub(super) stop: CancellationToken,
    /// What a stop waits for.
    pub(super) tasks: TaskTracker,
    /// How long it waits.
    pub(super) grace: Duration,
}

impl Serving {
    /// Serves until it is to stop, and all that was under way has ended.
    pub(super) async fn run(self, listener: TcpListener) {
        let room = Arc::new(Semaphore::new(self.max_connections.min(Semaphore::MAX_PERMITS)));
        loop {
            let accepted = tokio::select! {
                accepted = accept(&listener, &room) => accepted,
                () = self.stop.cancelled() => break,
            };
            let (stream, peer, place) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Such as too many open files: others will end.
                    warn!(%error, "no connection can be accepted");
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let served = serve(self.front.clone(), stream, peer, self.header_timeout, self.stop.clone());
            self.tasks.spawn(async move {
                served.await;
                drop(place);
            });
        }
        drop(listener);
        self.tasks.close();
        info!("no more requests are taken; those that are under way are ended");
        if timeout(self.grace, self.tasks.wait()).await.is_err() {
            warn!(left = self.tasks.len(), "requests are cut off");
        }
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    // Small answers are sent at once. Where the option can't be set they are only slower.
    let _ = stream.set_nodelay(true);
    Ok((stream, peer, place))
}

async fn serve(
    front: Front,
    stream: TcpStream,
    peer: SocketAddr,
    header_timeout: Duration,
    stop: CancellationToken,
) {
    let service = service_fn(move |request| front.clone().answer(request, peer));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut pinned = std::pin::Pin::new(&mut connection);
    let ended = tokio::select! {
        ended = pinned.as_mut() => ended,
        () = stop.cancelled() => {
            pinned.as_mut().graceful_shutdown();
            pinned.await
        }
    };
    let Err(error) = ended else { return };
    if !error.is_timeout() {
        return debug!(%peer, %error, "a connection broke off");
    }
    if let Some(Parts { io, read_buf, .. }) = connection.into_parts()
        && !read_buf.is_empty()
    {
        warn!(%peer, "a client takes too long for the head of its request");
        // It may not read either.
        let _ = timeout(header_timeout, io.into_inner().write_all(TOO_SLOW)).await;
    }
}
