//! How the layer learns the parents of what is written.

use std::future::Future;

use everfresh_core::engine::Fields;

/// Looks parents up, in a database as a rule. It is asked before a write and after it, so that something that
/// moves touches the parent that it leaves and the one that it joins.
pub trait Resolver: Clone + Send + Sync + 'static {
    /// The fields of the entity map that name the parents of this entity, such as
    /// `[("chapterId", "3")]` for the kind `scene` and the id `7`; an empty value says that it has no such
    /// parent.
    ///
    /// `None` where the entity is not there or the look-up failed. Unless it was just deleted, the whole kind of
    /// each of its parents is touched then.
    fn parents(&self, kind: &str, id: &str) -> impl Future<Output = Option<Fields>> + Send;
}

/// Knows no parents: writes touch the kinds of their parents as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoResolver;

impl Resolver for NoResolver {
    async fn parents(&self, _kind: &str, _id: &str) -> Option<Fields> {
        None
    }
}
