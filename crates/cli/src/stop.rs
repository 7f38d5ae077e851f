//! Being told to stop.

#[cfg(unix)]
use std::io;

/// Until SIGINT or SIGTERM, from now on: they don't end the process by themselves any more.
#[cfg(unix)]
pub(crate) fn stop_signal() -> impl Future<Output = ()> + Send {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn came(signal: io::Result<Signal>) {
        match signal {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    }
    let (terminated, interrupted) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async {
        tokio::select! {
            () = came(terminated) => {}
            () = came(interrupted) => {}
        }
    }
}

/// Until it is interrupted.
#[cfg(not(unix))]
pub(crate) async fn stop_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
