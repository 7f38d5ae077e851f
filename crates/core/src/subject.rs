//! What an invalidation is matched against.

use alloc::rc::Rc;

use crate::target::{Member, Target};
use crate::text::cut;
use crate::url::Url;

/// A URL and the tags that are known of it. A tag that begins with `/` is a path of the same origin, with or without
/// a query, that the data was made of: what names that path names this, too.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The URL.
    pub url: &'a Url,
    /// Its tags.
    pub tags: &'a [Rc<str>],
}

impl Subject<'_> {
    /// Whether one of `members`, limited to `origin` where given, names this.
    pub fn is_named_by_any(&self, members: &[Member], origin: Option<&str>) -> bool {
        members.iter().any(|member| self.is_named_by(member, origin))
    }

    /// Whether `member`, limited to `origin` where given, names this.
    pub fn is_named_by(&self, member: &Member, origin: Option<&str>) -> bool {
        if origin.is_some_and(|origin| origin != self.url.origin()) {
            return false;
        }
        match &member.target {
            Target::All => true,
            Target::Tag(tag) => self.tags.iter().any(|mine| **mine == **tag),
            Target::Path { path, query } => self.is_made_of(&|mine, its_query| {
                path == mine && query.as_deref().is_none_or(|query| query == its_query.unwrap_or(""))
            }),
            Target::Pattern(glob) => self.is_made_of(&|path, query| glob.matches(path, query)),
        }
    }

    /// Whether its own path and query, or those of what its data was made of, fulfil this.
    fn is_made_of(&self, fulfils: &dyn Fn(&str, Option<&str>) -> bool) -> bool {
        fulfils(self.url.path(), self.url.query())
            || self.tags.iter().any(|tag| {
                source_path(tag).is_some_and(|path| fulfils(path, cut(tag, '?').map(|(_, query)| query)))
            })
    }
}

/// The path that a tag names, if it names one.
pub(crate) fn source_path(tag: &str) -> Option<&str> {
    tag.starts_with('/').then(|| cut(tag, '?').map_or(tag, |(path, _)| path))
}
