//! What the records of all journals amount to: for each target the newest record that names it, so
//! that asking whether something was invalidated costs its tags, not the records.

use alloc::{rc::Rc, string::String, vec::Vec};

use super::fence::position;
use super::{Fence, Journal, Kind, Record, name};
use crate::pattern::Glob;
use crate::subject::Subject;
use crate::target::{Member, Mode, Target};
use crate::text::{cut, joined, pieces, shared};

/// Journals whose positions are kept, the newest first. An entry is dead to a record of any other.
const MAX_POSITIONS: usize = 127;

/// Marks that are kept. With one more, one that names everything stands for all of them (P10).
const MAX_MARKS: usize = 8_192;

/// The newest record of a journal that names a target.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Which journal.
    pub journal: Rc<str>,
    /// Which record of it.
    pub number: u32,
    /// When this document applied it, in its own count.
    pub applied: u64,
    /// The origin that it is limited to.
    pub origin: Option<Rc<str>>,
    /// What becomes of the entries.
    pub mode: Mode,
}

impl Mark {
    /// Whether a request with this fence, sent by this document, was sent after the record.
    pub fn is_before(&self, fence: &Fence) -> bool {
        self.applied <= fence.applied
    }

    /// Whether a request with this fence, sent by some document, was sent after the record.
    pub fn is_known_to(&self, fence: &Fence) -> bool {
        self.number <= fence.position(&self.journal)
    }

    /// Whether the two differ only in when they were written.
    fn replaces(&self, other: &Self) -> bool {
        self.journal == other.journal && self.origin == other.origin && self.mode == other.mode
    }

    fn concerns(&self, origin: &str) -> bool {
        self.origin.as_deref().is_none_or(|mine| mine == origin)
    }
}

/// The index over every journal that the document knows.
#[derive(Debug, Default)]
pub struct Ledger {
    applied: u64,
    /// How many marks there are.
    count: usize,
    positions: Option<Rc<str>>,
    /// Marks of tags, paths, and paths with a query, in order. Paths begin with `/`, and tags don't.
    names: Vec<(Rc<str>, Vec<Mark>)>,
    patterns: Vec<(Glob, Vec<Mark>)>,
    all: Vec<Mark>,
    /// The newest mark of any tag, by origin: answers bring tags that nobody knew before.
    any_tag: Vec<Mark>,
}

impl Ledger {
    /// The position of a request that is sent now.
    pub fn fence(&self) -> Fence {
        let positions = self.positions.clone().unwrap_or_else(|| shared(""));
        Fence { applied: self.applied, positions }
    }

    /// The newest number known of `journal`.
    pub fn position(&self, journal: &str) -> u32 {
        self.positions.as_deref().and_then(|positions| position(positions, journal)).unwrap_or(0)
    }

    /// Learns a record of `journal`.
    pub fn apply(&mut self, journal: &Rc<str>, record: &Record) {
        self.applied += 1;
        self.advance(journal, record.number);
        for member in record.members.iter() {
            let mark = Mark {
                journal: Rc::clone(journal),
                number: record.number,
                applied: self.applied,
                origin: record.origin.clone(),
                mode: member.mode,
            };
            let added = match &member.target {
                Target::All => put(&mut self.all, mark),
                Target::Tag(tag) => put(&mut self.any_tag, mark.clone()) + put(self.named_mut(tag), mark),
                Target::Path { path, query } => put(self.named_mut(&whole(path, query.as_deref())), mark),
                Target::Pattern(glob) => put(self.matched_mut(glob), mark),
            };
            self.count += added;
        }
    }

    /// Notes that `journal` has come to `number`, by a record that is known or makes no difference.
    pub fn advance(&mut self, journal: &Rc<str>, number: u32) {
        if number < self.position(journal) {
            return;
        }
        // Fences that were given out keep what they have.
        let mut positions = String::from(&*name(journal, number));
        for part in pieces(self.positions.as_deref().unwrap_or_default(), ',').take(MAX_POSITIONS) {
            if cut(part, ':').is_some_and(|(id, _)| *id != **journal) {
                positions.push(',');
                positions.push_str(part);
            }
        }
        self.positions = Some(shared(&positions));
    }

    /// Forgets what `journal` said in records that it no longer holds.
    pub fn keep(&mut self, journal: &Journal) {
        let mut count = keep(&mut self.all, journal) + keep(&mut self.any_tag, journal);
        for (_, marks) in &mut self.names {
            count += keep(marks, journal);
        }
        self.names.retain(|(_, marks)| !marks.is_empty());
        for (_, marks) in &mut self.patterns {
            count += keep(marks, journal);
        }
        self.patterns.retain(|(_, marks)| !marks.is_empty());
        self.count = count;
    }

    /// Keeps the ledger of the document `own` within its bound. What then stands for all marks is of a journal that
    /// nobody else knows: so no entry is alive that another document stored without knowing all of them.
    pub fn keep_bounded(&mut self, own: &str) {
        if self.count > MAX_MARKS {
            let mine = joined(own, "*");
            let number = self.position(&mine) + 1;
            self.names.clear();
            self.patterns.clear();
            self.any_tag.clear();
            self.all.clear();
            self.count = 0;
            let everything = Record::new(0, Kind::Invalidation, None, Member::everything());
            self.apply(&mine, &Record { number, ..everything });
        }
    }

    /// The strongest thing that a record which is not `known` says of `subject`.
    pub fn verdict(&self, subject: Subject<'_>, known: &dyn Fn(&Mark) -> bool) -> Option<Mode> {
        let origin = subject.url.origin();
        let mut worst = None;
        let mut count = |mark: &Mark| {
            if mark.concerns(origin) && !known(mark) {
                worst = worst.max(Some(mark.mode));
            }
        };
        self.all.iter().for_each(&mut count);
        for tag in subject.tags {
            self.named(tag).iter().for_each(&mut count);
        }
        let path = subject.url.path();
        for name in [path, &whole(path, Some(subject.url.query().unwrap_or("")))] {
            self.named(name).iter().for_each(&mut count);
        }
        for (glob, marks) in &self.patterns {
            if glob.matches(subject.url.path(), subject.url.query()) {
                marks.iter().for_each(&mut count);
            }
        }
        worst
    }

    /// Whether a record that is not `known` names `subject`, or names a tag that its answer may turn
    /// out to carry.
    pub fn may_concern(&self, subject: Subject<'_>, known: &dyn Fn(&Mark) -> bool) -> bool {
        let origin = subject.url.origin();
        self.any_tag.iter().any(|mark| mark.concerns(origin) && !known(mark))
            || self.verdict(subject, known).is_some()
    }

    /// How many marks there are.
    #[cfg(feature = "sabotage")]
    pub(crate) fn census(&self) -> usize {
        let named = self.names.iter().map(|(_, marks)| marks.len()).sum::<usize>();
        let matched = self.patterns.iter().map(|(_, marks)| marks.len()).sum::<usize>();
        let count = named + matched + self.all.len() + self.any_tag.len();
        assert_eq!(count, self.count);
        count
    }

    fn named(&self, name: &str) -> &[Mark] {
        match self.names.binary_search_by(|(has, _)| (**has).cmp(name)) {
            Ok(at) => &self.names[at].1,
            Err(_) => &[],
        }
    }

    fn named_mut(&mut self, name: &str) -> &mut Vec<Mark> {
        let at = match self.names.binary_search_by(|(has, _)| (**has).cmp(name)) {
            Ok(at) => at,
            Err(at) => {
                self.names.insert(at, (shared(name), Vec::new()));
                at
            }
        };
        &mut self.names[at].1
    }

    fn matched_mut(&mut self, glob: &Glob) -> &mut Vec<Mark> {
        let at = match self.patterns.iter().position(|(has, _)| has == glob) {
            Some(at) => at,
            None => {
                self.patterns.push((glob.clone(), Vec::new()));
                self.patterns.len() - 1
            }
        };
        &mut self.patterns[at].1
    }
}

/// A path, with a query where it is limited to one.
fn whole(path: &str, query: Option<&str>) -> String {
    let mut whole = String::from(path);
    if let Some(query) = query {
        whole.push('?');
        whole.push_str(query);
    }
    whole
}

/// Keeps the marks of other journals, and those whose records `journal` still holds; says how many.
fn keep(marks: &mut Vec<Mark>, journal: &Journal) -> usize {
    marks.retain(|mark| mark.journal != journal.id || journal.holds(mark.number));
    marks.len()
}

/// Keeps the newest mark of each journal, origin and mode; says how many there are more.
fn put(marks: &mut Vec<Mark>, mark: Mark) -> usize {
    match marks.iter_mut().find(|old| old.replaces(&mark)) {
        Some(old) => {
            *old = mark;
            0
        }
        None => {
            marks.push(mark);
            1
        }
    }
}
