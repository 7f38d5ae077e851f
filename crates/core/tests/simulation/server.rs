//! The server: a version of each resource, and what each write touches. In front of it the browser's HTTP cache.

use std::collections::BTreeMap;

use crate::values::{EditId, NOTHING, Operation, Value};

/// The resources, each with the paths of those that a write to it touches too.
pub(crate) const PATHS: [&str; 9] = [
    "/api/scenes/1",
    "/api/scenes/2",
    "/api/scenes/3",
    "/api/chapters/1",
    "/api/chapters/2",
    "/api/chapters",
    "/api/misc",
    "/api/lists/1",
    "/api/lists/2",
];

/// Those that have a value, which mutations change.
pub(crate) const LISTS: [usize; 2] = [7, 8];

/// An answer that took longer is kept by no cache.
const SLOWEST: u64 = 50_000;

/// The `maxAge` of the tabs.
pub(crate) const MAX_AGE: u64 = 60_000;

/// The chapter of each scene.
const CHAPTER_OF: [usize; 3] = [3, 3, 4];

/// Those that can be written.
pub(crate) const WRITABLE: [usize; 7] = [0, 1, 2, 3, 4, 6, 7];

/// The one whose answers vary by the language that is asked for, and how many languages there are.
pub(crate) const SPOKEN: usize = 2;
pub(crate) const LANGUAGES: usize = 3;

/// What a write to a resource touches, itself first.
pub(crate) fn touched(resource: usize) -> Vec<usize> {
    match resource {
        0..=2 => vec![resource, CHAPTER_OF[resource], 5],
        3 | 4 => vec![resource, 5],
        _ => vec![resource],
    }
}

/// The tags that a header names for it. `live` is a tag that nobody knows but by an answer that carries it.
pub(crate) fn tag(resource: usize) -> &'static str {
    ["scene:1", "scene:2", "scene:3", "chapter:1", "chapter:2", "chapters", "live", "list:1", "list:2"]
        [resource]
}

/// The parent that the body of a resource names.
pub(crate) fn fields(resource: usize) -> Vec<(String, String)> {
    match resource {
        0..=2 => vec![("chapterId".into(), (CHAPTER_OF[resource] - 2).to_string())],
        _ => vec![],
    }
}

/// The one that is the same for everybody.
pub(crate) const PUBLIC: usize = 6;

/// A body as the server made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) resource: usize,
    /// When its request was sent, in the world's count of events.
    pub(crate) sent: u64,
    /// When the server read it.
    pub(crate) read: u64,
    /// Which language it is in.
    pub(crate) language: usize,
    /// For whose cookie it was made.
    pub(crate) session: usize,
    /// It came with the answer to a mutation, in this event; 0 where it did not.
    pub(crate) adopted: u64,
}

/// What the server says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    /// A 304 says so of the kept body.
    pub(crate) body: Body,
    pub(crate) is_304: bool,
    /// The entity tag.
    pub(crate) tag: Option<u64>,
}

impl Body {
    pub(crate) fn encode(self) -> String {
        format!("{} {} {} {} {};", self.resource, self.sent, self.read, self.language, self.session)
    }

    /// `None` for a text that is cut short.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let mut numbers = text.strip_suffix(';')?.split(' ').map(|number| number.parse::<u64>().ok());
        let mut next = || numbers.next().flatten();
        Some(Self {
            resource: next()? as usize,
            sent: next()?,
            read: next()?,
            language: next()? as usize,
            session: next()? as usize,
            adopted: 0,
        })
    }
}

#[derive(Debug, Default)]
pub(crate) struct Server {
    /// When each resource changed last: by the world's count, and by the clock.
    changed: [(u64, u64); PATHS.len()],
    /// By resource and language: body, date of its last change in seconds, and when it came.
    http_cache: BTreeMap<(usize, usize), (Body, u64, u64)>,
    /// What each of the lists has been, and since when.
    values: [Vec<(u64, Value)>; LISTS.len()],
    /// The idempotency keys of what was done.
    pub(crate) keys: BTreeMap<String, u64>,
}

impl Server {
    pub(crate) fn commit(&mut self, resource: usize, event: u64, now: u64) {
        for touched in touched(resource) {
            self.changed[touched] = (event, now);
        }
    }

    /// Does an operation to one of the lists.
    pub(crate) fn change(&mut self, resource: usize, operation: Operation, by: EditId, event: u64, now: u64) {
        self.changed[resource] = (event, now);
        let mut value = self.value(resource, event).clone();
        value.apply(operation, by);
        self.values[resource - LISTS[0]].push((event, value));
    }

    /// What one of the lists was then.
    pub(crate) fn value(&self, resource: usize, event: u64) -> &Value {
        let values = &self.values[resource - LISTS[0]];
        let last = values.iter().rev().find(|(since, _)| *since <= event);
        last.map_or(&NOTHING, |(_, value)| value)
    }

    /// The entity tag: for some resources one for each version, for others the second of the last change, so that two
    /// versions may have the same.
    fn tag(&self, resource: usize) -> Option<u64> {
        match resource {
            4 | 6 | 7 => Some(self.changed[resource].0),
            1 | 3 | 5 | 8 => Some(self.changed[resource].1 / 1000),
            _ => None,
        }
    }

    /// Answers a request that began at `time`. Where the browser revalidates what it has, entity tags or dates in whole
    /// seconds decide, whoever it was made for; what is older than `maxAge` is gone from its cache.
    pub(crate) fn read(&mut self, wanted: Body, time: u64, now: u64, reload: bool) -> Answer {
        let Body { resource, language, session, .. } = wanted;
        let tag = self.tag(resource);
        let (changed, modified) = (self.changed[resource].0, self.changed[resource].1 / 1000);
        if let Some((body, known, time)) = self.http_cache.get(&(resource, language))
            && !reload
            && *known == modified
            && now < time + MAX_AGE
            && ((changed > body.read && tag != Some(changed)) || body.session != session)
        {
            // It has changed within the second, or for somebody else: the answer is a false 304, which the browser hides.
            return Answer { body: *body, is_304: false, tag };
        }
        if now <= time + SLOWEST {
            self.http_cache.insert((resource, language), (wanted, modified, now));
        }
        Answer { body: wanted, is_304: false, tag }
    }

    /// Answers a request that is conditional on a kept body with this tag, past the browser's cache.
    pub(crate) fn ask_after(&self, wanted: Body, tag: u64, kept: Option<Body>) -> Answer {
        let current = self.tag(wanted.resource);
        let is_304 = current == Some(tag);
        // Of another version with the same tag, or of somebody else's, it is said as well.
        let is_false = |kept: &Body| {
            is_304 && (self.changed[wanted.resource].0 > kept.read || kept.session != wanted.session)
        };
        Answer { body: kept.filter(is_false).unwrap_or(wanted), is_304, tag: current }
    }
}
