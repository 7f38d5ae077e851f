//! What URLs are measured for. It is remembered, so that counting needs no look at the rules.

use alloc::{vec, vec::Vec};

use super::{Dimension, Group, Groups, Recorder};
use crate::policy::Policy;
use crate::text::pieces;
use crate::url::Url;

/// URLs that are remembered: a power of two.
const PLACES: usize = 512;
/// Tags of an answer that are counted for.
const TAGS: usize = 3;

/// The groups of the URLs that were met last, each at the place of its hash.
#[derive(Debug, Default)]
pub struct Places(Vec<Place>);

/// The groups of a URL: its rule's, its entity's, and those of its tags.
#[derive(Debug, Clone, Default)]
struct Place {
    hash: u64,
    groups: Groups,
    /// Tags of an answer are among them.
    tagged: bool,
}

impl Places {
    /// None yet. The default has room for none.
    pub fn new() -> Self {
        Self(vec![Place::default(); PLACES])
    }

    /// Whether there is room for none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The groups of a URL.
    pub fn groups(&mut self, recorder: &mut Recorder, policy: &Policy, url: &str) -> Groups {
        let at = self.place(recorder, policy, url);
        self.0[at].groups
    }

    /// The same, once an answer has told its tags.
    pub fn tag<'t>(
        &mut self,
        recorder: &mut Recorder,
        policy: &Policy,
        url: &str,
        tags: impl Iterator<Item = &'t str>,
    ) -> Groups {
        let at = self.place(recorder, policy, url);
        for tag in tags {
            self.add_tag(recorder, at, tag);
        }
        self.0[at].tagged = true;
        self.0[at].groups
    }

    /// The same, where that may have been before: the tags are looked at only if it was not.
    pub fn tagged<'t>(
        &mut self,
        recorder: &mut Recorder,
        policy: &Policy,
        url: &str,
        tags: impl Iterator<Item = &'t str>,
    ) -> Groups {
        let at = self.place(recorder, policy, url);
        if self.0[at].tagged { self.0[at].groups } else { self.tag(recorder, policy, url, tags) }
    }

    /// Where the groups of a URL are.
    fn place(&mut self, recorder: &mut Recorder, policy: &Policy, url: &str) -> usize {
        let hash = hash(url);
        let at = hash as usize % PLACES;
        if self.0[at].hash != hash {
            self.0[at] = Place { hash, ..Place::default() };
            self.find(recorder, policy, at, url);
        }
        at
    }

    /// Finds the groups of a URL by the document.
    #[cold]
    fn find(&mut self, recorder: &mut Recorder, policy: &Policy, at: usize, url: &str) {
        let parsed = Url::parse(url);
        let rule = parsed.as_ref().and_then(|url| policy.rule_for("GET", url));
        let route = rule.map_or("other", |rule| rule.route.as_str());
        let group = recorder.group(Dimension::Route, route);
        self.0[at].groups.push(group);
        if let Some(url) = parsed {
            if let Some(kind) = policy.entity_of(&url) {
                let group = recorder.group(Dimension::Entity, kind);
                self.0[at].groups.push(group);
            }
            for tag in policy.tags_for("GET", &url) {
                self.add_tag(recorder, at, &tag);
            }
        }
    }

    fn add_tag(&mut self, recorder: &mut Recorder, at: usize, tag: &str) {
        if self.0[at].groups.len() < 2 + TAGS
            && let Some(kind) = tag_kind(tag)
        {
            let group = recorder.group(Dimension::Tag, kind);
            self.0[at].groups.push(group);
        }
    }
}

/// What an invalidation is measured for: `operation`, and the kinds of the tags among its targets, a value of
/// `X-Cache-Invalidate`.
pub fn target_groups(recorder: &mut Recorder, operation: Group, targets: &str) -> Groups {
    let mut groups = Groups::default();
    groups.push(operation);
    for target in pieces(targets, ',') {
        if groups.len() <= TAGS
            && let Some(kind) = tag_kind(target)
        {
            groups.push(recorder.group(Dimension::Tag, kind));
        }
    }
    groups
}

/// What a tag has before its first `:`, whether or not it is written as a target; `None` for other targets, and for
/// what is no tag of a server's.
pub(crate) fn tag_kind(tag: &str) -> Option<&str> {
    let bytes = tag.as_bytes();
    let begin = bytes.iter().position(|byte| !b" \"".contains(byte))?;
    let rest = &bytes[begin..];
    let len = rest.iter().position(|byte| b":;\"".contains(byte)).unwrap_or(rest.len());
    // Those of other origins, as those of this one, are URLs; a tag that begins so is a path that data is made of.
    let url = b"/*".contains(&rest[0]) || rest[len..].starts_with(b"://");
    if url || len == 0 { None } else { tag.get(begin..begin + len) }
}

/// A hash of a text that is no secret; never 0, which stands for no text.
fn hash(text: &str) -> u64 {
    let mut hash = text.len() as u64;
    let mut add = |bytes: &[u8]| {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    };
    text.as_bytes().chunks(8).for_each(&mut add);
    (hash ^ (hash >> 32)) | 1 << 63
}
