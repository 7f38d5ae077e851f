//! What an invalidation is matched against.

use alloc::rc::Rc;

use crate::target::{Member, Target};
use crate::url::Url;

/// A URL and the tags that are known of it.
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
            Target::Path { path, query } => {
                path == self.url.path()
                    && query.as_deref().is_none_or(|query| query == self.url.query().unwrap_or(""))
            }
            Target::Pattern(glob) => glob.matches(self.url.path(), self.url.query()),
        }
    }
}
