//! The options of `everfresh demo`.

use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::HeaderValue;

/// What the demo serves, and where.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 4173)]
    pub(crate) port: u16,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// The database file; made, with sample content, where it is missing
    #[arg(long, value_name = "FILE", default_value = ".everfresh-demo.sqlite")]
    pub(crate) db: PathBuf,
    /// The demo pages, served at /
    #[arg(long, value_name = "DIR", default_value = "www")]
    pub(crate) www: PathBuf,
    /// The built package, served at /pkg/
    #[arg(long, value_name = "DIR", default_value = "pkg-template/dist")]
    pub(crate) package: PathBuf,
    /// Let pages of this origin (or of any, with *) read the answers
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    pub(crate) cors: Option<AllowedOrigin>,
    /// Don't tell pages to listen to what the server says, nor to ask it for flags
    #[arg(long)]
    pub(crate) no_push: bool,
    /// Let the server's cache keep what writes have changed, so as to see what `everfresh load` makes of that
    #[arg(long)]
    pub(crate) no_invalidation: bool,
    /// What metrics and monitoring are shown for to who is not on this machine, and what POST /_everfresh/invalidate
    /// needs; 16 characters or more
    #[arg(long, value_name = "TOKEN", env = "EVERFRESH_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// Keep flags in this file, of JSON; by default they are forgotten at the end
    #[arg(long, value_name = "FILE")]
    pub(crate) flags: Option<PathBuf>,
    /// The rules document; the demo's own by default
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

impl Args {
    /// Whether pages are told to listen to what the server says.
    pub(crate) fn push(&self) -> bool {
        !self.no_push
    }
}

/// Whose pages may read the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AllowedOrigin {
    /// Anybody's.
    Any,
    /// Those of one origin, such as `http://127.0.0.1:4174`.
    One(HeaderValue),
}

fn parse_origin(text: &str) -> Result<AllowedOrigin, String> {
    if text == "*" {
        return Ok(AllowedOrigin::Any);
    }
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match (host, HeaderValue::from_str(text)) {
        (Some(host), Ok(value)) if !host.is_empty() && !host.contains('/') => Ok(AllowedOrigin::One(value)),
        _ => Err("must be * or an origin such as http://127.0.0.1:4174, without a path".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        assert_eq!(parse_origin("*"), Ok(AllowedOrigin::Any));
        let one = HeaderValue::from_static("http://localhost:8080");
        assert_eq!(parse_origin("http://localhost:8080"), Ok(AllowedOrigin::One(one)));
        for bad in ["", "localhost", "http://", "http://a/", "https://a/b", "ftp://a", "http://a\n"] {
            assert!(parse_origin(bad).is_err(), "{bad:?} was taken");
        }
    }
}
