//! `everfresh proxy`: the shared cache before any backend.

mod args;
mod body;
mod error;
mod front;
mod headers;
mod problem;
mod serve;
mod tunnel;
mod upstream;

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use everfresh_server::store::{MemoryStore, MemoryStoreOptions, RedisStore, RedisStoreOptions, Store};
use everfresh_server::{CacheLayer, CacheOptions, EventsOptions, Everybody, events_route, invalidate_route};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_layer::Layer;
use tracing::info;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub(crate) use self::args::Args;
pub(crate) use self::error::ProxyError;
use self::front::{Front, nothing};
use self::serve::Serving;
use self::upstream::Upstream;
use crate::stop::stop_signal;

/// Proxies until SIGINT or SIGTERM. Prints one line once it listens.
///
/// # Errors
/// [`ProxyError`] names what can't be used: the rules, an option or the address.
pub(crate) async fn run(args: Args) -> Result<(), ProxyError> {
    let rules = std::fs::read_to_string(&args.config)
        .map_err(|source| ProxyError::Config { path: args.config.clone(), source })?;
    let cache = CacheLayer::from_json(&rules)
        .map_err(|source| ProxyError::Rules { path: args.config.clone(), source })?;
    let store = store(&args)?;
    let cache = configured(cache.store(Arc::clone(&store)), &args)?;
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let own = own_routes(&args, store, &cache)?;

    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    // Where somebody else has set one, that one stays.
    let _ = tracing_subscriber::registry().with(log).with(args.log.clone()).try_init();

    let address = SocketAddr::new(args.listen, args.port);
    let listening = |source| ProxyError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listening)?;
    let bound = listener.local_addr().map_err(listening)?;
    announce(bound);
    info!(%bound, upstream = %args.upstream, "the proxy listens");

    let stopping = stop.clone();
    tokio::spawn(async move {
        stop_signal().await;
        stopping.cancel();
    });
    let front = Front {
        cache: cache.layer(Upstream::new(&args, tasks.clone())),
        own,
        patience: args.body_timeout,
        stop: stop.clone(),
    };
    let (header_timeout, max_connections, grace) = (args.header_timeout, args.max_connections, args.grace);
    Serving { front, header_timeout, max_connections, stop, tasks, grace }.run(listener).await;
    Ok(())
}

fn store(args: &Args) -> Result<Arc<dyn Store>, ProxyError> {
    let Some(url) = &args.redis else {
        let options = MemoryStoreOptions { max_bytes: args.max_bytes, ..MemoryStoreOptions::default() };
        return Ok(Arc::new(MemoryStore::new(options)));
    };
    let options =
        RedisStoreOptions { namespace: args.redis_namespace.clone(), ..RedisStoreOptions::default() };
    Ok(Arc::new(RedisStore::connect(url, options).map_err(ProxyError::Redis)?))
}

fn configured(mut cache: CacheLayer, args: &Args) -> Result<CacheLayer, ProxyError> {
    for route in &args.share {
        cache = cache.share(route).map_err(|source| ProxyError::Option { name: "--share", source })?;
    }
    Ok(cache.options(CacheOptions {
        max_entry_bytes: args.max_entry_bytes,
        // Longer, so that what stands still is known to before it counts as slow.
        body_timeout: args.body_timeout * 2,
        settle: args.settle,
        ..CacheOptions::default()
    }))
}

/// What is served below `/_everfresh/`.
fn own_routes(args: &Args, store: Arc<dyn Store>, cache: &CacheLayer) -> Result<Router, ProxyError> {
    let mut own = Router::new().fallback(nothing);
    if let Some(token) = &args.token {
        let route = invalidate_route(cache.invalidator(), token);
        own = own.merge(route.map_err(|source| ProxyError::Option { name: "--token", source })?);
    }
    if args.events {
        own = own.merge(events_route(store, Everybody, EventsOptions::default()));
    }
    Ok(own)
}

/// The one line of output. A closed standard output is no reason not to serve.
fn announce(address: SocketAddr) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "everfresh proxy: http://{address}/").and_then(|()| out.flush());
}
