//! What operators see of the demo's cache.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::Next;
use axum::response::Response;
use everfresh_server::ops::{BeaconOptions, Ops, OpsOptions, SqliteArchive};
use everfresh_server::{CacheLayer, EventsOptions, Everybody, FileFlags, FlagStore};

use super::args::{AllowedOrigin, Args};
use super::connection::Connection;
use super::error::DemoError;

/// Where applications that have an API of their own for their cache have it.
const STUDIO: &str = "/studio/api/cache";

/// The metrics, kept in a file beside the database.
pub(crate) fn ops(cache: &CacheLayer, args: &Args) -> Result<Ops, DemoError> {
    let path = file(args);
    let archive = SqliteArchive::open(&path).map_err(|source| DemoError::Metrics { path, source })?;
    let origins = match &args.cors {
        Some(AllowedOrigin::One(origin)) => origin.to_str().map(str::to_owned).into_iter().collect(),
        _ => Vec::new(),
    };
    let flags = match &args.flags {
        Some(path) => {
            let file = FileFlags::new(path);
            let file = file.map_err(|source| DemoError::Flags { path: path.clone(), source })?;
            Some(Arc::new(file) as Arc<dyn FlagStore>)
        }
        None => None,
    };
    let options = OpsOptions {
        token: args.token.clone(),
        archive: Arc::new(archive),
        flags,
        beacon: BeaconOptions { origins, ..BeaconOptions::default() },
        ..OpsOptions::default()
    };
    let ops = Ops::new(cache, options).map_err(DemoError::Token)?;
    Ok(ops.events(Everybody, EventsOptions::default()))
}

/// Their endpoints.
pub(crate) fn routes(ops: &Ops) -> Router {
    ops.router().merge(ops.reports(STUDIO))
}

fn file(args: &Args) -> PathBuf {
    args.db.with_extension("metrics.sqlite")
}

/// Who asks, as the cache and the endpoints look for it.
pub(crate) async fn tell_peer(
    ConnectInfo(connection): ConnectInfo<Connection>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>(connection.peer()));
    next.run(request).await
}
