//! The options of `everfresh proxy`.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use axum::http::uri::{Authority, Scheme};
use everfresh_server::store::Budget;
use tracing_subscriber::filter::Targets;

/// What is proxied, and how.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// The backend, such as http://127.0.0.1:3000
    #[arg(long, value_name = "URL", value_parser = parse_upstream)]
    pub(crate) upstream: Authority,
    /// The rules document, which browsers load too
    #[arg(long, value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Share entries and invalidations with all proxies at this Redis, such as redis://127.0.0.1:6379; in memory by default
    #[arg(long, value_name = "URL")]
    pub(crate) redis: Option<String>,
    /// Whose entries these are in Redis
    #[arg(long, value_name = "NAME", default_value = "everfresh")]
    pub(crate) redis_namespace: String,
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 4180)]
    pub(crate) port: u16,
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) listen: IpAddr,
    /// Answers from this route, such as /assets/*, are the same whoever asks, with a cookie or without; may be given again
    #[arg(long, value_name = "ROUTE")]
    pub(crate) share: Vec<String>,
    /// How many bytes entries may take in memory, about
    #[arg(long, value_name = "BYTES", default_value_t = 256 * 1024 * 1024)]
    pub(crate) max_bytes: u64,
    /// How many bytes of that entries of one tag, path or directory may take, such as /api/search/*=8000000, so that they
    /// push out each other and nothing else; may be given again
    #[arg(long, value_name = "TARGET=BYTES", value_parser = parse_budget, conflicts_with = "redis")]
    pub(crate) budget: Vec<Budget>,
    /// The largest body that is stored
    #[arg(long, value_name = "BYTES", default_value_t = 1024 * 1024)]
    pub(crate) max_entry_bytes: usize,
    /// How long replicas of the backend's database may lag, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    pub(crate) settle: u64,
    /// Keep metrics in this file; by default they are kept in Redis, or are forgotten at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics_file: Option<PathBuf>,
    /// Keep flags in this file, of JSON; by default they are kept in Redis, or are forgotten at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) flags: Option<PathBuf>,
    /// Serve POST /_everfresh/invalidate to who has this token, of 16 bytes at least, and reports to who is elsewhere
    #[arg(long, env = "EVERFRESH_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// Serve GET /_everfresh/events: anybody may learn what has changed
    #[arg(long)]
    pub(crate) events: bool,
    /// Another proxy is in front of this one: believe its Forwarded and X-Forwarded-* headers
    #[arg(long)]
    pub(crate) trust_forwarded: bool,
    /// The most connections of clients at once; more of them wait
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) max_connections: usize,
    /// How long connecting to the backend may take, in milliseconds
    #[arg(long, value_name = "MS", default_value = "5000", value_parser = parse_millis)]
    pub(crate) connect_timeout: Duration,
    /// How long the backend may take for the first byte of its answer
    #[arg(long, value_name = "MS", default_value = "60000", value_parser = parse_millis)]
    pub(crate) first_byte_timeout: Duration,
    /// How long a body may stand still, in either direction
    #[arg(long, value_name = "MS", default_value = "30000", value_parser = parse_millis)]
    pub(crate) body_timeout: Duration,
    /// How long a client may take for the head of a request; also how long a connection may be idle
    #[arg(long, value_name = "MS", default_value = "30000", value_parser = parse_millis)]
    pub(crate) header_timeout: Duration,
    /// How long a stop waits for answers that are under way
    #[arg(long, value_name = "MS", default_value = "10000", value_parser = parse_millis)]
    pub(crate) grace: Duration,
    /// What is logged, on standard error: a level, or a list such as warn,everfresh::access=off
    #[arg(long, value_name = "FILTER", default_value = "info")]
    pub(crate) log: Targets,
}

/// The authority of an `http` URL without a path.
fn parse_upstream(text: &str) -> Result<Authority, String> {
    let uri = text.parse::<Uri>().ok().filter(|uri| uri.scheme() == Some(&Scheme::HTTP));
    let uri = uri.filter(|uri| uri.path() == "/" && uri.query().is_none());
    let authority = uri.and_then(|uri| uri.authority().cloned());
    authority
        .filter(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'))
        .ok_or_else(|| "must be an http URL without a path, such as http://127.0.0.1:3000".to_owned())
}

fn parse_budget(text: &str) -> Result<Budget, String> {
    let parts = text.rsplit_once('=').and_then(|(target, bytes)| Some((target, bytes.parse().ok()?)));
    let (target, bytes) =
        parts.ok_or("must be a target and a number of bytes, such as /api/search/*=8000000")?;
    Budget::new(target, bytes).map_err(|error| error.to_string())
}

fn parse_millis(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(millis @ 1..) => Ok(Duration::from_millis(millis)),
        _ => Err("must be a number of milliseconds, 1 at least".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_backend_is_an_http_origin() {
        assert_eq!(parse_upstream("http://127.0.0.1:3000").unwrap().as_str(), "127.0.0.1:3000");
        assert_eq!(parse_upstream("http://[::1]:80/").unwrap().host(), "[::1]");
        for bad in ["", "a", "/", "https://a", "http://a/b", "http://a/?b", "http://u:p@a", "http://:80"] {
            assert!(parse_upstream(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_budget_is_a_target_and_bytes() {
        assert_eq!(parse_budget("/api/search/*=8"), Ok(Budget::new("/api/search/*", 8).unwrap()));
        for bad in ["", "search", "search=", "search=x", "=8", "/a/*/b=8"] {
            assert!(parse_budget(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn times_are_milliseconds() {
        assert_eq!(parse_millis("20"), Ok(Duration::from_millis(20)));
        for bad in ["", "0", "-1", "1s"] {
            assert!(parse_millis(bad).is_err(), "{bad:?} was taken");
        }
    }
}
