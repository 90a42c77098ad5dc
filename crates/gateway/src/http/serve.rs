//! Listens, speaks TLS and HTTP, and ends in good order: what stands between the network and the doors.
//!
//! Every wait has a limit, and so has the number of connections: a caller who is slow or silent costs one
//! connection for a moment, never a thread, never for ever.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::Service;
use tower::util::MapRequest;

use super::patient::Patient;
use super::receipts::Receipts;
use super::tls::TlsFiles;

const CONNECTIONS_MAX: usize = 10_000;
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
const HEADER_PATIENCE: Duration = Duration::from_secs(20);
const WRITE_PATIENCE: Duration = Duration::from_secs(20);
const DRAIN_PATIENCE: Duration = Duration::from_secs(30);
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
const HEADER_BYTES_MAX: usize = 64 * 1024;

/// Serves until `shutdown` ends, then finishes the requests under way, at most for half a minute.
///
/// Handlers find the caller's address as [`ConnectInfo`]. With `tls` every connection must be TLS 1.2 or 1.3.
///
/// # Errors
/// The certificate or the key cannot be used. A connection that fails never ends the server.
pub async fn serve<D: Door>(
    listener: TcpListener,
    door: D,
    tls: Option<TlsFiles>,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let acceptor = tls.map(|files| files.acceptor()).transpose()?;
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    tokio::pin!(shutdown);
    loop {
        let place = Arc::clone(&places).acquire_owned();
        let accepted = async { (place.await, listener.accept().await) };
        let (place, accepted) = tokio::select! {
            () = &mut shutdown => break,
            accepted = accepted => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "Connection not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let connection = Connection { peer, door: door.clone(), watcher: graceful.watcher() };
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
        let stream = Patient::new(stream, WRITE_PATIENCE, receipts.clone());
        let service = MapRequest::new(self.door, move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(receipts.clone());
            request
        });
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE).max_buf_size(HEADER_BYTES_MAX);
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%peer, %error, "Connection ended early");
        }
    }
}
