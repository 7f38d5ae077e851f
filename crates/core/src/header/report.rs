//! What was read, as JSON for programs.

use alloc::string::String;

use super::Invalidation;
use crate::json::{Object, separate};
use crate::target::{Member, Mode, Target};

impl Invalidation {
    /// `{members: [{tag | path, query? | pattern | all, mode}], problem: code | null}`.
    // Inlined, the browser's wasm is smaller.
    #[inline(always)]
    pub fn to_json(&self) -> String {
        let problem = self.problem.map(|problem| problem.code());
        Object::new().list("members", &members_to_json(&self.members)).optional("problem", problem).finish()
    }
}

/// The members of such a list, with commas between.
pub fn members_to_json(members: &[Member]) -> String {
    let mut list = String::new();
    for written in members.iter().map(member) {
        separate(&mut list);
        list.push_str(&written);
    }
    list
}

fn member(member: &Member) -> String {
    let mut object = Object::new();
    match &member.target {
        Target::Tag(tag) => object.text("tag", tag),
        Target::Path { path, query: None } => object.text("path", path),
        Target::Path { path, query: Some(query) } => object.text("path", path).text("query", query),
        Target::Pattern(pattern) => object.text("pattern", pattern.as_str()),
        Target::All => object.flag("all", true),
    };
    let mode = match member.mode {
        Mode::Drop => "drop",
        Mode::Stale => "stale",
    };
    object.text("mode", mode).finish()
}
