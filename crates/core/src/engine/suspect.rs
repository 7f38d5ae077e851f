//! What a write of unknown outcome may still change: for a while nothing that it touches is stored.

use alloc::{rc::Rc, vec::Vec};

use crate::subject::Subject;
use crate::target::Member;
use crate::time::Millis;

/// Suspicions that are kept apart; one more makes one of them all (P10).
const MAX: usize = 64;

#[derive(Debug)]
struct Suspect {
    origin: Option<Rc<str>>,
    members: Rc<Vec<Member>>,
    until: Millis,
}

/// The suspicions of a document.
#[derive(Debug, Default)]
pub(super) struct Suspects(Vec<Suspect>);

impl Suspects {
    /// Suspects what `members` name, limited to `origin`, until a time. Suspicions that ended before `oldest`,
    /// when the oldest request that is under way was sent, are forgotten.
    pub(super) fn add(
        &mut self,
        oldest: Millis,
        origin: Option<Rc<str>>,
        members: Rc<Vec<Member>>,
        until: Millis,
    ) {
        self.0.retain(|suspect| suspect.until > oldest);
        self.0.push(Suspect { origin, members, until });
        if self.0.len() > MAX {
            let until = self.0.iter().fold(until, |latest, suspect| latest.max(suspect.until));
            self.0.truncate(1);
            self.0[0] = Suspect { origin: None, members: Rc::new(Member::everything()), until };
        }
    }

    /// How many there are.
    #[cfg(feature = "sabotage")]
    pub(super) fn census(&self) -> usize {
        self.0.len()
    }

    /// Whether an answer to a request of `sent` may be older than such a write: then, until when a request would be.
    pub(super) fn cover(&self, subject: Subject<'_>, sent: Millis) -> Option<Millis> {
        let mut until = None;
        for suspect in &self.0 {
            if sent < suspect.until && subject.is_named_by_any(&suspect.members, suspect.origin.as_deref()) {
                until = until.max(Some(suspect.until));
            }
        }
        until
    }
}
