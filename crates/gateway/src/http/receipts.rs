//! Tells when an answer has surely been written out to its caller.
//!
//! A door adds a receipt to its answer ([`with_receipt`]). When hyper has taken the last frame of
//! the body, the receipt waits in the list of its connection; the first flush that ends well after
//! that fires it ([`super::patient`]). hyper takes frames and flushes in one task, and flushes only
//! when all that it has taken is written: so that flush covers every byte of the answer. A caller
//! who hangs up earlier ends the connection; the answer or the list is dropped, and the receipt
//! with it.
//!
//! What the kernel or a proxy does with the bytes afterwards is not known. A caller who pipelines a
//! second request and hangs up goes unnoticed, because hyper reads no further until the first is
//! answered.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

/// What is to be done when an answer has been written out.
type Receipt = Box<dyn FnOnce() + Send>;

/// The receipts of one connection: of answers that hyper has taken whole and not flushed. A clone
/// is the same list; every request of the connection carries one.
#[derive(Clone, Default)]
pub(crate) struct Receipts(Arc<Mutex<Vec<Receipt>>>);

impl Receipts {
    /// All that was taken has been written out.
    pub(super) fn fire(&self) {
        self.take().into_iter().for_each(|receipt| receipt());
    }

    /// What was taken is lost with the connection.
    pub(super) fn lose(&self) {
        self.take();
    }

    fn expect(&self, receipt: Receipt) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(receipt);
    }

    fn take(&self) -> Vec<Receipt> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The answer, with what is to be done when it has been written out; without a connection, when its
/// body has been read to the end. Never done for an answer that is dropped or breaks off.
pub(crate) fn with_receipt(
    answer: Response,
    connection: Option<Receipts>,
    receipt: impl FnOnce() + Send + 'static,
) -> Response {
    answer.map(|body| Body::new(Receipted { body, connection, receipt: Some(Box::new(receipt)) }))
}

/// A body that hands its receipt over with its last frame.
struct Receipted {
    body: Body,
    connection: Option<Receipts>,
    receipt: Option<Receipt>,
}

impl Receipted {
    fn hand_over(&mut self) {
        match (self.receipt.take(), &self.connection) {
            (Some(receipt), Some(connection)) => connection.expect(receipt),
            (Some(receipt), None) => receipt(),
            (None, _) => {}
        }
    }
}

impl HttpBody for Receipted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Err(_)) => self.receipt = None,
            Some(Ok(_)) if !self.body.is_end_stream() => {}
            Some(Ok(_)) | None => self.hand_over(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
