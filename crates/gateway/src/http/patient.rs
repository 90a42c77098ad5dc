//! A connection whose other end must take what is written to it in time, and which knows what it
//! has taken.
//!
//! A caller who asks and never reads the answers, or reads a byte now and then, would otherwise
//! keep the connection, and all that it holds, for ever. The time runs from the first write that
//! has to wait until everything is flushed, so the pace of the reader does not matter. A flush that
//! is done fires the receipts of the answers before it; any failure to write loses them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::receipts::Receipts;

/// A stream that fails with [`io::ErrorKind::TimedOut`] when what is written is not taken within its patience.
pub(super) struct Patient<S> {
    stream: S,
    patience: Duration,
    receipts: Receipts,
    /// Runs from the first write that waits until all is flushed.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, patience: Duration, receipts: Receipts) -> Self {
        Patient { stream, patience, receipts, waiting: None }
    }
}

impl<S: Unpin> Patient<S> {
    fn within_patience<T>(
        &mut self,
        context: &mut Context<'_>,
        act: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let done = match act(Pin::new(&mut self.stream), context) {
            Poll::Pending => {
                let patience = self.patience;
                self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
                Poll::Pending
            }
            ready => ready,
        };
        let is_over = self.waiting.as_mut().is_some_and(|waiting| waiting.as_mut().poll(context).is_ready());
        let done = if is_over { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { done };
        if matches!(done, Poll::Ready(Err(_))) {
            self.receipts.lose();
        }
        done
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.within_patience(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.within_patience(context, |stream, context| stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = self.within_patience(context, |stream, context| stream.poll_flush(context));
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.waiting = None;
            self.receipts.fire();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.within_patience(context, |stream, context| stream.poll_shutdown(context))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn whoever_never_reads_is_given_up() {
        let (near, _far) = duplex(4);
        let mut near = Patient::new(near, Duration::from_millis(20), Receipts::default());
        near.write_all(b"1234").await.expect("it fits");
        let refused = near.write_all(b"5").await.expect_err("nobody reads");
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_reads_a_byte_now_and_then_is_given_up() {
        let (near, mut far) = duplex(4);
        let mut near = Patient::new(near, Duration::from_secs(10), Receipts::default());
        let write = async {
            near.write_all(&[0; 1_000]).await?;
            near.flush().await
        };
        let read = async {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                far.read_u8().await.expect("more is written");
            }
        };
        let written = tokio::select! {
            written = write => written,
            () = read => Ok(()),
        };
        let refused = written.expect_err("it would take a quarter of an hour");
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut, "however steadily it is read");
    }

    #[tokio::test]
    async fn whoever_reads_is_written_to_to_the_end() {
        let (near, mut far) = duplex(4);
        let mut near = Patient::new(near, Duration::from_secs(10), Receipts::default());
        let mut text = String::new();
        let write = async {
            near.write_all(b"more than fits").await.expect("read");
            near.shutdown().await.expect("ended");
        };
        let (read, ()) = tokio::join!(far.read_to_string(&mut text), write);
        assert_eq!(
            (read.expect("written"), text.as_str()),
            (14, "more than fits"),
            "a reader gets all of it through a pipe that holds four bytes"
        );
    }
}
