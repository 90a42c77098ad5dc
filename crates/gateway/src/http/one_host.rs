//! A request says exactly once which host it is for (RFC 9112, 3.2): with none or several, a proxy
//! in front and the doors could each believe another.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONNECTION, HOST, X_CONTENT_TYPE_OPTIONS};
use axum::http::{StatusCode, Version};
use axum::response::{IntoResponse, Response};
use futures_util::future::Either;
use tower::Service;

/// A door that answers such requests itself, with 400, and ends their connection.
#[derive(Debug, Clone)]
pub(super) struct OneHost<D>(pub(super) D);

impl<D> Service<Request> for OneHost<D>
where
    D: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<D::Future, Ready<Result<Response, Infallible>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let hosts = request.headers().get_all(HOST).iter().count();
        // HTTP/1.0 knows no Host.
        if hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11) {
            return Either::Left(self.0.call(request));
        }
        Either::Right(ready(Ok(refused())))
    }
}

fn refused() -> Response {
    let headers = [(CONNECTION, "close"), (CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (StatusCode::BAD_REQUEST, headers, "A request needs exactly one Host header.\n").into_response()
}
