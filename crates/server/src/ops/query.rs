//! What a request for a report asks for.

use everfresh_core::metrics::{Dimension, History, Range, Report};
use everfresh_core::time::Millis;

use super::archive::Source;

/// A report that somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) range: Range,
    pub(super) by: Dimension,
    /// Of these groups alone; none: of everything.
    pub(super) names: Vec<String>,
    pub(super) sources: Vec<Source>,
    pub(super) csv: bool,
}

impl Query {
    /// Reads the query of a URL.
    ///
    /// # Errors
    /// The code of what is wrong.
    pub(super) fn parse(query: &str) -> Result<Self, &'static str> {
        let mut read = Self {
            range: Range::Hour,
            by: Dimension::Layer,
            names: Vec::new(),
            sources: vec![Source::Server],
            csv: false,
        };
        let (mut by, mut filtered) = (None, None);
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "range" => read.range = Range::parse(&value).ok_or("range-unknown")?,
                "groupBy" => by = Some(Dimension::parse(&value).ok_or("group-unknown")?),
                "format" => read.csv = is_csv(&value)?,
                "source" => read.sources = sources(&value)?,
                key => {
                    let dimension = Dimension::parse(key).ok_or("parameter-unknown")?;
                    // What was counted for two of them at once is not known.
                    if filtered.is_some_and(|other| other != dimension) {
                        return Err("filters-mixed");
                    }
                    filtered = Some(dimension);
                    read.names.push(value.into_owned());
                }
            }
        }
        if let (Some(by), Some(filtered)) = (by, filtered)
            && by != filtered
        {
            return Err("filters-mixed");
        }
        read.by = by.or(filtered).unwrap_or(read.by);
        Ok(read)
    }

    pub(super) fn report(&self, history: &History, now: Millis) -> Report {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        Report::only(history, now, self.range, self.by, &names)
    }
}

fn is_csv(format: &str) -> Result<bool, &'static str> {
    match format {
        "json" => Ok(false),
        "csv" => Ok(true),
        _ => Err("format-unknown"),
    }
}

/// Whose metrics are meant by a name.
pub(super) fn sources(name: &str) -> Result<Vec<Source>, &'static str> {
    let found: Vec<Source> =
        Source::ALL.into_iter().filter(|source| name == "all" || source.name() == name).collect();
    if found.is_empty() { Err("source-unknown") } else { Ok(found) }
}
