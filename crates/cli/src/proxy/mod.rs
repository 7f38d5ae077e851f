//! `everfresh proxy`: the shared cache before any backend.

mod args;
mod body;
mod error;
mod front;
mod headers;
mod problem;
mod serve;
mod setup;
mod tunnel;
mod upstream;

use std::io::Write;
use std::net::SocketAddr;

use everfresh_server::ops::MonitoringOptions;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_layer::Layer;
use tracing::{info, warn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub(crate) use self::args::Args;
pub(crate) use self::error::ProxyError;
use self::front::{Front, nothing};
use self::serve::Serving;
use self::setup::{Setup, setup};
use self::upstream::Upstream;
use crate::stop::stop_signal;

/// Proxies until SIGINT or SIGTERM. Prints one line once it listens.
///
/// # Errors
/// [`ProxyError`] names what can't be used: the rules, an option or the address.
pub(crate) async fn run(args: Args) -> Result<(), ProxyError> {
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    // Where somebody else has set one, that one stays.
    let _ = tracing_subscriber::registry().with(log).with(args.log.clone()).try_init();

    let Setup { cache, ops } = setup(&args)?;
    ops.load_flags().await;
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());

    let address = SocketAddr::new(args.listen, args.port);
    let listening = |source| ProxyError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listening)?;
    let bound = listener.local_addr().map_err(listening)?;
    // Who knows that it listens may stop it.
    let told = stop_signal();
    announce(bound);
    info!(%bound, upstream = %args.upstream, "the proxy listens");

    let stopping = stop.clone();
    tokio::spawn(async move {
        told.await;
        stopping.cancel();
    });
    let front = Front {
        cache: cache.layer(Upstream::new(&args, tasks.clone())),
        own: ops.router().fallback(nothing),
        patience: args.body_timeout,
        trust_forwarded: args.trust_forwarded,
        stop: stop.clone(),
    };
    let (header_timeout, max_connections, grace) = (args.header_timeout, args.max_connections, args.grace);
    let monitoring = ops.start_monitoring(MonitoringOptions::default());
    Serving { front, header_timeout, max_connections, stop, tasks, grace }.run(listener).await;
    drop(monitoring);
    if let Err(error) = ops.flush().await {
        warn!(code = error.code(), %error, "the last metrics are lost");
    }
    Ok(())
}

/// The one line of output. A closed standard output is no reason not to serve.
fn announce(address: SocketAddr) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "everfresh proxy: http://{address}/").and_then(|()| out.flush());
}
