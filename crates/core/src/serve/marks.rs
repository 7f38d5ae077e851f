//! What a server's cache is indexed by, so that an invalidation finds entries without looking for them.
//!
//! An entry carries *marks*: one for each tag, path, URL and directory that it is of. An invalidation bumps the mark of
//! what it names. A pattern has no mark of its own: it bumps the deepest directory that all of its matches are in
//! (`/api/x/*` is exactly that of `/api/x/`, `/api/*/comments` is widened to that of `/api/`).

use alloc::{format, string::String, vec, vec::Vec};

use crate::pattern::Glob;
use crate::subject::source_path;
use crate::target::{Member, Target};
use crate::text::{cut, push_new};
use crate::url::Url;

/// Deeper directories count as the one at this depth.
const MAX_DEPTH: usize = 16;

/// The mark that every entry carries.
const ALL: &str = "*";

/// The marks of an answer from this URL with these tags, each once. A tag that begins with `/` is a path that the data
/// was made of, as in [`crate::subject::Subject`].
pub fn marks(url: &Url, tags: &[String]) -> Vec<String> {
    let mut marks = vec![String::from(ALL)];
    add_place(&mut marks, url.path(), url.query());
    for tag in tags {
        push_new(&mut marks, &of_tag(tag));
        if let Some(path) = source_path(tag) {
            add_place(&mut marks, path, cut(tag, '?').map(|(_, query)| query));
        }
    }
    marks
}

/// The tags among the marks of an answer.
pub fn tags_of_marks(marks: &[String]) -> impl Iterator<Item = &str> {
    marks.iter().filter_map(|mark| mark.strip_prefix('t'))
}

/// The marks that an invalidation of these bumps, each once.
pub fn marks_named(members: &[Member]) -> Vec<String> {
    let mut marks = Vec::new();
    for member in members {
        let mark = match &member.target {
            // Nothing is left to name beside it.
            Target::All => return vec![ALL.into()],
            Target::Tag(tag) => of_tag(tag),
            Target::Path { path, query: None } => of_path(path),
            Target::Path { path, query: Some(query) } => of_url(path, Some(query)),
            Target::Pattern(glob) => of_pattern(glob),
        };
        push_new(&mut marks, &mark);
    }
    marks
}

fn add_place(marks: &mut Vec<String>, path: &str, query: Option<&str>) {
    push_new(marks, &of_path(path));
    push_new(marks, &of_url(path, query));
    for (end, _) in path.match_indices('/').take(MAX_DEPTH) {
        push_new(marks, &of_directory(&path[..=end]));
    }
}

fn of_tag(tag: &str) -> String {
    format!("t{tag}")
}

fn of_path(path: &str) -> String {
    format!("p{path}")
}

fn of_url(path: &str, query: Option<&str>) -> String {
    format!("q{path}?{}", query.unwrap_or(""))
}

fn of_directory(directory: &str) -> String {
    format!("d{directory}")
}

fn of_pattern(glob: &Glob) -> String {
    let prefix = glob.literal_prefix();
    if !glob.as_str()[prefix.len()..].starts_with('*') {
        // The wildcards are in the query, if anywhere.
        return of_path(prefix);
    }
    let deepest = prefix.match_indices('/').take(MAX_DEPTH).last();
    of_directory(deepest.map_or("/", |(end, _)| &prefix[..=end]))
}

#[cfg(test)]
mod tests;
