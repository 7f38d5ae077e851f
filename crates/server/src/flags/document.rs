//! The document that says what is switched on, how it is changed, and for whom a percentage is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Number, Value, json};

/// The flags of browsers, by name. Servers only hand them on.
const CLIENT: [&str; 9] =
    ["enabled", "wrapFetch", "persist", "optimistic", "outbox", "prefetch", "push", "overlay", "metrics"];

/// All buckets. A percentage has two places.
pub(super) const BUCKETS: u32 = 10_000;

/// What can be switched off in a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerFlag {
    /// The kill switch of the cache.
    Enabled,
    /// Invalidations as they happen.
    Push,
    /// Counting.
    Metrics,
}

/// On, off, or on for a part of the clients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Setting {
    Switch(bool),
    /// From 0 to 100.
    Percent(f64),
}

/// What is set; what is not is on. Names that are not known are kept: they may be of a later version.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct FlagDocument {
    pub(crate) client: Flags,
    pub(crate) server: Flags,
}

/// Settings by name.
pub(crate) type Flags = BTreeMap<String, Setting>;

/// What is wrong with a document, or a change of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FlagProblem {
    /// It is no JSON.
    NotJson,
    /// What stands at this path is no object.
    NotObject(String),
    /// There is nothing of this name.
    Unknown(String),
    /// What stands at this path is neither `true` nor `false` nor a number from 0 to 100.
    Value(String),
}

impl ServerFlag {
    pub(crate) const ALL: [Self; 3] = [Self::Enabled, Self::Push, Self::Metrics];

    pub(crate) fn name(self) -> &'static str {
        ["enabled", "push", "metrics"][self as usize]
    }
}

impl Setting {
    fn read(value: &Value, side: &str, name: &str) -> Result<Self, FlagProblem> {
        let percent = value.as_f64().filter(|percent| (0.0..=100.0).contains(percent));
        let setting = value.as_bool().map(Self::Switch).or(percent.map(Self::Percent));
        setting.ok_or_else(|| FlagProblem::Value(format!("{side}.{name}")))
    }

    fn to_value(self) -> Value {
        match self {
            Self::Switch(on) => on.into(),
            Self::Percent(percent) if percent.fract() == 0.0 => (percent as u8).into(),
            Self::Percent(percent) => Number::from_f64(percent).into(),
        }
    }

    /// It is on for the clients whose bucket is below this.
    pub(crate) fn buckets(self) -> u32 {
        match self {
            Self::Switch(on) => u32::from(on) * BUCKETS,
            Self::Percent(percent) => (percent * 100.0).ceil() as u32,
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(on) => f.write_str(if *on { "on" } else { "off" }),
            Self::Percent(percent) => write!(f, "{percent} %"),
        }
    }
}

impl FlagDocument {
    /// Reads what was kept.
    ///
    /// # Errors
    /// [`FlagProblem`]; names that are not known are none.
    pub(crate) fn parse(text: &str) -> Result<Self, FlagProblem> {
        let document: Value = serde_json::from_str(text).map_err(|_| FlagProblem::NotJson)?;
        let mut read = Self::default();
        for (side, flags) in object(&document, "")? {
            let into = read.side(side)?;
            for (name, value) in object(flags, side)? {
                into.insert(name.clone(), Setting::read(value, side, name)?);
            }
        }
        Ok(read)
    }

    /// The document with a change (RFC 7396) of `{ "client": { … }, "server": { … } }`.
    ///
    /// # Errors
    /// [`FlagProblem`]: of the change, of which nothing is done then.
    pub(crate) fn merge(&self, change: &str) -> Result<Self, FlagProblem> {
        let mut merged = self.clone();
        let change: Value = serde_json::from_str(change).map_err(|_| FlagProblem::NotJson)?;
        for (side, flags) in object(&change, "")? {
            let into = merged.side(side)?;
            if flags.is_null() {
                into.clear();
                continue;
            }
            for (name, value) in object(flags, side)? {
                if value.is_null() {
                    into.remove(name);
                } else if is_known(side, name) {
                    into.insert(name.clone(), Setting::read(value, side, name)?);
                } else {
                    return Err(FlagProblem::Unknown(format!("{side}.{name}")));
                }
            }
        }
        Ok(merged)
    }

    /// How a server's flag stands.
    pub(crate) fn server(&self, flag: ServerFlag) -> Setting {
        self.server.get(flag.name()).copied().unwrap_or(Setting::Switch(true))
    }

    /// The names that are not known, with their sides.
    pub(crate) fn strange(&self) -> impl Iterator<Item = String> {
        let sides = [("client", &self.client), ("server", &self.server)];
        sides.into_iter().flat_map(|(side, flags)| {
            let strange = flags.keys().filter(move |name| !is_known(side, name));
            strange.map(move |name| format!("{side}.{name}"))
        })
    }

    /// What has changed since another one: a path, and what stood and stands there.
    pub(crate) fn changes<'a>(
        &'a self,
        before: &'a Self,
    ) -> impl Iterator<Item = (String, Option<Setting>, Option<Setting>)> {
        let sides = [("client", &before.client, &self.client), ("server", &before.server, &self.server)];
        sides.into_iter().flat_map(|(side, before, now)| {
            let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
            let pairs = names.into_iter().map(move |name| {
                (format!("{side}.{name}"), before.get(name).copied(), now.get(name).copied())
            });
            pairs.filter(|(_, before, now)| before != now)
        })
    }

    pub(crate) fn to_value(&self) -> Value {
        json!({ "client": values(&self.client), "server": values(&self.server) })
    }

    /// As it is kept: people may read it.
    pub(crate) fn to_text(&self) -> String {
        format!("{:#}\n", self.to_value())
    }

    fn side(&mut self, side: &str) -> Result<&mut Flags, FlagProblem> {
        match side {
            "client" => Ok(&mut self.client),
            "server" => Ok(&mut self.server),
            _ => Err(FlagProblem::Unknown(side.to_owned())),
        }
    }
}

impl FlagProblem {
    /// A stable name of what is wrong.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotJson => "flags-not-json",
            Self::NotObject(_) => "flags-not-object",
            Self::Unknown(_) => "flag-unknown",
            Self::Value(_) => "flag-invalid",
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &str {
        match self {
            Self::NotJson => "",
            Self::NotObject(path) | Self::Unknown(path) | Self::Value(path) => path,
        }
    }
}

impl fmt::Display for FlagProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("it is no JSON"),
            Self::NotObject(path) if path.is_empty() => f.write_str("it must be an object"),
            Self::NotObject(path) => write!(f, "{path} must be an object"),
            Self::Unknown(path) => write!(f, "there is no flag {path}"),
            Self::Value(path) => write!(f, "{path} must be true, false or a percentage from 0 to 100"),
        }
    }
}

/// Settings as JSON.
pub(crate) fn values(flags: &Flags) -> Value {
    flags.iter().map(|(name, setting)| (name.clone(), setting.to_value())).collect::<Map<_, _>>().into()
}

/// The bucket of a client, of 10,000: the same one each time, and another one for each flag. FNV-1a of 32 bits
/// (draft-eastlake-fnv), and the finish of MurmurHash3 after it: without it the buckets that one client has for two flags
/// hang together. Browsers reckon alike, by the vectors of `tests/fixtures/flag-buckets.json`.
pub(crate) fn bucket(flag: &str, client: &str) -> u32 {
    let bytes = flag.bytes().chain([b':']).chain(client.bytes());
    let mut hash =
        bytes.fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xC2B2_AE35);
    (hash ^ (hash >> 16)) % BUCKETS
}

fn is_known(side: &str, name: &str) -> bool {
    match side {
        "client" => CLIENT.contains(&name),
        _ => ServerFlag::ALL.iter().any(|flag| flag.name() == name),
    }
}

fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, FlagProblem> {
    value.as_object().ok_or_else(|| FlagProblem::NotObject(path.to_owned()))
}

#[cfg(test)]
mod tests;
