//! Listens, speaks TLS and HTTP, and ends in good order: what stands between the network and the doors.
//!
//! Every wait has a limit, and so has what one address may hold ([`Places`]): a caller who is slow or silent costs one
//! connection for a moment, never a thread, never for ever, and never the place of somebody else.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::{Service, ServiceExt as _};

use super::body::{Gathered, SMALL_BYTES};
use super::client_address::client_address;
use super::one_host::OneHost;
use super::patient::Patient;
use super::places::Places;
use super::receipts::Receipts;
use super::tls::Tls;

use crate::sampled::sampled;

const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
const HEADER_PATIENCE: Duration = Duration::from_secs(20);
const ANSWER_PATIENCE: Duration = Duration::from_secs(30);
const DRAIN_PATIENCE: Duration = Duration::from_secs(30);
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
const HEADER_BYTES_MAX: usize = 64 * 1024;

/// What a caller reads for whom there is no place.
const BUSY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves until `shutdown` ends, then finishes the requests under way, at most for half a minute.
///
/// Handlers find the caller's address as [`ConnectInfo`]. With `tls` every connection must be TLS 1.2 or 1.3. A
/// connection that gets none of the `places` is ended at once; a request that gets no room is answered 503.
///
/// # Errors
/// TLS cannot be set up. A connection that fails never ends the server.
pub async fn serve<D: Door>(
    listener: TcpListener,
    door: D,
    tls: Option<Tls>,
    places: Places,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let acceptor = tls.as_ref().map(Tls::acceptor).transpose()?;
    // Ends with this function, however that ends.
    let mut renewal = JoinSet::new();
    if let Some(tls) = tls {
        renewal.spawn(tls.follow());
    }
    let graceful = GracefulShutdown::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                sampled!(warn, %error, "Connection not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Some(place) = places.connection(peer.ip()) else {
            tracing::debug!(%peer, "Connection refused: no place for this address");
            if acceptor.is_none() {
                // At best the caller hears why.
                drop(stream.try_write(BUSY));
            }
            continue;
        };
        let connection = Connection { peer, door: door.clone(), places: places.clone(), watcher: graceful.watcher() };
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            connection.run(stream, acceptor).await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_PATIENCE, graceful.shutdown()).await.is_err() {
        tracing::warn!("Connections cut at the shutdown deadline");
    }
    Ok(())
}

/// What answers requests: a router, or [`Doors`].
pub trait Door:
    Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
{
}

impl<S> Door for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
{
}

pub(super) struct Connection<D> {
    pub(super) peer: SocketAddr,
    pub(super) door: D,
    pub(super) places: Places,
    pub(super) watcher: Watcher,
}

impl<D: Door> Connection<D> {
    async fn run(self, stream: TcpStream, acceptor: Option<TlsAcceptor>) {
        let peer = self.peer;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%peer, %error, "TCP_NODELAY not set");
        }
        let Some(acceptor) = acceptor else { return self.speak(stream).await };
        match tokio::time::timeout(HANDSHAKE_PATIENCE, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => self.speak(stream).await,
            Ok(Err(error)) => tracing::debug!(%peer, %error, "TLS handshake failed"),
            Err(_) => tracing::debug!(%peer, "TLS handshake timed out"),
        }
    }

    pub(super) async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let peer = self.peer;
        let receipts = Receipts::default();
        let stream = Patient::new(stream, ANSWER_PATIENCE, receipts.clone());
        let (door, places) = (OneHost(self.door), self.places);
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(receipts.clone());
            answer(door.clone(), places.clone(), peer, request)
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE).max_buf_size(HEADER_BYTES_MAX);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%peer, %error, "Connection ended early");
        }
    }
}

/// The door's answer, given while there is room for the request.
async fn answer<D: Door>(
    door: D,
    places: Places,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<Response, Infallible> {
    let from = client_address(peer, request.headers(), places.trusted_proxies());
    let Some(room) = places.request(peer.ip(), from) else { return Ok(busy()) };
    if request.body().is_end_stream() {
        return door.oneshot(request.map(|_| Body::empty())).await;
    }
    if request.body().size_hint().upper().is_some_and(|bytes| bytes <= SMALL_BYTES) {
        return door.oneshot(request.map(|body| Body::new(Gathered::new(body, None)))).await;
    }
    let room = Arc::new(Mutex::new(room));
    let request = request.map(|body| Body::new(Gathered::new(body, Some(Arc::clone(&room)))));
    let response = door.oneshot(request).await?;
    let was_too_small = room.lock().unwrap_or_else(PoisonError::into_inner).was_too_small();
    // A door that does not say so itself has taken the body for broken.
    Ok(if was_too_small && response.status() != StatusCode::SERVICE_UNAVAILABLE { busy() } else { response })
}

fn busy() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "1"), (header::CONNECTION, "close")]).into_response()
}
