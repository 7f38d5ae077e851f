//! The browsers that the tests run in, and their drivers.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::apt::{self, Need};
use super::{find_program, geckodriver};
use crate::checkout::Checkout;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

impl Engine {
    pub(crate) const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    /// Its name on the command line and in `EVERFRESH_ENGINE`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// The variable by which wasm-bindgen's test runner learns of the driver, and so of the engine.
    pub(crate) fn driver_variable(self) -> &'static str {
        match self {
            Self::Chromium => "CHROMEDRIVER",
            Self::Firefox => "GECKODRIVER",
            Self::Webkit => "SAFARIDRIVER",
        }
    }
}

const XVFB: [Need; 2] = [
    Need { what: "xvfb-run", programs: &["xvfb-run"], packages: &["xvfb"] },
    Need { what: "xauth", programs: &["xauth"], packages: &["xauth"] },
];

impl Engine {
    /// What the engine needs beside the virtual display; the last one is the driver.
    fn needs(self) -> &'static [Need] {
        match self {
            Self::Chromium => &[
                Need {
                    what: "Chromium",
                    programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
                    packages: &["chromium"],
                },
                Need { what: "chromedriver", programs: &["chromedriver"], packages: &["chromium-driver"] },
            ],
            Self::Firefox => {
                &[Need { what: "Firefox", programs: &["firefox", "firefox-esr"], packages: &["firefox-esr"] }]
            }
            Self::Webkit => &[Need {
                what: "WebKitWebDriver",
                programs: &["WebKitWebDriver"],
                packages: &["webkit2gtk-driver"],
            }],
        }
    }
}

/// Installs what these engines need and isn't there.
pub(crate) fn ensure(checkout: &Checkout, engines: &[Engine]) -> Result<()> {
    let needs: Vec<&Need> = engines.iter().flat_map(|engine| engine.needs()).chain(&XVFB).collect();
    apt::ensure(checkout, &needs)?;
    if engines.contains(&Engine::Firefox) {
        geckodriver::program(checkout)?;
    }
    Ok(())
}

/// The engine's driver. `ensure` has to come first.
pub(crate) fn driver(checkout: &Checkout, engine: Engine) -> Result<PathBuf> {
    match engine {
        Engine::Firefox => geckodriver::program(checkout),
        _ => {
            let driver = engine.needs().last().context("every engine has needs")?;
            find_program(driver.programs).with_context(|| format!("{} is missing", driver.what))
        }
    }
}

/// A command that runs another one with a virtual display.
pub(crate) fn with_display(command: &Command) -> Command {
    let mut wrapped = Command::new("xvfb-run");
    wrapped.arg("-a").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_command_keeps_arguments_environment_and_folder() {
        let mut command = Command::new("node");
        command.args(["--test", "a b"]).env("KEY", "value").env_remove("GONE").current_dir("/");
        let wrapped = with_display(&command);
        assert_eq!(wrapped.get_program(), "xvfb-run");
        assert_eq!(wrapped.get_args().collect::<Vec<_>>(), ["-a", "node", "--test", "a b"]);
        assert_eq!(wrapped.get_envs().collect::<Vec<_>>(), command.get_envs().collect::<Vec<_>>());
        assert_eq!(wrapped.get_current_dir(), command.get_current_dir());
    }

    #[test]
    fn engines_have_distinct_names_and_drivers() {
        for (index, engine) in Engine::ALL.iter().enumerate() {
            for other in &Engine::ALL[index + 1..] {
                assert_ne!(engine.name(), other.name());
                assert_ne!(engine.driver_variable(), other.driver_variable());
            }
        }
    }
}
