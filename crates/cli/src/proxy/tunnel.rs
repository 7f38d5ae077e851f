//! WebSockets: after the handshake, bytes go both ways as they come.

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tracing::debug;

/// Joins two connections that are about to become something else, until one of them ends.
pub(super) fn join(client: OnUpgrade, backend: OnUpgrade) {
    tokio::spawn(async move {
        let (client, backend) = match tokio::try_join!(client, backend) {
            Ok(both) => both,
            Err(error) => return debug!(%error, "a WebSocket did not come about"),
        };
        let (mut client, mut backend) = (TokioIo::new(client), TokioIo::new(backend));
        if let Err(error) = tokio::io::copy_bidirectional(&mut client, &mut backend).await {
            debug!(%error, "a WebSocket broke off");
        }
    });
}
