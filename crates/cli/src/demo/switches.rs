//! The switches that make the API slow or faulty, and what it has seen.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};

use super::answer::ApiError;
use super::db::now_ms;
use super::input::present;

/// How many requests the log keeps.
const LOG: usize = 200;

/// The longest delay that can be set, in milliseconds.
const MAX_DELAY: u64 = 600_000;

/// The switches, shared by all requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Switches {
    state: Arc<Mutex<State>>,
}

/// Where the switches stand, and what was seen.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    /// Wait before a read asks the database, in milliseconds.
    latency_ms: u64,
    /// Wait between the database and the answer to a read, in milliseconds: the answer is old when it arrives.
    late_ms: u64,
    /// Wait before a write is committed, in milliseconds.
    write_latency_ms: u64,
    /// How many of the next writes fail without effect.
    fail_next_writes: u32,
    /// How many of the next writes are refused for good, without effect.
    refuse_next_writes: u32,
    /// How many of the next writes are refused without effect, as if nobody were signed in.
    unauthorized_next_writes: u32,
    /// How many of the next writes are committed and not answered.
    drop_next_answers: u32,
    /// Whether answers carry the headers of everfresh.
    send_headers: bool,
    /// `Cache-Control` of reads, in place of the usual.
    cache_control: Option<String>,
    /// Requests to the API since the start or the last reset.
    counts: Counts,
    /// The last of them.
    log: VecDeque<Seen>,
}

/// Numbers of requests.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    reads: u64,
    writes: u64,
}

#[derive(Debug, Clone, Serialize)]
struct Seen {
    method: String,
    path: String,
    at: i64,
}

/// Changes to the switches; what is absent stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Change {
    #[serde(default, deserialize_with = "present")]
    latency_ms: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    late_ms: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    write_latency_ms: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    fail_next_writes: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    refuse_next_writes: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    unauthorized_next_writes: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    drop_next_answers: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    send_headers: Option<bool>,
    /// `null` brings the usual back.
    #[serde(default, deserialize_with = "present")]
    cache_control: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    counts: Option<Counts>,
}

/// What is to happen to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Wait, read, wait, answer.
    Read {
        /// The wait before the database is asked.
        before: Duration,
        /// The wait after.
        after: Duration,
    },
    /// Wait, then fail without effect.
    Fail {
        /// The wait.
        before: Duration,
        /// In what way.
        how: Failure,
    },
    /// Wait, commit, and answer or not.
    Write {
        /// The wait.
        before: Duration,
        /// Cut the connection in place of answering.
        drop_answer: bool,
    },
}

/// How a write fails that a switch stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// As if the server were broken: worth trying again.
    Broken,
    /// For good.
    Refused,
    /// Until somebody has signed in.
    Unauthorized,
}

impl Failure {
    /// Its status, its code, and the same for people.
    pub(crate) fn told(self) -> (StatusCode, &'static str, String) {
        let (status, code, switch) = match self {
            Self::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "switched-failure", "failNextWrites"),
            Self::Refused => (StatusCode::UNPROCESSABLE_ENTITY, "switched-refusal", "refuseNextWrites"),
            Self::Unauthorized => {
                (StatusCode::UNAUTHORIZED, "switched-unauthorized", "unauthorizedNextWrites")
            }
        };
        (status, code, format!("{switch} was set, so nothing was written"))
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            late_ms: 0,
            write_latency_ms: 0,
            fail_next_writes: 0,
            refuse_next_writes: 0,
            unauthorized_next_writes: 0,
            drop_next_answers: 0,
            send_headers: true,
            cache_control: None,
            counts: Counts::default(),
            log: VecDeque::new(),
        }
    }
}

impl State {
    /// How the next write is to fail; each switch counts the writes that it stops.
    fn next_failure(&mut self) -> Option<Failure> {
        [
            (&mut self.fail_next_writes, Failure::Broken),
            (&mut self.refuse_next_writes, Failure::Refused),
            (&mut self.unauthorized_next_writes, Failure::Unauthorized),
        ]
        .into_iter()
        .find_map(|(left, how)| take(left).then_some(how))
    }
}

impl Switches {
    /// Where they stand.
    pub(crate) fn state(&self) -> State {
        self.lock().clone()
    }

    /// Sets some of them.
    ///
    /// # Errors
    /// A delay over ten minutes, or a `Cache-Control` that can't be sent; then nothing is changed.
    pub(crate) fn change(&self, change: Change) -> Result<State, ApiError> {
        let invalid = |message: &str| ApiError::Invalid { code: "invalid-body", message: message.to_owned() };
        let delays = [change.latency_ms, change.late_ms, change.write_latency_ms];
        if delays.into_iter().flatten().any(|delay| delay > MAX_DELAY) {
            return Err(invalid("a delay is at most 600000 ms"));
        }
        if let Some(Some(text)) = &change.cache_control
            && HeaderValue::from_str(text).is_err()
        {
            return Err(invalid("cacheControl is no value of a header"));
        }
        let mut state = self.lock();
        set(&mut state.latency_ms, change.latency_ms);
        set(&mut state.late_ms, change.late_ms);
        set(&mut state.write_latency_ms, change.write_latency_ms);
        set(&mut state.fail_next_writes, change.fail_next_writes);
        set(&mut state.refuse_next_writes, change.refuse_next_writes);
        set(&mut state.unauthorized_next_writes, change.unauthorized_next_writes);
        set(&mut state.drop_next_answers, change.drop_next_answers);
        set(&mut state.send_headers, change.send_headers);
        set(&mut state.cache_control, change.cache_control);
        set(&mut state.counts, change.counts);
        Ok(state.clone())
    }

    /// Puts them back, and forgets what was seen.
    pub(crate) fn reset(&self) {
        *self.lock() = State::default();
    }

    /// Notes a request and says what is to happen to it. Counted switches are used up here, in the order in
    /// which requests arrive.
    pub(crate) fn admit(&self, method: &Method, path: &str) -> Plan {
        let mut state = self.lock();
        if state.log.len() == LOG {
            state.log.pop_front();
        }
        let seen = Seen { method: method.to_string(), path: path.to_owned(), at: now_ms() };
        state.log.push_back(seen);
        if method.is_safe() {
            state.counts.reads += 1;
            return Plan::Read {
                before: Duration::from_millis(state.latency_ms),
                after: Duration::from_millis(state.late_ms),
            };
        }
        state.counts.writes += 1;
        let before = Duration::from_millis(state.write_latency_ms);
        match state.next_failure() {
            Some(how) => Plan::Fail { before, how },
            None => Plan::Write { before, drop_answer: take(&mut state.drop_next_answers) },
        }
    }

    /// Whether answers carry the headers of everfresh.
    pub(crate) fn send_headers(&self) -> bool {
        self.lock().send_headers
    }

    /// `Cache-Control` of reads, where it was set.
    pub(crate) fn cache_control(&self) -> Option<HeaderValue> {
        self.lock().cache_control.as_deref().and_then(|text| HeaderValue::from_str(text).ok())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that runs under the lock leaves the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn take(left: &mut u32) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}
