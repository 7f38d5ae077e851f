//! A write: what it may touch is dropped and barred before it is forwarded, what it has touched is dropped after it.

use std::sync::Arc;
use std::time::Instant;

use everfresh_core::header::format_invalidate_within;
use everfresh_core::serve::{Asked, Forward, LIMIT, Served, Told, Write, marks_named, targets};
use everfresh_core::target::Member;
use http::{HeaderValue, Request, Response};
use tracing::{Instrument, error};

use super::answer::say;
use super::service::Backend;
use super::shelf::Shelf;
use crate::body::ResponseBody;
use crate::marker::StillRunning;
use crate::meter::Operation;
use crate::names::X_CACHE_CURSOR;
use crate::resolver::Resolver;
use crate::service::written;
use crate::store::{Change, Cursor};
use crate::touch::ask;

impl<R: Resolver> Shelf<R> {
    pub(super) async fn write<Q, E>(
        self: Arc<Self>,
        backend: Backend<Q, E>,
        request: Request<Q>,
        asked: Asked,
    ) -> Result<Response<ResponseBody>, E>
    where
        Q: Send + 'static,
        E: Send + 'static,
    {
        // It runs to its end when the client has gone, since it may have been done.
        match tokio::spawn(self.write_whole(backend, request, asked).in_current_span()).await {
            Ok(answered) => answered,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    async fn write_whole<Q, E>(
        self: Arc<Self>,
        backend: Backend<Q, E>,
        request: Request<Q>,
        asked: Asked,
    ) -> Result<Response<ResponseBody>, E>
    where
        Q: Send + 'static,
        E: Send + 'static,
    {
        let mut write = Write::looked_up(asked);
        ask(&mut write, &self.policy, &self.resolver).await;
        let before = targets(&write.asked().url, &write.touched(&self.policy), &Told::default());
        let mut begun = marks_named(&before);
        if let Err(error) = self.store.begin(&begun, self.options.write_lease).await {
            error!(code = error.code(), %error, "a write begins that other instances do not know of");
            // What may not be barred is not freed: another write may bar it.
            begun.clear();
        }
        let url = write.asked().url.as_str();
        let started = Instant::now();
        let outcome = tokio::spawn(backend(request).in_current_span()).await;
        let failed = !matches!(&outcome, Ok(Ok(response)) if !response.status().is_server_error());
        self.meter.asked(self.now(), url, Operation::Write, failed, started.elapsed());
        let answered = match outcome {
            Ok(answered) => answered,
            Err(panic) => {
                self.unknown(&write, begun).await;
                std::panic::resume_unwind(panic.into_panic());
            }
        };
        let response = match answered {
            Ok(response) => response,
            Err(error) => {
                self.unknown(&write, begun).await;
                return Err(error);
            }
        };
        if response.extensions().get::<StillRunning>().is_some() {
            begun.clear();
        }
        let (mut response, members) = written(write, &self.policy, &self.resolver, response).await;
        let told = self.invalidate(&members, begun).await;
        if let Some(cursor) = told.filter(|_| response.status().as_u16() < 400)
            && let Ok(value) = HeaderValue::try_from(cursor.to_string())
        {
            response.headers_mut().insert(X_CACHE_CURSOR, value);
        }
        let why = Forward::Method;
        say(response.headers_mut(), Served::Forwarded { why, stored: false, collapsed: false, detail: "" });
        Ok(response)
    }

    /// Nobody knows how it ended.
    async fn unknown(&self, write: &Write, begun: Vec<String>) {
        let members = targets(&write.asked().url, &write.may_touch(&self.policy), &Told::default());
        self.invalidate(&members, begun).await;
    }

    /// Gives the place of what listeners are told.
    pub(super) async fn invalidate(&self, members: &[Member], begun: Vec<String>) -> Option<Cursor> {
        let change = Change {
            marks: marks_named(members),
            begun,
            settle: self.options.settle,
            told: format_invalidate_within(members, LIMIT),
        };
        self.meter.invalidated(self.now(), &change.told);
        self.store.invalidate(&change).await.unwrap_or_else(|error| {
            error!(code = error.code(), %error, targets = change.told, "an invalidation has not reached the store");
            None
        })
    }
}
