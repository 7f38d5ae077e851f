//! `everfresh warm`: asks a server for what will be wanted, so that its cache has it.

mod args;
mod error;
mod source;

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Url};
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

pub(crate) use self::args::Args;
use self::args::From;
pub(crate) use self::error::WarmError;
use self::source::{Sitemap, analysis, list, resolve, sitemap};
use crate::client::client;

/// Sitemaps of an index that are read.
const SITEMAPS: usize = 100;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of a URL.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    url: String,
    /// Nothing where there was no answer.
    status: Option<u16>,
    cache_status: Option<String>,
}

impl Outcome {
    fn is_done(&self) -> bool {
        self.status.is_some_and(|status| status < 400)
    }
}

/// Asks for all that is named, and says what came of it; whether everything was answered.
///
/// # Errors
/// [`WarmError`] names the file or the address that can't be used.
pub(crate) async fn run(args: Args) -> Result<bool, WarmError> {
    let client = client(PATIENCE).build().map_err(WarmError::Client)?;
    let named = named(&client, &args).await?;
    let urls =
        resolve(&args.url, &named).map_err(|what| WarmError::Source { from: args.source.clone(), what })?;
    let outcomes = ask(&client, urls, &args).await;
    let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.is_done()).collect();
    let says = |word: &str| {
        let said = outcomes
            .iter()
            .filter(|outcome| outcome.cache_status.as_ref().is_some_and(|status| status.contains(word)));
        said.count()
    };
    println!(
        "{} URLs: {} stored now, {} there already, {} failed",
        outcomes.len(),
        says("stored"),
        says("; hit"),
        failed.len()
    );
    for Outcome { url, status, .. } in &failed {
        println!("  {url}: {}", status.map_or("no answer".to_owned(), |status| status.to_string()));
    }
    if let Some(path) = &args.json {
        let json = serde_json::to_string_pretty(&outcomes).expect("an outcome has no maps");
        std::fs::write(path, format!("{json}\n"))
            .map_err(|source| WarmError::Write { path: path.clone(), source })?;
    }
    Ok(failed.is_empty())
}

/// What the source names.
async fn named(client: &Client, args: &Args) -> Result<Vec<String>, WarmError> {
    let text = text(client, &args.source).await?;
    let wrong = |what| WarmError::Source { from: args.source.clone(), what };
    match args.from {
        From::List => Ok(list(&text)),
        From::Analysis => analysis(&text).map_err(wrong),
        From::Sitemap => match sitemap(&text).map_err(wrong)? {
            Sitemap::Pages(pages) => Ok(pages),
            Sitemap::Others(others) => {
                let mut pages = vec![];
                for other in others.iter().take(SITEMAPS) {
                    let wrong = |what| WarmError::Source { from: other.clone(), what };
                    match sitemap(&self::text(client, other).await?).map_err(wrong)? {
                        Sitemap::Pages(found) => pages.extend(found),
                        Sitemap::Others(_) => return Err(wrong("an index within an index".to_owned())),
                    }
                }
                Ok(pages)
            }
        },
    }
}

/// A file, or what is at an address.
async fn text(client: &Client, source: &str) -> Result<String, WarmError> {
    let url = Url::parse(source).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(url) = url else {
        let path = Path::new(source);
        return std::fs::read_to_string(path)
            .map_err(|error| WarmError::Read { path: path.to_owned(), source: error });
    };
    let got = async { client.get(url).send().await?.error_for_status()?.text().await };
    got.await.map_err(|error| WarmError::Unreachable { url: source.to_owned(), source: error })
}

/// Asks for all, no faster than was said.
async fn ask(client: &Client, urls: Vec<Url>, args: &Args) -> Vec<Outcome> {
    let mut ticks = interval(Duration::from_secs_f64(1.0 / args.rate));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut running = JoinSet::new();
    let mut outcomes = Vec::with_capacity(urls.len());
    for url in urls {
        if running.len() == args.concurrency.get() {
            outcomes.extend(running.join_next().await.and_then(Result::ok));
        }
        ticks.tick().await;
        running.spawn(one(client.clone(), url));
    }
    outcomes.extend(running.join_all().await);
    outcomes
}

/// An answer is read whole, since only what is whole is stored.
async fn one(client: Client, url: Url) -> Outcome {
    let name = url.to_string();
    let nothing = Outcome { url: name.clone(), status: None, cache_status: None };
    let Ok(response) = client.get(url).send().await else { return nothing };
    let status = response.status().as_u16();
    let cache_status =
        response.headers().get("cache-status").and_then(|value| value.to_str().ok()).map(str::to_owned);
    match response.bytes().await {
        Ok(_) => Outcome { url: name, status: Some(status), cache_status },
        Err(_) => nothing,
    }
}
