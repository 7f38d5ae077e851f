//! `everfresh demo`: a back end with a database, the demo pages and the switches that make it slow or faulty.

mod answer;
mod app;
mod args;
mod community;
mod connection;
mod control;
mod db;
mod error;
mod files;
mod hostile;
mod idempotency;
mod input;
mod ops;
mod studio;
mod switches;
mod traffic;

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::serve::Listener;
use everfresh_server::ops::MonitoringOptions;
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::app::Served;
pub(crate) use self::args::Args;
use self::connection::{Connection, CuttableListener};
use self::db::Db;
pub(crate) use self::error::DemoError;
use crate::stop::stop_signal;

/// The rules document that the demo pages load too.
const RULES: &str = include_str!("../../../../www/everfresh.json");

/// How long a stop waits for answers that are under way.
const GRACE: Duration = Duration::from_secs(3);

/// Serves the demo until SIGINT or SIGTERM. Prints one line once it listens.
///
/// # Errors
/// [`DemoError`] names what can't be used: the rules, the database or the address.
pub(crate) async fn run(args: Args) -> Result<(), DemoError> {
    let rules = load_rules(args.config.as_deref())?;
    let db =
        Db::open(&args.db).await.map_err(|source| DemoError::Database { path: args.db.clone(), source })?;
    let Served { router, ops } = app::serve(db, &rules, &args)?;
    ops.load_flags().await;

    let address = SocketAddr::new(args.host, args.port);
    let bind = |source| DemoError::Listen { address, source };
    let listener = CuttableListener::new(TcpListener::bind(address).await.map_err(bind)?);
    let bound = listener.local_addr().map_err(bind)?;
    // Who knows that it listens may stop it.
    let told = stop_signal();
    announce(bound);

    let (stop, mut stopped) = watch::channel(false);
    let mut stopping = stopped.clone();
    tokio::spawn(async move {
        told.await;
        // Nobody listens any more only when the server has ended by itself.
        let _ = stop.send(true);
    });
    let service = router.into_make_service_with_connect_info::<Connection>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    });
    let monitoring = ops.start_monitoring(MonitoringOptions::default());
    let ended = tokio::select! {
        ended = serving => ended.map_err(|source| DemoError::Serve { source }),
        () = async {
            let _ = stopped.wait_for(|stop| *stop).await;
            tokio::time::sleep(GRACE).await;
        } => Ok(()),
    };
    drop(monitoring);
    // What was counted last is worth no failure.
    let _ = ops.flush().await;
    ended
}

fn load_rules(config: Option<&Path>) -> Result<String, DemoError> {
    match config {
        None => Ok(RULES.to_owned()),
        Some(path) => std::fs::read_to_string(path)
            .map_err(|source| DemoError::Config { path: path.to_owned(), source }),
    }
}

/// The one line of output. A closed standard output is no reason not to serve.
fn announce(address: SocketAddr) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "everfresh demo: http://{address}/").and_then(|()| out.flush());
}
