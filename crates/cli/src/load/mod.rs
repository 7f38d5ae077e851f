//! `everfresh load`: virtual users, and whether what they are shown is what was written.

mod args;
mod browser;
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
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) use self::args::Args;
use self::browser::{Driver, Page, Visits};
pub(crate) use self::error::LoadError;
use self::pace::Pace;
use self::report::{Browser, Checked, Did, Named, Report, Summary};
use self::scenario::{DEMO, Scenarios};
use self::stats::Stats;
use self::threshold::Threshold;
use self::user::{Asks, Shared, User};
use self::versions::Versions;
use crate::stop::stop_signal;

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
    if args.users() + args.browser == 0 {
        return Err(LoadError::Nobody);
    }
    let clients: Vec<Client> = (0..args.users()).map(|_| client(&args)).collect::<Result<_, _>>()?;
    look(&args, &client(&args)?).await?;
    // Browsers are not left behind; so a stop ends it early.
    let stop = CancellationToken::new();
    let (stopping, told) = (stop.clone(), stop_signal());
    tokio::spawn(async move {
        told.await;
        stopping.cancel();
    });
    // The driver is there for as long as its pages.
    let (_driver, pages) = pages(&args, &scenarios).await?;
    let shared = Arc::new(Shared {
        url: args.url.clone(),
        scenarios,
        unique: AtomicU64::new(1),
        done: AtomicU64::new(0),
    });
    let report = report(&args, &shared.scenarios, drive(&args, clients, pages, &shared, &stop).await);
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

/// Browsers, each of which has seen a page that it can use.
async fn pages(args: &Args, scenarios: &Scenarios) -> Result<(Option<Driver>, Vec<Page>), LoadError> {
    if args.browser == 0 {
        return Ok((None, vec![]));
    }
    scenarios.check_pages()?;
    let driver = Driver::start(args).await?;
    let path = scenarios.first_page();
    let first =
        args.url.join(&path).map_err(|error| LoadError::Page { url: path, what: error.to_string() })?;
    let mut pages = vec![];
    for _ in 0..args.browser {
        let mut page = Page::new(driver.browser().await?, args.timeout);
        if let Err(what) = page.load(first.as_str()).await {
            pages.push(page);
            futures_util::future::join_all(pages.into_iter().map(Page::close)).await;
            return Err(LoadError::Page { url: first.to_string(), what });
        }
        pages.push(page);
    }
    Ok((Some(driver), pages))
}

/// What came of it: of users, and of pages.
struct Outcomes {
    duration: Duration,
    /// By scenario.
    stats: [Vec<Stats>; 2],
    visits: Visits,
}

/// Lets all of them do what they do.
async fn drive(
    args: &Args,
    clients: Vec<Client>,
    pages: Vec<Page>,
    shared: &Arc<Shared>,
    stop: &CancellationToken,
) -> Outcomes {
    let begin = Instant::now();
    // Whoever asks the server sees what anybody has written; a page may show what it had before another one's write.
    let everybodys = Arc::<Versions>::default();
    let clients = clients.into_iter().map(|client| (Asks::Client(client), Arc::clone(&everybodys)));
    let pages = pages.into_iter().map(|page| (Asks::Page(Box::new(page)), Arc::default()));
    let mut running = JoinSet::new();
    for (kind, crowd) in [clients.collect::<Vec<_>>(), pages.collect()].into_iter().enumerate() {
        let pace = Arc::new(Pace::new(begin, args.duration, args.rate, stop.clone()));
        let count = crowd.len() as f64;
        for (number, (asks, versions)) in crowd.into_iter().enumerate() {
            let random = fastrand::Rng::with_seed(args.seed.wrapping_add(number as u64));
            let user = User { shared: Arc::clone(shared), asks, pace: Arc::clone(&pace), versions, random };
            let begins = begin + args.ramp_up.mul_f64(number as f64 / count);
            running.spawn(async move { (kind, user.run(begins).await) });
        }
    }
    let bar = progress(args.duration);
    let none = vec![Stats::default(); shared.scenarios.scenarios.len()];
    let mut all =
        Outcomes { duration: Duration::ZERO, stats: [none.clone(), none], visits: Visits::default() };
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            ended = running.join_next() => {
                let Some(ended) = ended else { break };
                let (kind, done) = ended.expect("no user panics");
                for (sum, one) in all.stats[kind].iter_mut().zip(&done.stats) {
                    sum.add(one);
                }
                all.visits.add(&done.visits);
                all.duration = all.duration.max(done.ended - begin);
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

fn report(args: &Args, scenarios: &Scenarios, all: Outcomes) -> Report {
    let [users, pages] = &all.stats;
    let did = did(scenarios, users, all.duration);
    let browser = (args.browser > 0).then(|| Browser {
        pages: args.browser,
        did: self::did(scenarios, pages, all.duration),
        seen: all.visits.seen(),
    });
    let measured = [
        ("users", (args.users() > 0).then_some(&did.total)),
        ("pages", browser.as_ref().map(|browser| &browser.did.total)),
    ];
    let measured: Vec<(&str, &Summary)> =
        measured.into_iter().filter_map(|(of, total)| Some((of, total?))).collect();
    let conditions = [Threshold::nothing_stale()].into_iter().chain(args.fail_if.iter().cloned());
    let thresholds: Vec<Checked> = conditions
        .flat_map(|condition| {
            let check = |(of, total): &(&'static str, &Summary)| Checked::new(&condition, of, total);
            measured.iter().map(check).collect::<Vec<_>>()
        })
        .collect();
    let any = measured.iter().all(|(_, total)| total.requests > 0);
    Report {
        version: 1,
        url: args.url.to_string(),
        users: args.users(),
        rate: args.rate,
        duration: all.duration.as_secs_f64(),
        passed: any && thresholds.iter().all(|checked| checked.passed),
        did,
        browser,
        thresholds,
    }
}

fn did(scenarios: &Scenarios, stats: &[Stats], duration: Duration) -> Did {
    let mut all = Stats::default();
    stats.iter().for_each(|one| all.add(one));
    let named = scenarios.scenarios.iter().zip(stats);
    let named = named.map(|(scenario, stats)| Named {
        name: scenario.name.clone(),
        summary: Summary::new(stats, duration),
    });
    Did {
        total: Summary::new(&all, duration),
        scenarios: named.collect(),
        failures: all.failures,
        stale: all.examples,
    }
}

fn write(path: &Path, text: &str) -> Result<(), LoadError> {
    std::fs::write(path, text).map_err(|source| LoadError::Write { path: path.to_owned(), source })
}
