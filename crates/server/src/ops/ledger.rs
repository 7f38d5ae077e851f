//! What was counted: gathered in this process, and added to the archive now and then.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use everfresh_core::health::Sample;
use everfresh_core::metrics::{Dimension, History, Range, Report, Sums};
use everfresh_core::time::Millis;
use tokio::sync::Mutex as Turns;
use tracing::warn;

use super::archive::{Archive, Source};
use crate::clock::Clock;
use crate::meter::Meter;
use crate::store::StoreError;

/// How often an archive is tried that others write to as well.
const TRIES: usize = 10;

/// All that was counted since the process started.
#[derive(Debug, Default, Clone)]
pub(super) struct Totals {
    pub(super) all: Sums,
    pub(super) groups: BTreeMap<(Dimension, String), Sums>,
}

pub(super) struct Ledger {
    meter: Arc<Meter>,
    archive: Arc<dyn Archive>,
    clock: Clock,
    gathered: Mutex<Gathered>,
    /// What is on its way to the archive is nowhere else: who reads waits for it.
    turn: Turns<()>,
}

#[derive(Default)]
struct Gathered {
    /// What the archive does not have yet, by source.
    pending: [History; 2],
    totals: [Totals; 2],
    /// What this process has counted, for its health.
    own: History,
}

impl Ledger {
    pub(super) fn new(meter: Arc<Meter>, archive: Arc<dyn Archive>, clock: Clock) -> Self {
        Self { meter, archive, clock, gathered: Mutex::default(), turn: Turns::default() }
    }

    pub(super) fn now(&self) -> Millis {
        self.clock.now()
    }

    pub(super) fn meter(&self) -> &Meter {
        &self.meter
    }

    pub(super) fn archive(&self) -> &dyn Archive {
        &*self.archive
    }

    /// What a browser has told.
    pub(super) fn add_browser(&self, told: &History) {
        let now = self.now();
        self.lock().add(Source::Browsers, told, now);
    }

    /// What was counted since the process started.
    pub(super) fn totals(&self, source: Source) -> Totals {
        self.gather().totals[source as usize].clone()
    }

    /// How this process has done within the last minutes.
    pub(super) fn sample(&self, unavailable: Option<everfresh_core::health::Severity>) -> Sample {
        Sample::of(&self.gather().own, self.now(), unavailable)
    }

    /// All that is known of these.
    pub(super) async fn history(&self, sources: &[Source]) -> Result<History, StoreError> {
        let _turn = self.turn.lock().await;
        let mut all = History::default();
        for source in sources {
            all.merge(&read(&self.archive.load(*source).await?.text));
            all.merge(&self.gather().pending[*source as usize]);
        }
        Ok(all)
    }

    /// Adds what is pending to the archive.
    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        for source in Source::ALL {
            let pending = mem::take(&mut self.gather().pending[source as usize]);
            if pending == History::default() {
                continue;
            }
            let now = self.now();
            let saved = self
                .change(source, |text| {
                    let mut history = read(text);
                    history.merge(&pending);
                    history.bound(now);
                    history.encode()
                })
                .await;
            if let Err(error) = saved {
                let kept = &mut self.lock().pending[source as usize];
                kept.merge(&pending);
                kept.bound(now);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Forgets what these have counted.
    pub(super) async fn clear(&self, sources: &[Source]) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        for source in sources {
            self.gather().pending[*source as usize] = History::default();
            self.change(*source, |_| String::new()).await?;
        }
        Ok(())
    }

    async fn change(&self, source: Source, next: impl Fn(&str) -> String) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let saved = self.archive.load(source).await?;
            if self.archive.replace(source, saved.version, &next(&saved.text)).await? {
                return Ok(());
            }
        }
        Err(StoreError::Unavailable("others write to the archive all the time".into()))
    }

    /// With all that was counted up to now.
    fn gather(&self) -> MutexGuard<'_, Gathered> {
        let mut gathered = self.lock();
        let (counted, now) = (self.meter.drain(), self.now());
        if counted != History::default() {
            gathered.add(Source::Server, &counted, now);
            gathered.own.merge(&counted);
            gathered.own.bound(now);
        }
        gathered
    }

    fn lock(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gathered {
    fn add(&mut self, source: Source, counted: &History, now: Millis) {
        self.pending[source as usize].merge(counted);
        self.totals[source as usize].add(counted, now);
    }
}

impl Totals {
    fn add(&mut self, counted: &History, now: Millis) {
        for dimension in Dimension::ALL {
            let report = Report::of(counted, now, Range::Month, dimension);
            if dimension == Dimension::Layer {
                self.all.merge(&report.total);
            }
            for (name, sums) in report.groups {
                self.groups.entry((dimension, name)).or_default().merge(&sums);
            }
        }
    }
}

/// What an archive's text says; nothing where it can't be read.
fn read(text: &str) -> History {
    if text.is_empty() {
        return History::default();
    }
    History::decode(text).unwrap_or_else(|| {
        warn!(code = "archive-unreadable", "the archive of metrics can't be read, and begins anew");
        History::default()
    })
}
