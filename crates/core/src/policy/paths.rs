//! Where answers are that carry a tag.

use alloc::vec::Vec;

use super::Policy;
use crate::pattern::{Glob, Params, Route};
use crate::target::Target;
use crate::text::cut;

impl Policy {
    /// The paths of the answers that carry this tag by the document, and maybe of some more; one may be there twice.
    pub fn paths_of(&self, tag: &str) -> Vec<Target> {
        let (kind, id) = cut(tag, ':').map_or((tag, None), |(kind, id)| (kind, Some(id)));
        let mut paths = Vec::new();
        if let Some(entity) = self.entities.get(kind) {
            add(&mut paths, &entity.path, id);
        }
        for entity in self.entities.iter() {
            if let Some(collection) = &entity.collection
                && entity.lists.iter().any(|list| list == tag)
            {
                add(&mut paths, collection, None);
            }
        }
        for rule in &self.rules {
            if rule.tags.iter().any(|template| template.may_give(tag)) {
                add(&mut paths, &rule.route, None);
            }
        }
        paths
    }
}

/// Adds the paths of a route with this `id`, or with any.
fn add(paths: &mut Vec<Target>, route: &Route, id: Option<&str>) {
    let params: Params = id.map(|id| ("id", id)).into_iter().collect();
    paths.push(match route.expand(&params) {
        Some(path) => Target::Path { path, query: None },
        None => Target::Pattern(Glob::new(&route.open(&params))),
    });
}
