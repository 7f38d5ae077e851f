//! `GET /_everfresh/events`: invalidations as they happen, to browsers.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use everfresh_core::header::{format_invalidate, parse_invalidate};
use everfresh_core::target::Target;
use everfresh_core::time::Millis;
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};
use tracing::warn;

use crate::access::client_name;
use crate::clock::Clock;
use crate::flags::{ServerFlag, Switches};
use crate::ops::schema::{EventData, EventsQuery, Refusal};
use crate::store::{Cursor, Event, Follower, Replay, Store, StoreError};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// How many messages wait for a client that does not read.
const WAITING: usize = 16;

/// Who may listen, and to what.
pub trait Audience: Clone + Send + Sync + 'static {
    /// Somebody who listens.
    type Viewer: Send + Sync + 'static;

    /// Who asks; `None`: nobody who may listen.
    fn admit(&self, request: &Parts) -> impl Future<Output = Option<Self::Viewer>> + Send;

    /// Whether somebody may know that this has changed.
    fn may_know(&self, viewer: &Self::Viewer, target: &Target) -> bool;
}

/// Anybody may listen to everything: for data that anybody may read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Everybody;

impl Audience for Everybody {
    type Viewer = ();

    async fn admit(&self, _request: &Parts) -> Option<()> {
        Some(())
    }

    fn may_know(&self, _viewer: &(), _target: &Target) -> bool {
        true
    }
}

/// Settings of [`events_route`].
#[derive(Debug, Clone)]
pub struct EventsOptions {
    /// How often a silent stream says that it lives.
    pub heartbeat: Duration,
    /// How long a client may read nothing until it is cut off.
    pub patience: Duration,
    /// How many may listen at once.
    pub max_listeners: usize,
}

impl Default for EventsOptions {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(15), patience: Duration::from_secs(30), max_listeners: 10_000 }
    }
}

/// `GET /_everfresh/events`, to be merged into an application's router: a stream of server-sent events.
///
/// Each has the id of its place. Who comes back with the last one, as `Last-Event-ID` or `?cursor=`, is told what has
/// happened since. The data of an event is `{ "at": 1764201600000, "targets": "story:42", "complete": true }`: when it was
/// sent, in milliseconds since 1970, and targets as in `X-Cache-Invalidate`; those that the viewer may not know of are left
/// out. The first event, `ready`, has no targets, and tells the milliseconds between two beats: a silent stream says `beat`
/// so often. Where `complete` is `false`, some can't be told: whatever was read before may be old.
///
/// Answers: 200; 401 where the audience does not admit the request; 503 where too many listen, the store does not answer, or
/// the flag `push` is off.
pub fn events_route<A: Audience>(store: Arc<dyn Store>, audience: A, options: EventsOptions) -> Router {
    route_at("/_everfresh/events", store, audience, options, Arc::default())
}

pub(crate) fn route_at<A: Audience>(
    path: &str,
    store: Arc<dyn Store>,
    audience: A,
    options: EventsOptions,
    switches: Arc<Switches>,
) -> Router {
    let room = Arc::new(Semaphore::new(options.max_listeners));
    let state = Events { store, audience, options, room, switches };
    Router::new().route(path, get(listen::<A>)).with_state(state)
}

#[derive(Clone)]
pub(crate) struct Events<A> {
    store: Arc<dyn Store>,
    audience: A,
    options: EventsOptions,
    room: Arc<Semaphore>,
    switches: Arc<Switches>,
}

/// Invalidations as they happen.
#[utoipa::path(get, path = "/events", params(EventsQuery), responses(
    (status = 200, description = "Events without an end", body = EventData, content_type = "text/event-stream"),
    (status = 401, description = "The audience does not admit the request", body = Refusal),
    (status = 503, description = "Too many listen, the store does not answer, or it is switched off", body = Refusal),
))]
pub(crate) async fn listen<A: Audience>(State(events): State<Events<A>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let client = client_name(&parts.headers, &parts.extensions);
    if !events.switches.is_on(ServerFlag::Push, || client.clone()) {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "push-off");
    }
    let Some(viewer) = events.audience.admit(&parts).await else {
        return refused(StatusCode::UNAUTHORIZED, "unauthorized");
    };
    let Ok(place) = Arc::clone(&events.room).try_acquire_owned() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "listeners-too-many");
    };
    let asked = last_seen(&parts);
    let from = asked.as_deref().and_then(|text| text.parse::<Cursor>().ok());
    let (follower, mut replay) = match Follower::new(Arc::clone(&events.store), from).await {
        Ok(followed) => followed,
        Err(error) => {
            warn!(code = error.code(), %error, "nobody can listen");
            return refused(StatusCode::SERVICE_UNAVAILABLE, error.code());
        }
    };
    // What can't be read is not a place to go on from.
    replay.complete &= asked.is_none() || from.is_some();
    let (sender, receiver) = channel(WAITING);
    let stream = Stream { events, client, viewer, sender, _place: place };
    tokio::spawn(stream.run(follower, replay));
    let body = stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|message| (Ok::<Bytes, Infallible>(message), receiver))
    });
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // Proxies that gather answers before they hand them on.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (headers, Body::from_stream(body)).into_response()
}

/// The last event that a client has seen.
fn last_seen(parts: &Parts) -> Option<String> {
    let query = parts.uri.query().unwrap_or("").split('&');
    let cursor = query.filter_map(|pair| pair.strip_prefix("cursor=")).map(str::to_owned).next();
    let header =
        parts.headers.get(LAST_EVENT_ID).map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    header.or(cursor)
}

fn refused(status: StatusCode, code: &str) -> Response {
    let headers =
        [(CACHE_CONTROL, HeaderValue::from_static("no-store")), (RETRY_AFTER, HeaderValue::from_static("5"))];
    (status, headers, axum::Json(json!({ "code": code }))).into_response()
}

/// One who listens. It ends when the client has gone, or reads nothing for too long.
struct Stream<A: Audience> {
    events: Events<A>,
    /// Who it is for, as far as flags are concerned.
    client: String,
    viewer: A::Viewer,
    sender: Sender<Bytes>,
    _place: OwnedSemaphorePermit,
}

/// The client has gone.
struct Gone;

impl<A: Audience> Stream<A> {
    async fn run(self, mut follower: Follower, first: Replay) {
        let beat = u64::try_from(self.events.options.heartbeat.as_millis()).unwrap_or(u64::MAX);
        let ready =
            message("ready", first.begin(), json!({ "at": now(), "beat": beat, "complete": first.complete }));
        if self.send(ready).await.is_err() || self.tell(first).await.is_err() {
            return;
        }
        let heartbeat = self.events.options.heartbeat;
        let mut beat = Instant::now() + heartbeat;
        loop {
            let sent = tokio::select! {
                next = follower.next() => match next {
                    Ok(replay) => self.gap_or_tell(replay).await,
                    Err(error) => {
                        self.lost(&error);
                        return;
                    }
                },
                () = sleep_until(beat) => self.beat().await,
                () = self.off() => return,
                () = self.sender.closed() => return,
            };
            if sent.is_err() {
                return;
            }
            beat = Instant::now() + heartbeat;
        }
    }

    /// Until it is switched off.
    async fn off(&self) {
        let mut changes = self.events.switches.changes();
        while self.events.switches.is_on(ServerFlag::Push, || self.client.clone()) {
            // The sender is there for as long as the stream is.
            let _ = changes.changed().await;
        }
    }

    async fn beat(&self) -> Result<(), Gone> {
        self.send(format!("event: beat\ndata: {}\n\n", json!({ "at": now() }))).await
    }

    async fn gap_or_tell(&self, replay: Replay) -> Result<(), Gone> {
        if !replay.complete {
            self.send(message("invalidate", replay.cursor, json!({ "at": now(), "complete": false })))
                .await?;
        }
        self.tell(replay).await
    }

    async fn tell(&self, replay: Replay) -> Result<(), Gone> {
        for event in &replay.events {
            self.send(self.known(event)).await?;
        }
        Ok(())
    }

    /// An event as far as the viewer may know of it. Its id goes out in any case: without one they would seem to have
    /// missed something.
    fn known(&self, event: &Event) -> String {
        let mut members = parse_invalidate(&event.targets).members;
        members.retain(|member| self.events.audience.may_know(&self.viewer, &member.target));
        if members.is_empty() {
            return format!("id: {}\n\n", event.cursor);
        }
        let targets = format_invalidate(&members);
        message("invalidate", event.cursor, json!({ "at": now(), "complete": true, "targets": targets }))
    }

    async fn send(&self, message: String) -> Result<(), Gone> {
        match timeout(self.events.options.patience, self.sender.send(message.into())).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Gone),
        }
    }

    /// The client comes back, and is told then what it has missed.
    fn lost(&self, error: &StoreError) {
        warn!(code = error.code(), %error, "a listener is cut off");
    }
}

fn now() -> Millis {
    Clock::system().now()
}

fn message(name: &str, cursor: Cursor, data: Value) -> String {
    format!("event: {name}\nid: {cursor}\ndata: {data}\n\n")
}
