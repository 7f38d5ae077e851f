//! Rules: which answers are cached, and how.

use alloc::{string::String, vec::Vec};

use super::document::Reader;
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
pub(super) fn read(document: &Reader<'_>) -> Result<Vec<Rule>, PolicyError> {
    let rules = document.list("rules")?.unwrap_or_default();
    rules.into_iter().map(|(path, value)| read_rule(&Reader::at(value, path)?)).collect()
}

fn read_rule(rule: &Reader<'_>) -> Result<Rule, PolicyError> {
    rule.only(&KEYS)?;
    rule.distinct()?;
    let route = read_route(rule, "match")?;
    let mode = match rule.text("mode")? {
        None | Some("fresh") => ReadMode::Fresh,
        Some("swr") => ReadMode::Swr,
        Some(_) => return Err(rule.error("mode", Problem::NotOneOf(&MODES))),
    };
    let tags =
        rule.texts("tags")?.unwrap_or_default().into_iter().map(|(path, text)| {
            Template::parse(text, &route).map_err(|problem| PolicyError::new(path, problem))
        });
    Ok(Rule {
        tags: tags.collect::<Result<_, _>>()?,
        route,
        methods: read_methods(rule)?,
        cache: rule.flag("cache")?.unwrap_or(true),
        safe: rule.flag("safe")?.unwrap_or(false),
        stale_time: rule.millis("staleTime")?,
        gc_time: rule.millis("gcTime")?,
        persist: rule.flag("persist")?,
        mode,
    })
}

/// Reads the route under a key that must be there.
pub(super) fn read_route(reader: &Reader<'_>, key: &'static str) -> Result<Route, PolicyError> {
    Route::parse(reader.required_text(key)?)
        .map_err(|error| reader.error(key, Problem::Route(error.message())))
}

fn read_methods(rule: &Reader<'_>) -> Result<Option<Vec<String>>, PolicyError> {
    let Some(methods) = rule.texts("methods")? else {
        return Ok(None);
    };
    if methods.is_empty() {
        return Err(rule.error("methods", Problem::Expected("at least one method")));
    }
    let method = |(path, text): (String, &str)| {
        if METHODS.contains(&text) {
            Ok(String::from(text))
        } else {
            Err(PolicyError::new(path, Problem::NotOneOf(&METHODS)))
        }
    };
    methods.into_iter().map(method).collect::<Result<_, _>>().map(Some)
}
