//! What users do: a document of scenarios (docs/load.md).

use std::collections::BTreeMap;

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::error::LoadError;
use super::template::{fill, names};

/// The scenarios of the demo's API.
pub(crate) const DEMO: &str = include_str!("demo.json");

/// What is there before a scenario begins: numbers that are used once.
const UNIQUE: &str = "unique";

/// What users choose from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Scenarios {
    /// By name; one of the values is drawn for each scenario that is begun.
    #[serde(default)]
    pub(crate) variables: BTreeMap<String, Values>,
    /// The path of the page with everfresh in it that browsers do them in.
    pub(crate) page: Option<String>,
    pub(crate) scenarios: Vec<Scenario>,
}

/// The values of a variable.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Values {
    /// From the first to the last.
    Numbers { from: i64, to: i64 },
    /// One of these.
    Texts(Vec<String>),
}

/// Steps that a user takes one after another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// How often it is chosen, beside the others.
    #[serde(default = "one")]
    pub(crate) weight: u32,
    /// Another page than that of all.
    pub(crate) page: Option<String>,
    pub(crate) steps: Vec<Step>,
}

/// A request.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Step {
    #[serde(default = "get")]
    pub(crate) method: String,
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Value>,
    /// Names of what the answer shows, and where in it (RFC 6901) the version of that is.
    #[serde(default)]
    pub(crate) versions: BTreeMap<String, String>,
    /// Statuses from 400 on that are no failure here.
    #[serde(default)]
    pub(crate) expect: Vec<u16>,
    /// Milliseconds that the user thinks before it.
    #[serde(default)]
    pub(crate) think_ms: u64,
}

impl Step {
    /// Whether it only reads (RFC 9110, section 9.2.1).
    pub(crate) fn is_safe(&self) -> bool {
        self.method().is_safe()
    }

    pub(crate) fn method(&self) -> Method {
        Method::from_bytes(self.method.as_bytes()).unwrap_or_default()
    }
}

impl Scenarios {
    /// Reads the document.
    ///
    /// # Errors
    /// [`LoadError::Scenarios`] says where it is malformed.
    pub(crate) fn parse(text: &str) -> Result<Self, LoadError> {
        let mut json = serde_json::Deserializer::from_str(text);
        let found: Self = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| malformed(&error.path().to_string(), &error.inner().to_string()))?;
        json.end().map_err(|error| malformed("?", &error.to_string()))?;
        found.check()?;
        Ok(found)
    }

    /// The place of a scenario, where weights are laid one after another; `at` is below [`total`](Self::total).
    pub(crate) fn chosen(&self, mut at: u64) -> usize {
        let place = self.scenarios.iter().position(|scenario| {
            let weight = u64::from(scenario.weight);
            let here = at < weight;
            at = at.saturating_sub(weight);
            here
        });
        place.unwrap_or_default()
    }

    /// All weights.
    pub(crate) fn total(&self) -> u64 {
        self.scenarios.iter().map(|scenario| u64::from(scenario.weight)).sum()
    }

    /// The page of a scenario.
    pub(crate) fn page(&self, at: usize) -> Option<&str> {
        self.scenarios[at].page.as_deref().or(self.page.as_deref())
    }

    /// The path of a page to begin with.
    pub(crate) fn first_page(&self) -> String {
        let mut random = fastrand::Rng::with_seed(0);
        let drawn = self.variables.iter().map(|(name, values)| (name.clone(), values.draw(&mut random)));
        let values = drawn.chain([(UNIQUE.to_owned(), "0".to_owned())]).collect();
        fill(self.page(0).unwrap_or("/"), &values)
    }

    /// # Errors
    /// [`LoadError::Scenarios`] where one has no page.
    pub(crate) fn check_pages(&self) -> Result<(), LoadError> {
        match (0..self.scenarios.len()).find(|at| self.page(*at).is_none()) {
            Some(at) => {
                Err(malformed(&format!("scenarios[{at}].page"), "--browser needs one, there or for all"))
            }
            None => Ok(()),
        }
    }

    fn check(&self) -> Result<(), LoadError> {
        self.check_page(self.page.as_ref(), "page")?;
        for (name, values) in &self.variables {
            let empty = match values {
                Values::Numbers { from, to } => from > to,
                Values::Texts(texts) => texts.is_empty(),
            };
            if empty {
                return Err(malformed(&format!("variables.{name}"), "has no value"));
            }
        }
        if self.total() == 0 {
            return Err(malformed("scenarios", "there is none with a weight"));
        }
        for (at, scenario) in self.scenarios.iter().enumerate() {
            self.check_page(scenario.page.as_ref(), &format!("scenarios[{at}].page"))?;
            if scenario.steps.is_empty() {
                return Err(malformed(&format!("scenarios[{at}].steps"), "there is none"));
            }
            for (number, step) in scenario.steps.iter().enumerate() {
                self.check_step(step, &format!("scenarios[{at}].steps[{number}]"))?;
            }
        }
        Ok(())
    }

    fn check_page(&self, page: Option<&String>, at: &str) -> Result<(), LoadError> {
        let Some(page) = page else { return Ok(()) };
        check_path(page, at)?;
        self.check_names(page, at)
    }

    fn check_names(&self, text: &str, at: &str) -> Result<(), LoadError> {
        match names(text).find(|name| *name != UNIQUE && !self.variables.contains_key(*name)) {
            Some(name) => Err(malformed(at, &format!("there is no variable {{{name}}}"))),
            None => Ok(()),
        }
    }

    fn check_step(&self, step: &Step, at: &str) -> Result<(), LoadError> {
        if Method::from_bytes(step.method.as_bytes()).is_err() {
            return Err(malformed(&format!("{at}.method"), "is no method"));
        }
        check_path(&step.path, &format!("{at}.path"))?;
        let body = step.body.as_ref().map(Value::to_string).unwrap_or_default();
        let texts = [&step.path, &body].into_iter().chain(step.headers.values()).chain(step.versions.keys());
        for text in texts {
            self.check_names(text, at)?;
        }
        let pointer = step.versions.values().find(|pointer| !pointer.is_empty() && !pointer.starts_with('/'));
        match pointer {
            Some(pointer) => {
                Err(malformed(&format!("{at}.versions"), &format!("{pointer:?} is no JSON pointer")))
            }
            None => Ok(()),
        }
    }
}

fn check_path(path: &str, at: &str) -> Result<(), LoadError> {
    if path.starts_with('/') { Ok(()) } else { Err(malformed(at, "must begin with /")) }
}

impl Values {
    /// One of them.
    pub(crate) fn draw(&self, random: &mut fastrand::Rng) -> String {
        match self {
            Self::Numbers { from, to } => random.i64(from..=to).to_string(),
            Self::Texts(texts) => texts[random.usize(0..texts.len())].clone(),
        }
    }
}

fn malformed(at: &str, what: &str) -> LoadError {
    // What is no JSON has no places.
    let at = if at == "?" { "the document" } else { at };
    LoadError::Scenarios { at: at.to_owned(), what: what.to_owned() }
}

fn one() -> u32 {
    1
}

fn get() -> String {
    "GET".to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_demos_scenarios_are_well_formed() {
        let found = Scenarios::parse(DEMO).unwrap();
        let writes =
            found.scenarios.iter().flat_map(|scenario| &scenario.steps).filter(|step| !step.is_safe());
        assert!(writes.count() > 0);
        found.check_pages().unwrap();
    }

    #[test]
    fn the_page_of_a_scenario_is_its_own_or_that_of_all() {
        let scenarios = r#""scenarios": [
            {"name": "a", "steps": [{"path": "/"}]}, {"name": "b", "page": "/b", "steps": [{"path": "/"}]}
        ]"#;
        let found = Scenarios::parse(&format!(r#"{{"page": "/all", {scenarios}}}"#)).unwrap();
        assert_eq!([0, 1].map(|at| found.page(at)), [Some("/all"), Some("/b")]);
        let without = Scenarios::parse(&format!("{{{scenarios}}}")).unwrap();
        let error = without.check_pages().unwrap_err().to_string();
        assert!(error.contains("scenarios[0].page: --browser needs one"), "{error}");
    }

    #[test]
    fn what_is_malformed_is_named_by_its_place() {
        let step = |step: &str| format!(r#"{{"scenarios": [{{"name": "a", "steps": [{step}]}}]}}"#);
        for (text, told) in [
            ("{", "the document: EOF"),
            (r#"{"scenarios": []} x"#, "the document: trailing"),
            (r#"{"scenarios": []}"#, "scenarios: there is none with a weight"),
            (r#"{"scenarios": [{"name": "a", "weight": 0, "steps": []}]}"#, "scenarios: there is none"),
            (r#"{"scenarios": [{"name": "a", "steps": []}]}"#, "scenarios[0].steps: there is none"),
            (&step(r#"{"path": 1}"#), "scenarios[0].steps[0].path: invalid type"),
            (r#"{"page": "a", "scenarios": []}"#, "page: must begin"),
            (r#"{"page": "/{x}", "scenarios": []}"#, "page: there is no variable {x}"),
            (r#"{"scenarios": [{"name": "a", "page": "a", "steps": []}]}"#, "scenarios[0].page: must begin"),
            (&step(r#"{"path": "a"}"#), "scenarios[0].steps[0].path: must begin"),
            (&step(r#"{"path": "/a", "method": "G T"}"#), "scenarios[0].steps[0].method: is no method"),
            (&step(r#"{"path": "/{x}"}"#), "there is no variable {x}"),
            (&step(r#"{"path": "/", "body": {"a": ["{y}"]}}"#), "there is no variable {y}"),
            (&step(r#"{"path": "/", "versions": {"a": "b"}}"#), r#""b" is no JSON pointer"#),
            (&step(r#"{"path": "/", "colour": 1}"#), "unknown field `colour`"),
            (r#"{"variables": {"a": {"from": 2, "to": 1}}, "scenarios": []}"#, "variables.a: has no value"),
            (r#"{"variables": {"a": []}, "scenarios": []}"#, "variables.a: has no value"),
        ] {
            let error = Scenarios::parse(text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }

    #[test]
    fn weights_are_shares() {
        let text = r#"{"scenarios": [
            {"name": "a", "weight": 3, "steps": [{"path": "/"}]},
            {"name": "b", "weight": 0, "steps": [{"path": "/"}]},
            {"name": "c", "steps": [{"path": "/"}]}
        ]}"#;
        let found = Scenarios::parse(text).unwrap();
        assert_eq!(found.total(), 4);
        assert_eq!([0, 1, 2, 3].map(|at| found.chosen(at)), [0, 0, 0, 2]);
    }
}
