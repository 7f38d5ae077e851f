//! Bodies of answers: passed through, or read to find the parents of what was made.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use tokio::time::{Instant, timeout_at};

use crate::error::BoxError;

/// The body of an answer that came through the layer.
pub type ResponseBody = UnsyncBoxBody<Bytes, BoxError>;

/// What was read of a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// All of it.
    Whole(Bytes),
    /// A part: it is too long.
    Long,
    /// A part: it takes too long.
    Slow,
    /// A part: it breaks off.
    Broken,
}

/// A body of these bytes.
pub(crate) fn full(bytes: Bytes) -> ResponseBody {
    boxed(Full::new(bytes))
}

/// The same body, with its error boxed.
pub(crate) fn boxed<B>(body: B) -> ResponseBody
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// Reads a body of so many bytes at most, until `deadline` if there is one, and gives it back as it was.
pub(crate) async fn peek(
    mut body: ResponseBody,
    limit: usize,
    deadline: Option<Instant>,
) -> (Read, ResponseBody) {
    if body.size_hint().lower() > limit as u64 {
        return (Read::Long, body);
    }
    let mut read = VecDeque::new();
    let mut bytes = BytesMut::new();
    let ended = loop {
        let frame = match deadline {
            None => body.frame().await,
            Some(deadline) => match timeout_at(deadline, body.frame()).await {
                Ok(frame) => frame,
                Err(_) => break Read::Slow,
            },
        };
        let Some(frame) = frame else { break Read::Whole(bytes.freeze()) };
        let good = frame.is_ok();
        if let Some(data) = frame.as_ref().ok().and_then(Frame::data_ref) {
            bytes.extend_from_slice(data);
        }
        read.push_back(frame);
        if !good {
            break Read::Broken;
        }
        if bytes.len() > limit {
            break Read::Long;
        }
    };
    (ended, Replayed { read, rest: body }.boxed_unsync())
}

/// What was read of a body, then the rest of it.
struct Replayed {
    read: VecDeque<Result<Frame<Bytes>, BoxError>>,
    rest: ResponseBody,
}

impl Body for Replayed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.read.pop_front() {
            Some(frame) => Poll::Ready(Some(frame)),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.read.is_empty() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.read.iter().flatten().filter_map(Frame::data_ref);
        let read = read.map(|data| data.len() as u64).sum::<u64>();
        let rest = self.rest.size_hint();
        let mut hint = SizeHint::new();
        hint.set_lower(read.saturating_add(rest.lower()));
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(read)) {
            hint.set_upper(upper);
        }
        hint
    }
}
