//! A body that is drunk in sips. The reader of multipart forms takes in whatever is there before it hands out a
//! field: of a fast sender that would be the whole file. Between two frames this body is not ready, so that what came
//! is handed on first.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::Request,
};
use futures::Stream;

struct Sips {
    body: BodyDataStream,
    /// One frame was handed out; first somebody else's turn.
    rests: bool,
}

impl Stream for Sips {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.rests {
            self.rests = false;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = Pin::new(&mut self.body).poll_next(cx);
        self.rests = matches!(next, Poll::Ready(Some(Ok(_))));
        next
    }
}

/// The same request, its body in sips.
pub fn sipped(request: Request) -> Request {
    request.map(|body| Body::from_stream(Sips { body: body.into_data_stream(), rests: false }))
}
