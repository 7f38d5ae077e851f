//! The options of `everfresh warm`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args as Group, ValueEnum};
use reqwest::Url;

/// What is asked for, so that the server's cache has it.
#[derive(Debug, Clone, Group)]
pub(crate) struct Args {
    /// The server; what is a path is below it
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:4173")]
    pub(crate) url: Url,
    /// What the file or the address after it is
    #[arg(long, value_enum)]
    pub(crate) from: From,
    /// A file, or an address of HTTP
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    /// Requests begun in a second, at the most
    #[arg(long, value_name = "N", default_value_t = 10.0, value_parser = rate)]
    pub(crate) rate: f64,
    /// Requests that are under way at a time, at the most
    #[arg(long, value_name = "N", default_value = "4")]
    pub(crate) concurrency: NonZeroUsize,
    /// Where an answer's Cache-Status is written for each URL
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// What names URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// A sitemap (sitemaps.org), or an index of sitemaps
    Sitemap,
    /// A URL or a path on each line; what begins with # is none
    List,
    /// What `everfresh analyze --json` has written: the routes that are read most and have no names in them
    Analysis,
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| String::from("must be a number"))?;
    if (0.001..=10_000.0).contains(&rate) { Ok(rate) } else { Err("must be from 0.001 to 10000".into()) }
}
