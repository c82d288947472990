//! Bodies, watched for their limits and their ends.

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::sync::Notify;
use wasmtime_wasi_http::Error;
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

/// The state of a request's body.
#[derive(Default)]
pub struct Received {
    complete: AtomicBool,
    /// There is more of it than the limit.
    pub too_large: Notify,
}

impl Received {
    pub fn is_complete(&self) -> bool {
        self.complete.load(Ordering::Acquire)
    }
}

/// A request's body, which fails beyond its limit.
pub struct RequestBody {
    inner: Incoming,
    left: u64,
    received: Arc<Received>,
}

impl RequestBody {
    pub fn new(inner: Incoming, most: u64, received: Arc<Received>) -> RequestBody {
        received.complete.store(inner.is_end_stream(), Ordering::Release);
        RequestBody { inner, left: most, received }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        let frame = match frame {
            None => {
                self.received.complete.store(true, Ordering::Release);
                return Poll::Ready(None);
            }
            Some(frame) => frame.map_err(Error::Hyper)?,
        };
        let size = frame.data_ref().map_or(0, |data| data.len() as u64);
        match self.left.checked_sub(size) {
            Some(left) => self.left = left,
            None => {
                self.received.too_large.notify_one();
                return Poll::Ready(Some(Err(Error::HttpRequestBodySize(None))));
            }
        }
        if self.inner.is_end_stream() {
            self.received.complete.store(true, Ordering::Release);
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A response's body. It is broken off if the program has failed, so that nobody takes it for all of it.
pub struct Sent {
    inner: HyperOutgoingBody,
    failed: Arc<AtomicBool>,
    bytes: u64,
    /// Told at the end how many bytes were sent.
    told: Option<Box<dyn FnOnce(u64) + Send>>,
}

impl Sent {
    pub fn new(inner: HyperOutgoingBody, failed: Arc<AtomicBool>, told: impl FnOnce(u64) + Send + 'static) -> Sent {
        Sent { inner, failed, bytes: 0, told: Some(Box::new(told)) }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        if let Some(Ok(frame)) = &frame {
            self.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        if frame.is_none() && self.failed.load(Ordering::Acquire) {
            return Poll::Ready(Some(Err(Error::HttpResponseIncomplete)));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if let Some(told) = self.told.take() {
            told(self.bytes);
        }
    }
}
