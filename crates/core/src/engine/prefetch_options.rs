//! What the page says of prefetching.

use alloc::{boxed::Box, string::String, vec::Vec};

use crate::policy::PolicyError;
use crate::policy::document::{Node, Shape, Type};
use crate::predict;
use crate::time::Millis;
use crate::url::Url;
use crate::value::Value;

const SHAPE: Shape<7> = [
    ("origins", Type::List),
    ("avoid", Type::List),
    ("concurrency", Type::Count),
    ("bytesPerMinute", Type::Count),
    ("wastePerMinute", Type::Count),
    ("halfLife", Type::Millis),
    ("thresholds", Type::Object),
];

/// By how fast the network is, the slowest first.
const THRESHOLDS: Shape<4> =
    [("slow-2g", Type::Share), ("2g", Type::Share), ("3g", Type::Share), ("4g", Type::Share)];

/// Words in path or query of what does something when it is asked for, although it should not.
const AVOIDED: [&str; 12] = [
    "logout",
    "log-out",
    "logoff",
    "signout",
    "sign-out",
    "sign_out",
    "signoff",
    "delete",
    "remove",
    "destroy",
    "unsubscribe",
    "unlink",
];

/// Which URLs are prefetched, and how much.
#[derive(Debug)]
pub(super) struct PrefetchOptions {
    /// How long the first use may come after the answer.
    pub(super) stale_time: Millis,
    /// Other origins than the page's that are prefetched from.
    pub(super) origins: Vec<String>,
    /// Not empty; in whatever case.
    pub(super) avoid: Vec<String>,
    /// How many requests are under way at a time.
    pub(super) concurrency: usize,
    pub(super) bytes_per_minute: u64,
    pub(super) predict: predict::Options,
}

impl PrefetchOptions {
    pub(super) fn read(options: &Node<'_>, stale_time: &Value) -> Result<Self, Box<PolicyError>> {
        let [origins, avoid, concurrency, bytes, waste, half_life, thresholds] = options.fields(&SHAPE)?;
        let mut predict = predict::Options::default();
        predict.wasted_per_minute = waste.as_millis().unwrap_or(predict.wasted_per_minute);
        predict.half_life = half_life.as_millis().unwrap_or(predict.half_life).max(1);
        let chosen = options.object("thresholds", thresholds).fields(&THRESHOLDS)?;
        for (threshold, chosen) in predict.thresholds.iter_mut().zip(chosen) {
            *threshold = chosen.as_number().unwrap_or(*threshold);
        }
        let mut words =
            texts(&options.member("avoid", avoid), "a text that is not empty", &|text| !text.is_empty())?;
        if avoid.as_array().is_none() {
            for word in AVOIDED {
                words.push(word.into());
            }
        }
        Ok(Self {
            stale_time: stale_time.as_millis().unwrap_or(30_000),
            origins: texts(
                &options.member("origins", origins),
                "an origin, such as https://example.org",
                &|text| Url::parse(text).is_some_and(|url| url.origin() == text),
            )?,
            avoid: words,
            concurrency: concurrency.as_millis().unwrap_or(3) as usize,
            predict,
            bytes_per_minute: bytes.as_millis().unwrap_or(2_000_000),
        })
    }
}

fn texts(
    list: &Node<'_>,
    what: &'static str,
    is_one: &dyn Fn(&str) -> bool,
) -> Result<Vec<String>, Box<PolicyError>> {
    let mut texts = Vec::new();
    list.list(&mut |text| {
        if !is_one(text.text()?) {
            return Err(text.expected(what));
        }
        texts.push(text.text()?.into());
        Ok(())
    })?;
    Ok(texts)
}
