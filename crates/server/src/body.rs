//! Bodies of answers: passed through, or read to find the parents of what was made.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use crate::error::BoxError;

/// The body of an answer that came through the layer.
pub type ResponseBody = UnsyncBoxBody<Bytes, BoxError>;

/// The largest body that is read, in bytes.
const LIMIT: usize = 1024 * 1024;

/// The same body, with its error boxed.
pub(crate) fn boxed<B>(body: B) -> ResponseBody
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// Reads a body and gives it back whole. The bytes are `None` where it is too long or breaks off.
pub(crate) async fn peek(mut body: ResponseBody) -> (Option<Bytes>, ResponseBody) {
    if body.size_hint().lower() > LIMIT as u64 {
        return (None, body);
    }
    let mut read = VecDeque::new();
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let good = frame.is_ok();
        if let Some(data) = frame.as_ref().ok().and_then(Frame::data_ref) {
            bytes.extend_from_slice(data);
        }
        read.push_back(frame);
        if !good || bytes.len() > LIMIT {
            return (None, Replayed { read, rest: body }.boxed_unsync());
        }
    }
    (Some(bytes.freeze()), Replayed { read, rest: body }.boxed_unsync())
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
