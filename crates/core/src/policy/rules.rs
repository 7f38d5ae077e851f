//! Rules: which answers are cached, and how.

use alloc::{boxed::Box, string::String, vec::Vec};

use super::document::{Node, Shape, Type};
use super::error::{PolicyError, Problem};
use super::template::Template;
use crate::pattern::Route;
use crate::time::Millis;
use crate::value::Value;

const SHAPE: Shape<10> = [
    ("match", Type::Text),
    ("methods", Type::List),
    ("cache", Type::Flag),
    ("safe", Type::Flag),
    ("durable", Type::Flag),
    ("staleTime", Type::Millis),
    ("gcTime", Type::Millis),
    ("persist", Type::Flag),
    ("mode", Type::Text),
    ("tags", Type::List),
];
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
const MODES: [&str; 2] = ["fresh", "swr"];

/// What plain `fetch` is given when the cached answer is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadMode {
    /// The network's answer.
    #[default]
    Fresh,
    /// The stale answer, while its refetch runs.
    Swr,
}

/// One rule of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The URLs that it is for.
    pub route: Route,
    /// The methods that it is for; `None` means GET and HEAD.
    pub methods: Option<Vec<String>>,
    /// `false`: leave these requests alone.
    pub cache: bool,
    /// Its requests change nothing, whatever their method.
    pub safe: bool,
    /// Its writes go through the outbox (P6).
    pub durable: bool,
    /// How long an answer is fresh, in place of what it says of itself.
    pub stale_time: Option<Millis>,
    /// How long an answer that is not used is kept.
    pub gc_time: Option<Millis>,
    /// Whether answers reach localStorage; `None` leaves it to the answer.
    pub persist: Option<bool>,
    /// What plain `fetch` is given when the answer is stale.
    pub mode: ReadMode,
    pub(super) tags: Vec<Template>,
}

impl Rule {
    /// Whether it is for this method, in upper case.
    pub fn covers(&self, method: &str) -> bool {
        match &self.methods {
            Some(methods) => methods.iter().any(|known| known == method),
            None => matches!(method, "GET" | "HEAD"),
        }
    }

    /// Whether it names no methods.
    pub(super) fn covers_any_method(&self) -> bool {
        self.methods.is_none()
    }
}

/// Reads the document's `rules`.
pub(super) fn read(node: &Node<'_>) -> Result<Vec<Rule>, Box<PolicyError>> {
    let mut rules = Vec::new();
    node.list(&mut |rule| {
        rules.push(read_rule(rule)?);
        Ok(())
    })?;
    Ok(rules)
}

fn read_rule(node: &Node<'_>) -> Result<Rule, Box<PolicyError>> {
    let [route, methods, cache, safe, durable, stale_time, gc_time, persist, mode, tags] =
        node.fields(&SHAPE)?;
    let mut rule = Rule {
        route: read_route(node, "match", route)?,
        methods: None,
        cache: cache.as_bool().unwrap_or(true),
        safe: safe.as_bool().unwrap_or(false),
        durable: durable.as_bool().unwrap_or(false),
        stale_time: stale_time.as_millis(),
        gc_time: gc_time.as_millis(),
        persist: persist.as_bool(),
        mode: match mode.as_str() {
            None | Some("fresh") => ReadMode::Fresh,
            Some("swr") => ReadMode::Swr,
            _ => return Err(node.member("mode", mode).error(Problem::NotOneOf(&MODES))),
        },
        tags: Vec::new(),
    };
    node.member("tags", tags).list(&mut |tag| {
        let template = Template::parse(tag.text()?, &rule.route).map_err(|problem| tag.error(problem))?;
        rule.tags.push(template);
        Ok(())
    })?;
    if rule.durable && methods.as_array().is_none() {
        return Err(node.error(Problem::Missing("methods")));
    }
    if methods.as_array().is_some() {
        rule.methods = Some(read_methods(&node.member("methods", methods))?);
    }
    Ok(rule)
}

/// Reads the route under a key that must be there.
pub(super) fn read_route(
    node: &Node<'_>,
    key: &'static str,
    value: &Value,
) -> Result<Route, Box<PolicyError>> {
    let text = value.as_str().ok_or_else(|| node.error(Problem::Missing(key)))?;
    Route::parse(text).map_err(|error| node.member(key, value).error(Problem::Route(error.message())))
}

fn read_methods(node: &Node<'_>) -> Result<Vec<String>, Box<PolicyError>> {
    let mut methods = Vec::new();
    node.list(&mut |method| {
        let text = method.text()?;
        if !METHODS.contains(&text) {
            return Err(method.error(Problem::NotOneOf(&METHODS)));
        }
        methods.push(text.into());
        Ok(())
    })?;
    if methods.is_empty() {
        return Err(node.expected("at least one method"));
    }
    Ok(methods)
}
