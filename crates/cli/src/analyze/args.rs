//! The options of `everfresh analyze`.

use std::path::PathBuf;

use clap::ValueEnum;
use reqwest::Url;

use super::grade::Letter;

/// What is analysed, and what is to come of it.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// The base of a server's endpoints
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:4173/_everfresh")]
    pub(crate) url: Url,
    /// How far back
    #[arg(long, value_enum, default_value = "24h")]
    pub(crate) range: Range,
    /// What was counted by the server, by browsers, or by both
    #[arg(long, value_enum, default_value = "all")]
    pub(crate) source: Source,
    /// The server's token; not needed on its own machine
    #[arg(long, env = "EVERFRESH_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// Reports that were exported as JSON, in place of a server; one for each grouping, such as layer, route and tag
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "range", "source", "token"])]
    pub(crate) from: Vec<PathBuf>,
    /// Ends with 1 where the grade is worse than this
    #[arg(long, value_enum, value_name = "GRADE")]
    pub(crate) fail_below: Option<Letter>,
    /// Where the analysis is written as text too
    #[arg(long, value_name = "FILE")]
    pub(crate) txt: Option<PathBuf>,
    /// Where the analysis is written as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// Ranges of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Range {
    #[value(name = "1h")]
    Hour,
    #[value(name = "6h")]
    SixHours,
    #[value(name = "24h")]
    Day,
    #[value(name = "7d")]
    Week,
    #[value(name = "30d")]
    Month,
}

/// Who has counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Source {
    Server,
    Browsers,
    All,
}

/// The name of a value, as it is given.
pub(crate) fn name(value: impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
