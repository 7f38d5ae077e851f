//! What is set, as far as this process knows: read where it is kept, changed there, and taken over.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Mutex as Turns;
use tracing::{error, info, warn};

use super::document::{FlagDocument, FlagProblem, ServerFlag, Setting};
use super::place::{FlagStore, MemoryFlags};
use super::switches::Switches;
use crate::store::{Change, Store, StoreError};

/// How often a change is tried while others change too.
const TRIES: usize = 10;

pub(crate) struct Board {
    switches: Arc<Switches>,
    place: Arc<dyn FlagStore>,
    /// Whose entries the kill switch drops.
    store: Arc<dyn Store>,
    known: Mutex<Known>,
    /// One looks or changes at a time.
    turn: Turns<()>,
}

#[derive(Default)]
struct Known {
    /// The last that could be read.
    document: Option<FlagDocument>,
    /// What was wrong at the last look.
    trouble: Option<&'static str>,
}

/// Why flags can't be read or changed.
#[derive(Debug)]
pub(crate) enum FlagError {
    /// The change is none.
    Change(FlagProblem),
    /// What is kept can't be read.
    Kept(FlagProblem),
    /// Where they are kept, or where entries are, there is no answer.
    Store(StoreError),
}

impl Board {
    /// What is kept in memory is known from the start on; of other places nothing is, before the first look.
    pub(crate) fn new(
        switches: Arc<Switches>,
        place: Option<Arc<dyn FlagStore>>,
        store: Arc<dyn Store>,
    ) -> Self {
        let mut known = Known::default();
        let place = match place {
            Some(place) => {
                switches.set_unknown();
                place
            }
            None => {
                known.document = Some(FlagDocument::default());
                Arc::new(MemoryFlags::default())
            }
        };
        Self { switches, place, store, known: Mutex::new(known), turn: Turns::default() }
    }

    /// How the flags of this server stand.
    pub(crate) fn switches(&self) -> &Arc<Switches> {
        &self.switches
    }

    /// What is set.
    ///
    /// # Errors
    /// The code of why that is not known yet.
    pub(crate) fn document(&self) -> Result<FlagDocument, &'static str> {
        let known = self.lock();
        known.document.clone().ok_or(known.trouble.unwrap_or("flags-unknown"))
    }

    /// Takes over what is kept. Where that can't be done, what is known holds.
    ///
    /// # Errors
    /// [`FlagError`]; it is logged when it begins and when it ends.
    pub(crate) async fn look(&self) -> Result<(), FlagError> {
        let _turn = self.turn.lock().await;
        let looked = self.read_and_take_over().await;
        let mut known = self.lock();
        let before = std::mem::replace(&mut known.trouble, looked.as_ref().err().map(FlagError::code));
        match &looked {
            Err(error) if before.is_none() => {
                let holds =
                    if known.document.is_some() { "what is known" } else { "nothing: the cache is off" };
                error!(code = error.code(), error = chain(error), holds, "the flags can't be read");
            }
            Ok(()) if before.is_some() => info!("the flags can be read again"),
            _ => {}
        }
        looked
    }

    /// Changes what is set (RFC 7396), and gives it as it is then.
    ///
    /// # Errors
    /// [`FlagError`]; nothing is changed then.
    pub(crate) async fn change(&self, change: &str) -> Result<FlagDocument, FlagError> {
        let _turn = self.turn.lock().await;
        for _ in 0..TRIES {
            let saved = self.place.load_flags().await.map_err(FlagError::Store)?;
            let known = self.lock().document.clone();
            let document = match FlagDocument::parse(&saved.text) {
                _ if saved.version == 0 => known.unwrap_or_default(),
                Ok(document) => document,
                // Whoever throws the switch need not mend the document first, unless that would lose something.
                Err(problem) => known.ok_or(FlagError::Kept(problem))?,
            };
            let next = document.merge(change).map_err(FlagError::Change)?;
            if self.place.replace_flags(saved.version, &next.to_text()).await.map_err(FlagError::Store)? {
                // The next look tries again.
                if let Err(error) = self.take_over(next.clone()).await {
                    warn!(code = error.code(), %error, "changed flags don't hold yet");
                }
                return Ok(next);
            }
        }
        Err(FlagError::Store(StoreError::Unavailable("others change the flags all the time".into())))
    }

    async fn read_and_take_over(&self) -> Result<(), FlagError> {
        let saved = self.place.load_flags().await.map_err(FlagError::Store)?;
        if saved.version > 0 {
            let document = FlagDocument::parse(&saved.text).map_err(FlagError::Kept)?;
            return self.take_over(document).await.map_err(FlagError::Store);
        }
        let known = self.lock().document.clone().unwrap_or_default();
        if known != FlagDocument::default() {
            warn!("the flags were lost where they are kept, and are put there again");
            self.place.replace_flags(0, &known.to_text()).await.map_err(FlagError::Store)?;
            return Ok(());
        }
        self.take_over(known).await.map_err(FlagError::Store)
    }

    /// Nothing that was stored before the cache goes off counts when it is back (P7). So everything is dropped after it has
    /// gone off here, and, since other instances may have gone on for a while, once more before it is back.
    async fn take_over(&self, document: FlagDocument) -> Result<(), StoreError> {
        let before = self.lock().document.clone();
        if before.as_ref() == Some(&document) {
            return Ok(());
        }
        let is_on = |document: &FlagDocument| document.server(ServerFlag::Enabled).buckets() > 0;
        let (was, is) = (before.as_ref().map(is_on), is_on(&document));
        if was == Some(false) && is {
            self.drop_everything().await?;
        }
        self.switches.set(&document);
        tell_changes(&before.unwrap_or_default(), &document);
        self.lock().document = Some(document);
        if was == Some(true)
            && !is
            && let Err(error) = self.drop_everything().await
        {
            // It is dropped before the cache is back, in any case.
            warn!(code = error.code(), %error, "other instances may serve what is stored, until they know that the cache is off");
        }
        Ok(())
    }

    async fn drop_everything(&self) -> Result<(), StoreError> {
        let change = Change { marks: vec!["*".to_owned()], ..Change::default() };
        self.store.invalidate(&change).await.map(drop)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tell_changes(before: &FlagDocument, now: &FlagDocument) {
    for (flag, from, to) in now.changes(before) {
        let words = |setting: Option<Setting>| setting.map_or("not set".to_owned(), |set| set.to_string());
        let (from, to) = (words(from), words(to));
        if flag == "server.enabled" {
            warn!(flag, from, to, "the kill switch was changed");
        } else {
            info!(flag, from, to, "a flag was changed");
        }
    }
    for flag in now.strange() {
        warn!(code = "flag-unknown", flag, "a flag is set that this version does not know");
    }
}

/// An error and what has caused it.
fn chain(error: &FlagError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl FlagError {
    /// A stable name of what is wrong.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Change(problem) => problem.code(),
            Self::Kept(_) => "flags-unreadable",
            Self::Store(error) => error.code(),
        }
    }
}

impl fmt::Display for FlagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Change(problem) => problem.fmt(f),
            Self::Kept(problem) => write!(f, "mend what is kept, or take it away: {problem}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl Error for FlagError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => error.source(),
            _ => None,
        }
    }
}
