//! The HTTP client of the commands that ask servers.

use std::time::Duration;

use reqwest::{Client, ClientBuilder};

/// One whose answers may take so long, each.
pub(crate) fn client(timeout: Duration) -> ClientBuilder {
    // There is one already only where it was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().timeout(timeout).user_agent(concat!("everfresh/", env!("CARGO_PKG_VERSION")))
}
