//! `everfresh load`: virtual users, and whether what they are shown is what was written.

mod args;
mod error;
mod layer;
mod pace;
mod report;
mod scenario;
mod stats;
mod template;
mod threshold;
mod user;
mod versions;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use reqwest::Client;
use tokio::time::Instant;

pub(crate) use self::args::Args;
pub(crate) use self::error::LoadError;
use self::pace::Pace;
use self::report::{Checked, Named, Report, Summary};
use self::scenario::{DEMO, Scenarios};
use self::stats::Stats;
use self::threshold::Threshold;
use self::user::{Shared, User};
use self::versions::Versions;

/// So often progress is told.
const TICK: Duration = Duration::from_millis(200);

/// Makes a load test and prints its report; whether nothing came about that must not.
///
/// # Errors
/// [`LoadError`] names the document, the server or the file that can't be used.
pub(crate) async fn run(args: Args) -> Result<bool, LoadError> {
    let scenarios = match &args.scenarios {
        None => Scenarios::parse(DEMO)?,
        Some(path) => Scenarios::parse(
            &std::fs::read_to_string(path)
                .map_err(|source| LoadError::Read { path: path.clone(), source })?,
        )?,
    };
    let clients: Vec<Client> = (0..args.users).map(|_| client(&args)).collect::<Result<_, _>>()?;
    look(&args, &clients[0]).await?;
    let begin = Instant::now();
    let shared = Arc::new(Shared {
        url: args.url.clone(),
        scenarios,
        pace: Pace::new(begin, args.duration, args.rate),
        versions: Versions::default(),
        unique: AtomicU64::new(1),
        done: AtomicU64::new(0),
    });
    let stats = drive(&args, clients, &shared, begin).await;
    let report = report(&args, &shared.scenarios, &stats, begin.elapsed());
    print!("{report}");
    if let Some(path) = &args.txt {
        write(path, &report.to_string())?;
    }
    if let Some(path) = &args.json {
        let json = serde_json::to_string_pretty(&report).expect("a report has no maps but those of texts");
        write(path, &format!("{json}\n"))?;
    }
    Ok(report.passed)
}

/// Whether there is anybody at all.
async fn look(args: &Args, client: &Client) -> Result<(), LoadError> {
    let unreachable = |source| LoadError::Unreachable { url: args.url.to_string(), source };
    client.get(args.url.clone()).send().await.map_err(unreachable)?;
    Ok(())
}

/// Lets all users do what they do; what came of it, by scenario.
async fn drive(args: &Args, clients: Vec<Client>, shared: &Arc<Shared>, begin: Instant) -> Vec<Stats> {
    let mut users = tokio::task::JoinSet::new();
    for (number, client) in (0..args.users).zip(clients) {
        let user = User::new(Arc::clone(shared), client, args.seed.wrapping_add(u64::from(number)));
        users.spawn(user.run(begin + args.ramp_up.mul_f64(f64::from(number) / f64::from(args.users))));
    }
    let bar = progress(args.duration);
    let mut all = vec![Stats::default(); shared.scenarios.scenarios.len()];
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            ended = users.join_next() => {
                let Some(stats) = ended else { break };
                for (sum, one) in all.iter_mut().zip(stats.expect("no user panics")) {
                    sum.add(&one);
                }
            }
            _ = tick.tick() => {
                bar.set_position(begin.elapsed().min(args.duration).as_millis() as u64);
                bar.set_message(format!("{} requests", shared.done.load(Ordering::Relaxed)));
            }
        }
    }
    bar.finish_and_clear();
    all
}

/// Each user has one, and so its own cookies and connections.
fn client(args: &Args) -> Result<Client, LoadError> {
    crate::client::client(args.timeout).cookie_store(true).build().map_err(LoadError::Client)
}

/// Shown where there is a terminal.
fn progress(duration: Duration) -> ProgressBar {
    let style = ProgressStyle::with_template("{elapsed_precise} [{bar:40}] {percent} % {msg}");
    ProgressBar::new(duration.as_millis() as u64).with_style(style.expect("the template is well formed"))
}

fn report(args: &Args, scenarios: &Scenarios, stats: &[Stats], duration: Duration) -> Report {
    let mut all = Stats::default();
    stats.iter().for_each(|one| all.add(one));
    let total = Summary::new(&all, duration);
    let thresholds = [Threshold::nothing_stale()].into_iter().chain(args.fail_if.iter().cloned());
    let thresholds: Vec<Checked> = thresholds.map(|threshold| Checked::new(&threshold, &total)).collect();
    Report {
        version: 1,
        url: args.url.to_string(),
        users: args.users,
        rate: args.rate,
        duration: duration.as_secs_f64(),
        scenarios: scenarios
            .scenarios
            .iter()
            .zip(stats)
            .map(|(scenario, stats)| Named {
                name: scenario.name.clone(),
                summary: Summary::new(stats, duration),
            })
            .collect(),
        failures: all.failures,
        stale: all.examples,
        passed: thresholds.iter().all(|checked| checked.passed) && total.requests > 0,
        thresholds,
        total,
    }
}

fn write(path: &Path, text: &str) -> Result<(), LoadError> {
    std::fs::write(path, text).map_err(|source| LoadError::Write { path: path.to_owned(), source })
}
