//! `everfresh analyze`: a grade, and what to change.

mod args;
mod error;
mod findings;
mod grade;
mod metrics;
mod report;

use std::path::Path;
use std::time::Duration;

use reqwest::Url;

pub(crate) use self::args::Args;
use self::args::name;
pub(crate) use self::error::AnalyzeError;
use self::metrics::{GROUPS, Metrics};
use self::report::Analysis;
use crate::client::client;

/// How long a report may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Analyses what was measured and prints it; whether the grade is good enough.
///
/// # Errors
/// [`AnalyzeError`] names the server or the file that can't be used.
pub(crate) async fn run(args: Args) -> Result<bool, AnalyzeError> {
    let metrics = if args.from.is_empty() { ask(&args).await? } else { read(&args)? };
    let analysis = Analysis::new(&metrics);
    print!("{analysis}");
    if let Some(path) = &args.txt {
        write(path, &analysis.to_string())?;
    }
    if let Some(path) = &args.json {
        let json = serde_json::to_string_pretty(&analysis).expect("an analysis has no maps");
        write(path, &format!("{json}\n"))?;
    }
    // Where there is no grade, nothing says that it is good enough.
    Ok(args.fail_below.is_none_or(|least| analysis.grade.letter.is_some_and(|letter| letter >= least)))
}

/// Reports of a server, one for each grouping.
async fn ask(args: &Args) -> Result<Metrics, AnalyzeError> {
    let client = client(PATIENCE).build().map_err(AnalyzeError::Client)?;
    let mut metrics = Metrics::default();
    for group in GROUPS {
        let url = address(args, group);
        let unreachable = |source| AnalyzeError::Unreachable { url: url.to_string(), source };
        let mut request = client.get(url.clone());
        if let Some(token) = &args.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(AnalyzeError::Refused { url: url.to_string(), status });
        }
        metrics.add(url.as_str(), &response.text().await.map_err(unreachable)?)?;
    }
    Ok(metrics)
}

fn address(args: &Args, group: &str) -> Url {
    let mut url = args.url.clone();
    let path = format!("{}/metrics", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url.query_pairs_mut()
        .append_pair("range", &name(args.range))
        .append_pair("source", &name(args.source))
        .append_pair("groupBy", group);
    url
}

/// Reports that were exported.
fn read(args: &Args) -> Result<Metrics, AnalyzeError> {
    let mut metrics = Metrics::default();
    for path in &args.from {
        let text = std::fs::read_to_string(path)
            .map_err(|source| AnalyzeError::Read { path: path.clone(), source })?;
        metrics.add(&path.display().to_string(), &text)?;
    }
    Ok(metrics)
}

fn write(path: &Path, text: &str) -> Result<(), AnalyzeError> {
    std::fs::write(path, text).map_err(|source| AnalyzeError::Write { path: path.to_owned(), source })
}
