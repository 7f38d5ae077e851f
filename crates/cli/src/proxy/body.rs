//! Bodies on their way through, which may not stand still.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use everfresh_server::BoxError;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Who sends a request, and its body.
#[derive(Default)]
pub(super) struct Upload {
    /// The client's address.
    pub(super) peer: Option<IpAddr>,
    body: Option<Box<Sent>>,
}

struct Sent {
    body: Patient,
    progress: Progress,
}

/// When something of a request's body was last handed on.
#[derive(Clone)]
pub(super) struct Progress(Arc<Mutex<Instant>>);

impl Progress {
    pub(super) fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

/// A client's fault.
#[derive(Debug)]
pub(super) enum UploadError {
    /// Nothing more comes.
    Stalled,
    /// It broke off.
    Gone(BoxError),
}

impl Upload {
    pub(super) fn new(peer: IpAddr, body: Incoming, patience: Duration) -> Self {
        let sent = (!body.is_end_stream()).then(|| {
            let progress = Progress(Arc::new(Mutex::new(Instant::now())));
            Box::new(Sent { body: Patient::new(body, patience), progress })
        });
        Self { peer: Some(peer), body: sent }
    }

    pub(super) fn none(peer: Option<IpAddr>) -> Self {
        Self { peer, body: None }
    }

    /// Nothing where there is no body.
    pub(super) fn progress(&self) -> Option<Progress> {
        self.body.as_ref().map(|sent| sent.progress.clone())
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = UploadError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadError>>> {
        let Some(sent) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(&mut sent.body).poll_frame(cx));
        sent.progress.note();
        Poll::Ready(frame.map(|frame| {
            frame.map_err(
                |error| {
                    if error.is::<Stalled>() { UploadError::Stalled } else { UploadError::Gone(error) }
                },
            )
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(|sent| sent.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or(SizeHint::with_exact(0), |sent| sent.body.size_hint())
    }
}

/// A body that fails with [`Stalled`] where nothing comes for too long.
pub(super) struct Patient {
    body: Incoming,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    /// A stop waits for it.
    _token: Option<TaskTrackerToken>,
}

/// Nothing came for too long.
#[derive(Debug)]
pub(super) struct Stalled;

impl Patient {
    pub(super) fn new(body: Incoming, patience: Duration) -> Self {
        Self { body, patience, timer: None, _token: None }
    }

    pub(super) fn held(self, token: TaskTrackerToken) -> Self {
        Self { _token: Some(token), ..self }
    }
}

impl Body for Patient {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.timer = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let patience = self.patience;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(timer.as_mut().poll(cx));
        Poll::Ready(Some(Err(Stalled.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body stands still")
    }
}

impl Error for Stalled {}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stalled => "the client sends nothing more",
            Self::Gone(_) => "the client broke off",
        })
    }
}

impl Error for UploadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Stalled => None,
            Self::Gone(source) => Some(&**source),
        }
    }
}
