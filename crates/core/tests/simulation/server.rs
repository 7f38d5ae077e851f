//! The server: a version of each resource, and what each write touches. In front of it the browser's HTTP cache.

use std::collections::BTreeMap;

/// The resources, each with the paths of those that a write to it touches too.
pub(crate) const PATHS: [&str; 7] = [
    "/api/scenes/1",
    "/api/scenes/2",
    "/api/scenes/3",
    "/api/chapters/1",
    "/api/chapters/2",
    "/api/chapters",
    "/api/misc",
];

/// The `maxAge` of the tabs.
pub(crate) const MAX_AGE: u64 = 60_000;

/// The chapter of each scene.
const CHAPTER_OF: [usize; 3] = [3, 3, 4];

/// Those that can be written.
pub(crate) const WRITABLE: [usize; 6] = [0, 1, 2, 3, 4, 6];

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
    ["scene:1", "scene:2", "scene:3", "chapter:1", "chapter:2", "chapters", "live"][resource]
}

/// The parent that the body of a resource names.
pub(crate) fn fields(resource: usize) -> Vec<(String, String)> {
    match resource {
        0..=2 => vec![("chapterId".into(), (CHAPTER_OF[resource] - 2).to_string())],
        _ => vec![],
    }
}

/// A body as the server made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) resource: usize,
    /// When its request was sent, in the world's count of events.
    pub(crate) sent: u64,
    /// When the server read it.
    pub(crate) read: u64,
}

impl Body {
    pub(crate) fn encode(self) -> String {
        format!("{} {} {};", self.resource, self.sent, self.read)
    }

    /// `None` for a text that is cut short.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let mut numbers = text.strip_suffix(';')?.split(' ').map(|number| number.parse::<u64>().ok());
        let mut next = || numbers.next().flatten();
        Some(Self { resource: next()? as usize, sent: next()?, read: next()? })
    }
}

#[derive(Debug, Default)]
pub(crate) struct Server {
    /// When each resource changed last: by the world's count, and by the clock.
    changed: [(u64, u64); PATHS.len()],
    /// Body, date of its last change in seconds, and when it came.
    http_cache: BTreeMap<usize, (Body, u64, u64)>,
}

impl Server {
    pub(crate) fn commit(&mut self, resource: usize, event: u64, now: u64) {
        for touched in touched(resource) {
            self.changed[touched] = (event, now);
        }
    }

    /// Answers a request. Where the browser revalidates what it has, dates in whole seconds decide; what is older
    /// than `maxAge` is gone from its cache.
    pub(crate) fn read(&mut self, resource: usize, sent: u64, event: u64, now: u64, reload: bool) -> Body {
        let modified = self.changed[resource].1 / 1000;
        if let Some((body, known, time)) = self.http_cache.get(&resource)
            && !reload
            && *known == modified
            && now < time + MAX_AGE
            && self.changed[resource].0 > body.read
        {
            // It has changed within the second: the answer is a false 304.
            return *body;
        }
        let body = Body { resource, sent, read: event };
        self.http_cache.insert(resource, (body, modified, now));
        body
    }
}
