//! Hearing of the invalidations of all instances.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use redis::Client;
use tokio::sync::broadcast;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tracing::warn;

use super::super::{Cursor, Event, StoreError};
use super::Inner;

/// How often the feed is read, for messages that were lost.
const LOOK: Duration = Duration::from_secs(1);

/// Messages tell of them at once, and the feed of what they leave out. Ends with the store.
pub(super) async fn listen(client: Client, inner: Arc<Inner>, events: broadcast::Sender<Event>) {
    let mut last = None;
    loop {
        if let Err(error) = follow(&client, &inner, &events, &mut last).await {
            warn!(%error, "the feed of invalidations is cut off");
        }
        sleep(LOOK).await;
    }
}

async fn follow(
    client: &Client,
    inner: &Inner,
    events: &broadcast::Sender<Event>,
    last: &mut Option<Cursor>,
) -> Result<(), StoreError> {
    let unavailable = |error: redis::RedisError| StoreError::Unavailable(error.into());
    let subscribed = timeout(inner.options.timeout, async {
        let mut messages = client.get_async_pubsub().await?;
        messages.subscribe(inner.feed()).await?;
        Ok(messages.into_on_message())
    });
    let mut messages =
        subscribed.await.map_err(|late| StoreError::Unavailable(late.into()))?.map_err(unavailable)?;
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            message = messages.next() => {
                // Nothing more comes: the connection is gone.
                let Some(message) = message else { return Ok(()) };
                let event = message.get_payload::<String>().ok().and_then(|text| read(&text));
                match (event, *last) {
                    (Some(event), Some(known)) if event.cursor.follows(known) => tell(events, last, event),
                    (Some(event), Some(known)) if event.cursor.is_within(known) => {}
                    _ => catch_up(inner, events, last).await?,
                }
            }
            _ = look.tick() => catch_up(inner, events, last).await?,
        }
    }
}

/// Reads in the feed what no message has told.
async fn catch_up(
    inner: &Inner,
    events: &broadcast::Sender<Event>,
    last: &mut Option<Cursor>,
) -> Result<(), StoreError> {
    let replay = inner.since(*last).await?;
    for event in replay.events {
        tell(events, last, event);
    }
    if *last != Some(replay.cursor) {
        // Whoever listens looks for what is missing, or sees that it can't be told.
        tell(events, last, Event { cursor: replay.cursor, targets: "".into() });
    }
    Ok(())
}

fn tell(events: &broadcast::Sender<Event>, last: &mut Option<Cursor>, event: Event) {
    *last = Some(event.cursor);
    // Nobody may listen.
    let _ = events.send(event);
}

fn read(text: &str) -> Option<Event> {
    let (cursor, targets) = text.split_once(' ')?;
    Some(Event { cursor: cursor.parse().ok()?, targets: targets.into() })
}
