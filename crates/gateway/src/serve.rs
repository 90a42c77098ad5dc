//! Listens, speaks TLS and HTTP, and ends in good order: what stands between the network and the doors.
//!
//! Every wait has a limit, and so has the number of connections: a caller who is slow or silent costs one
//! connection for a moment, never a thread, never for ever.

mod patient;
mod tls;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::util::MapRequest;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::DeadlineBody;

use self::patient::Patient;
use crate::settings::Settings;

pub use tls::TlsFiles;

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
pub async fn serve(
    listener: TcpListener,
    router: Router,
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
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let connection = Connection { peer, router: router.clone(), watcher: graceful.watcher() };
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            connection.run(stream, acceptor).await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_PATIENCE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections were cut: they did not end in time");
    }
    Ok(())
}

struct Connection {
    peer: SocketAddr,
    router: Router,
    watcher: Watcher,
}

impl Connection {
    async fn run(self, stream: TcpStream, acceptor: Option<TlsAcceptor>) {
        let peer = self.peer;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%peer, %error, "small packets may wait");
        }
        let Some(acceptor) = acceptor else { return self.speak(stream).await };
        match tokio::time::timeout(HANDSHAKE_PATIENCE, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => self.speak(stream).await,
            Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS came about"),
            Err(_) => tracing::debug!(%peer, "no TLS came about in time"),
        }
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let peer = self.peer;
        let stream = Patient::new(stream, WRITE_PATIENCE);
        let service = MapRequest::new(self.router, move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request
        });
        let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE).max_buf_size(HEADER_BYTES_MAX);
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).into_owned();
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%peer, error, "a connection ended early");
        }
    }
}

/// The address as the caller spelled it, before the path was lowered.
#[derive(Debug, Clone)]
pub(crate) struct AskedAt(pub(crate) Uri);

/// The doors with what all of them need: paths without regard to case, bodies that end in time and size, and an
/// answer even when a door breaks.
pub(crate) fn guarded(doors: Router, settings: &Settings) -> Router {
    let patience = Duration::from_millis(u64::try_from(settings.body_timeout_ms).unwrap_or(0));
    let doors = doors
        .layer(DefaultBodyLimit::max(settings.body_bytes_max))
        .layer(CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response()));
    let ready = MapRequest::new(doors, move |mut request: Request| {
        let asked_at = AskedAt(request.uri().clone());
        request.extensions_mut().insert(asked_at);
        lower_path(request.uri_mut());
        request.map(|body| Body::new(DeadlineBody::new(patience, body)))
    });
    Router::new().fallback_service(ready)
}

fn lower_path(uri: &mut Uri) {
    if !uri.path().bytes().any(|byte| byte.is_ascii_uppercase()) {
        return;
    }
    let path = uri.path().to_ascii_lowercase();
    let lowered = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = lowered.parse().ok().or(parts.path_and_query);
    if let Ok(lowered) = Uri::from_parts(parts) {
        *uri = lowered;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_lowered_and_the_query_is_kept() {
        let lowered = |text: &str| {
            let mut uri: Uri = text.parse().expect("an address");
            lower_path(&mut uri);
            uri.to_string()
        };
        assert_eq!(lowered("/Pagam/Pagam.ASPX?a=GESPAY&b=Ab_0"), "/pagam/pagam.aspx?a=GESPAY&b=Ab_0");
        assert_eq!(lowered("/Pagam/AmazonPay.aspx"), "/pagam/amazonpay.aspx");
        assert_eq!(lowered("http://host.example/A?B"), "http://host.example/a?B");
    }
}
