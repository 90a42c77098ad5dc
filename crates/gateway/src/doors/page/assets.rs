//! The page's own files, built into the program.

use axum::Router;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::routing::get;

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

type File = ([(HeaderName, &'static str); 3], &'static str);

pub(super) fn router() -> Router {
    Router::new()
        .route("/pagam/assets/page.css", get(|| async { file(CSS, include_str!("../../../assets/page.css")) }))
        .route("/pagam/assets/wallet.js", get(|| async { file(SCRIPT, include_str!("../../../assets/wallet.js")) }))
        .route("/pagam/assets/leaving.js", get(|| async { file(SCRIPT, include_str!("../../../assets/leaving.js")) }))
        .route("/pagam/assets/sign-in.js", get(|| async { file(SCRIPT, include_str!("../../../assets/sign-in.js")) }))
}

/// Kept by browsers for five minutes: one payment, not the next version.
fn file(media_type: &'static str, text: &'static str) -> File {
    let headers =
        [(CONTENT_TYPE, media_type), (CACHE_CONTROL, "public, max-age=300"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, text)
}
