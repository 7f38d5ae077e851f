//! Rules: which answers are cached, and how.

use alloc::{boxed::Box, string::String, vec::Vec};

use super::document::Node;
use super::error::{PolicyError, Problem};
use super::template::Template;
use crate::pattern::Route;
use crate::time::Millis;

const KEYS: [&str; 9] =
    ["match", "methods", "cache", "safe", "staleTime", "gcTime", "persist", "mode", "tags"];
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
pub(super) fn read(document: &Node<'_>) -> Result<Vec<Rule>, Box<PolicyError>> {
    let mut rules = Vec::new();
    document.key("rules").list(&mut |rule| {
        rules.push(read_rule(rule)?);
        Ok(())
    })?;
    Ok(rules)
}

fn read_rule(node: &Node<'_>) -> Result<Rule, Box<PolicyError>> {
    node.only(&KEYS)?;
    let mut rule = Rule {
        route: read_route(node, "match")?,
        methods: None,
        cache: true,
        safe: false,
        stale_time: None,
        gc_time: None,
        persist: None,
        mode: ReadMode::Fresh,
        tags: Vec::new(),
    };
    let mode = node.key("mode");
    if mode.is_there() {
        rule.mode = match mode.text()? {
            "fresh" => ReadMode::Fresh,
            "swr" => ReadMode::Swr,
            _ => return Err(mode.error(Problem::NotOneOf(&MODES))),
        };
    }
    node.key("tags").list(&mut |tag| {
        let template = Template::parse(tag.text()?, &rule.route).map_err(|problem| tag.error(problem))?;
        rule.tags.push(template);
        Ok(())
    })?;
    rule.methods = read_methods(&node.key("methods"))?;
    rule.cache = node.key("cache").flag()?.unwrap_or(true);
    rule.safe = node.key("safe").flag()?.unwrap_or(false);
    rule.stale_time = node.key("staleTime").millis()?;
    rule.gc_time = node.key("gcTime").millis()?;
    rule.persist = node.key("persist").flag()?;
    Ok(rule)
}

/// Reads the route under a key that must be there.
pub(super) fn read_route(node: &Node<'_>, key: &'static str) -> Result<Route, Box<PolicyError>> {
    let text = node.required_text(key)?;
    Route::parse(text).map_err(|error| node.key(key).error(Problem::Route(error.message())))
}

fn read_methods(node: &Node<'_>) -> Result<Option<Vec<String>>, Box<PolicyError>> {
    if !node.is_there() {
        return Ok(None);
    }
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
    Ok(Some(methods))
}
