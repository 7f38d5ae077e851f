//! The options of `everfresh load`.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;

use super::threshold::Threshold;

/// Who asks for what, how often, and what is expected of it.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// The server; paths of the scenarios are below it
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:4173")]
    pub(crate) url: Url,
    /// Virtual users: each does one thing at a time, with cookies of its own [default: 20; 0 with --browser]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub(crate) users: Option<u32>,
    /// Pages in headless Chromium, each in a browser of its own: they do the scenarios through the everfresh that is in them
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub(crate) browser: u32,
    /// Chromium; found on PATH without
    #[arg(long, value_name = "FILE", env = "EVERFRESH_CHROMIUM")]
    pub(crate) chromium: Option<PathBuf>,
    /// Chromium's driver; found on PATH without
    #[arg(long, value_name = "FILE", env = "EVERFRESH_CHROMEDRIVER")]
    pub(crate) chromedriver: Option<PathBuf>,
    /// For how long, such as 60s, 5m or 500ms
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub(crate) duration: Duration,
    /// The time over which users begin, one after another
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration)]
    pub(crate) ramp_up: Duration,
    /// Scenarios begun in a second, whatever the server does (open loop); without it a user begins the next one when
    /// the last is over (closed loop)
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// The scenarios (docs/load.md); those of the demo by default
    #[arg(long, value_name = "FILE")]
    pub(crate) scenarios: Option<PathBuf>,
    /// How long an answer may take
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// What must not come about, such as 'p99>500', 'error-rate>0.01' or 'hit-rate<0.8'; may be given more than once
    #[arg(long, value_name = "CONDITION")]
    pub(crate) fail_if: Vec<Threshold>,
    /// Where the report is written as text too
    #[arg(long, value_name = "FILE")]
    pub(crate) txt: Option<PathBuf>,
    /// Where the report is written as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Makes the same choices again
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

impl Args {
    /// How many users there are.
    pub(crate) fn users(&self) -> u32 {
        self.users.unwrap_or(if self.browser > 0 { 0 } else { 20 })
    }
}

/// A time such as `60s`, `5m` or `500ms`; a number alone is of seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        _ => return Err(format!("{unit:?} is none of ms, s, m and h")),
    };
    let number: f64 = number.parse().map_err(|_| String::from("must be a number and ms, s, m or h"))?;
    Duration::try_from_secs_f64(number * scale).map_err(|error| error.to_string())
}

fn rate(text: &str) -> Result<f64, String> {
    let rate: f64 = text.parse().map_err(|_| String::from("must be a number"))?;
    if (0.001..=1_000_000.0).contains(&rate) { Ok(rate) } else { Err("must be from 0.001 to 1000000".into()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1_500)));
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("1h"), Ok(Duration::from_secs(3_600)));
        for bad in ["", "s", "1d", "1.2.3s", "-1s", "1e3s", "99999999999999999999h"] {
            assert!(duration(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_rate_is_a_number_of_some_size() {
        assert_eq!(rate("0.5"), Ok(0.5));
        for bad in ["", "x", "0", "-1", "NaN", "inf", "1e9"] {
            assert!(rate(bad).is_err(), "{bad:?} was taken");
        }
    }
}
