//! An answer to a request whose body has not been read to its end.

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::{Bytes, Payload};
use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// What is left of a request's body.
#[derive(Clone)]
pub(super) struct UnreadBody {
    _held: Rc<Payload>,
}

impl UnreadBody {
    pub(super) fn new(body: Payload) -> Self {
        Self { _held: Rc::new(body) }
    }
}

impl fmt::Debug for UnreadBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("UnreadBody")
    }
}

/// The text of an answer, which holds on to what is left of the request's body until it is sent.
///
/// Where a handler has dropped a body that comes in chunks, the framework reads on to its end before it
/// closes the connection, without a time-out: a client could hold the connection for ever. A body that
/// somebody still holds it gives up soon after the answer.
pub(super) struct LastWords {
    text: Option<Bytes>,
    _unread: UnreadBody,
}

impl LastWords {
    pub(super) fn new(text: String, unread: UnreadBody) -> Self {
        Self { text: Some(text.into()), _unread: unread }
    }
}

impl MessageBody for LastWords {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.text.as_ref().map_or(BodySize::Sized(0), |text| BodySize::Sized(text.len() as u64))
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(self.text.take().map(Ok))
    }
}
