//! What the records of all journals amount to: for each target the newest record that names it, so
//! that asking whether something was invalidated costs its tags, not the records.

use alloc::{rc::Rc, string::String, vec::Vec};

use hashbrown::HashMap;

use super::{Fence, Record};
use crate::pattern::Glob;
use crate::subject::Subject;
use crate::target::{Mode, Target};

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

    fn concerns(&self, origin: &str) -> bool {
        self.origin.as_deref().is_none_or(|mine| mine == origin)
    }
}

/// The index over every journal that the document knows.
#[derive(Debug)]
pub struct Ledger {
    applied: u64,
    positions: Rc<[(Rc<str>, u32)]>,
    tags: HashMap<Rc<str>, Vec<Mark>>,
    paths: HashMap<Rc<str>, Vec<(Option<String>, Mark)>>,
    patterns: Vec<(Glob, Mark)>,
    all: Vec<Mark>,
    /// The newest mark of any tag, by origin: answers bring tags that nobody knew before.
    any_tag: Vec<Mark>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            applied: 0,
            positions: Rc::from([]),
            tags: HashMap::new(),
            paths: HashMap::new(),
            patterns: Vec::new(),
            all: Vec::new(),
            any_tag: Vec::new(),
        }
    }
}

impl Ledger {
    /// The position of a request that is sent now.
    pub fn fence(&self) -> Fence {
        Fence { applied: self.applied, positions: Rc::clone(&self.positions) }
    }

    /// Learns a record of `journal`.
    pub fn apply(&mut self, journal: &Rc<str>, record: &Record) {
        self.applied += 1;
        self.advance(journal, record.number);
        for member in &record.members {
            let mark = Mark {
                journal: Rc::clone(journal),
                number: record.number,
                applied: self.applied,
                origin: record.origin.clone(),
                mode: member.mode,
            };
            match &member.target {
                Target::All => put(&mut self.all, mark),
                Target::Tag(tag) => {
                    put(&mut self.any_tag, mark.clone());
                    put(self.tags.entry(Rc::from(tag.as_str())).or_default(), mark);
                }
                Target::Path { path, query } => {
                    let marks = self.paths.entry(Rc::from(path.as_str())).or_default();
                    put_with(marks, query.clone(), mark);
                }
                Target::Pattern(glob) => put_with(&mut self.patterns, glob.clone(), mark),
            }
        }
    }

    /// Notes that `journal` has come to `number`, by a record that is known or makes no difference.
    pub fn advance(&mut self, journal: &Rc<str>, number: u32) {
        let mut positions: Vec<_> = self.positions.to_vec();
        match positions.iter_mut().find(|(id, _)| id == journal) {
            Some(position) => position.1 = position.1.max(number),
            None => positions.push((Rc::clone(journal), number)),
        }
        self.positions = positions.into();
    }

    /// Forgets what `journal` said before its record `oldest`, which it no longer holds.
    pub fn forget_before(&mut self, journal: &str, oldest: u32) {
        let keep = |mark: &Mark| *mark.journal != *journal || mark.number >= oldest;
        self.tags.retain(|_, marks| {
            marks.retain(keep);
            !marks.is_empty()
        });
        self.paths.retain(|_, marks| {
            marks.retain(|(_, mark)| keep(mark));
            !marks.is_empty()
        });
        self.patterns.retain(|(_, mark)| keep(mark));
        self.all.retain(keep);
        self.any_tag.retain(keep);
    }

    /// The strongest thing that a record which is not `known` says of `subject`.
    pub fn verdict(&self, subject: Subject<'_>, known: impl Fn(&Mark) -> bool) -> Option<Mode> {
        let origin = subject.url.origin();
        let counts = |mark: &&Mark| mark.concerns(origin) && !known(mark);
        let query = subject.url.query().unwrap_or("");
        let tags = subject.tags.iter().filter_map(|tag| self.tags.get(tag)).flatten();
        let paths = self.paths.get(subject.url.path()).into_iter().flatten();
        let paths = paths
            .filter(|(exact, _)| exact.as_deref().is_none_or(|exact| exact == query))
            .map(|(_, mark)| mark);
        let patterns = self
            .patterns
            .iter()
            .filter(|(glob, _)| glob.matches(subject.url.path(), subject.url.query()))
            .map(|(_, mark)| mark);
        let marks = self.all.iter().chain(tags).chain(paths).chain(patterns);
        marks.filter(counts).map(|mark| mark.mode).max()
    }

    /// Whether a record that is not `known` names `subject`, or names a tag that its answer may turn
    /// out to carry.
    pub fn may_concern(&self, subject: Subject<'_>, known: impl Fn(&Mark) -> bool) -> bool {
        let origin = subject.url.origin();
        self.any_tag.iter().any(|mark| mark.concerns(origin) && !known(mark))
            || self.verdict(subject, known).is_some()
    }
}

/// Keeps the newest mark of each journal, origin and mode.
fn put(marks: &mut Vec<Mark>, mark: Mark) {
    match marks.iter_mut().find(|old| same(old, &mark)) {
        Some(old) => *old = mark,
        None => marks.push(mark),
    }
}

fn put_with<T: PartialEq>(marks: &mut Vec<(T, Mark)>, with: T, mark: Mark) {
    match marks.iter_mut().find(|(has, old)| *has == with && same(old, &mark)) {
        Some((_, old)) => *old = mark,
        None => marks.push((with, mark)),
    }
}

fn same(a: &Mark, b: &Mark) -> bool {
    a.journal == b.journal && a.origin == b.origin && a.mode == b.mode
}
