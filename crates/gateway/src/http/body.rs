//! The body of a request as the doors read it: few large frames, however small those are in which it
//! comes, and no more of them than there is room for.
//!
//! A caller chooses how he cuts his body into chunks. Each one costs what keeps it, some forty times
//! as much as a single byte: so they are written into one buffer as they come.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::BoxError;
use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};

use super::places::Room;

/// A frame is given on when it is as large as this, or the last.
const FRAME_BYTES: usize = 64 * 1024;
/// A body that is announced to be no larger is part of its connection, and not counted.
pub(super) const SMALL_BYTES: u64 = 4 * 1024;
const FIRST_BYTES: usize = 1024;

/// There is no room for the body now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many bodies are being read")]
pub(crate) struct NoRoom;

/// A body that is gathered into large frames, and whose bytes are counted in the room of its
/// request.
pub(super) struct Gathered<B> {
    body: B,
    frame: Vec<u8>,
    /// None of a small body.
    room: Option<Arc<Mutex<Room>>>,
    is_over: bool,
}

impl<B> Gathered<B> {
    pub(super) fn new(body: B, room: Option<Arc<Mutex<Room>>>) -> Gathered<B> {
        Gathered { body, frame: Vec::new(), room, is_over: false }
    }

    /// Writes it down; whether there was room.
    fn keep(&mut self, data: &[u8]) -> bool {
        let wanted = self.frame.len() + data.len();
        if wanted > self.frame.capacity() {
            let capacity = wanted.max(self.frame.capacity() * 2).max(FIRST_BYTES);
            let more = capacity - self.frame.capacity();
            if let Some(room) = &self.room
                && !room.lock().unwrap_or_else(PoisonError::into_inner).take(more)
            {
                return false;
            }
            self.frame.reserve_exact(capacity - self.frame.len());
        }
        self.frame.extend_from_slice(data);
        true
    }
}

impl<B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Unpin> HttpBody for Gathered<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        while !self.is_over && self.frame.len() < FRAME_BYTES {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                // Nothing here reads trailers.
                Some(Ok(frame)) => {
                    let is_whole = self.room.is_none() && self.frame.is_empty() && self.body.is_end_stream();
                    if is_whole && frame.is_data() {
                        self.is_over = true;
                        return Poll::Ready(Some(Ok(frame)));
                    }
                    if let Some(data) = frame.data_ref()
                        && !self.keep(data)
                    {
                        self.is_over = true;
                        self.frame = Vec::new();
                        return Poll::Ready(Some(Err(NoRoom.into())));
                    }
                }
                Some(Err(error)) => {
                    self.is_over = true;
                    self.frame = Vec::new();
                    return Poll::Ready(Some(Err(error.into())));
                }
                None => self.is_over = true,
            }
        }
        let frame = Bytes::from(std::mem::take(&mut self.frame));
        Poll::Ready((!frame.is_empty()).then(|| Ok(Frame::data(frame))))
    }

    fn is_end_stream(&self) -> bool {
        self.frame.is_empty() && (self.is_over || self.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, here) = (self.body.size_hint(), self.frame.len() as u64);
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(here)) {
            hint.set_upper(upper);
        }
        hint.set_lower(rest.lower().saturating_add(here));
        hint
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use axum::body::Body;
    use futures_util::stream;
    use http_body_util::BodyExt as _;

    use super::super::places::{Capacity, Places};
    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));

    fn room(body_bytes_max: usize) -> (Places, Arc<Mutex<Room>>) {
        let capacity = Capacity { body_bytes_max, body_bytes_per_address_max: body_bytes_max, ..Capacity::default() };
        let places = Places::new(capacity);
        let room = places.request(HERE, HERE).expect("not counted");
        (places, Arc::new(Mutex::new(room)))
    }

    /// A body in chunks of this size.
    fn chunked(bytes: usize, chunk: usize, room: Option<Arc<Mutex<Room>>>) -> Gathered<Body> {
        let whole: Vec<u8> = (0..bytes).map(|at| u8::try_from(at % 251).expect("small")).collect();
        let chunks: Vec<_> =
            whole.chunks(chunk).map(|part| Ok::<_, axum::Error>(Bytes::copy_from_slice(part))).collect();
        Gathered::new(Body::from_stream(stream::iter(chunks)), room)
    }

    #[tokio::test]
    async fn a_body_is_the_same_however_it_is_cut() {
        for (bytes, chunk) in [(0, 1), (1, 1), (200_000, 1), (200_000, 1_000), (200_000, 200_000), (65_536, 65_536)] {
            let (_, room) = room(1 << 20);
            let (cut, whole) = (chunked(bytes, chunk, Some(room)), chunked(bytes, bytes.max(1), None));
            let (cut, whole) = (cut.collect().await.expect("room"), whole.collect().await.expect("room"));
            assert_eq!(cut.to_bytes(), whole.to_bytes(), "{bytes} bytes, {chunk} at a time");
        }
    }

    #[tokio::test]
    async fn tiny_chunks_become_few_frames_and_hold_little() {
        let (_, room) = room(1 << 20);
        let mut body = chunked(300_000, 1, Some(Arc::clone(&room)));
        let mut frames = 0;
        while let Some(frame) = body.frame().await {
            assert!(frame.expect("room").is_data(), "nothing else was sent");
            frames += 1;
        }
        assert_eq!(frames, 300_000_usize.div_ceil(FRAME_BYTES), "a frame is given on when it is full");
        let held = room.lock().expect("whole").held();
        assert!(held <= 2 * 300_000 + FIRST_BYTES, "{held} bytes are held for 300,000");
    }

    #[tokio::test]
    async fn a_body_without_room_ends_with_that_error() {
        let (_, room) = room(100_000);
        let error = chunked(200_000, 10, Some(Arc::clone(&room))).collect().await.expect_err("there is no room");
        assert!(error.is::<NoRoom>(), "{error}");
        assert!(room.lock().expect("whole").was_too_small(), "the server can tell");
    }
}
