//! Files that pages load: styles, scripts, the mark, and Widgets.js at every address Amazon
//! documents. All are part of the program.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};

const WIDGETS: &str = concat!(
    "(function () {\n'use strict';\n\n",
    include_str!("../../assets/widgets/login.js"),
    include_str!("../../assets/widgets/payments.js"),
    "})();\n"
);
const STYLE: &str = include_str!("../../assets/simulator.css");
const FRAME: &str = include_str!("../../assets/frame.js");
const POPUP: &str = include_str!("../../assets/popup.js");
const MARK: &str = include_str!("../../assets/mark.svg");

/// Where merchants load Widgets.js from; `/sandbox/` in the path chooses the environment.
pub const WIDGETS_PATHS: &[&str] = &[
    "/OffAmazonPayments/eur/lpa/js/Widgets.js",
    "/OffAmazonPayments/eur/sandbox/lpa/js/Widgets.js",
    "/OffAmazonPayments/de/lpa/js/Widgets.js",
    "/OffAmazonPayments/de/sandbox/lpa/js/Widgets.js",
    "/OffAmazonPayments/uk/lpa/js/Widgets.js",
    "/OffAmazonPayments/uk/sandbox/lpa/js/Widgets.js",
    "/OffAmazonPayments/gbp/lpa/js/Widgets.js",
    "/OffAmazonPayments/gbp/sandbox/lpa/js/Widgets.js",
    "/OffAmazonPayments/us/js/Widgets.js",
    "/OffAmazonPayments/us/sandbox/js/Widgets.js",
    "/OffAmazonPayments/jp/lpa/js/Widgets.js",
    "/OffAmazonPayments/jp/sandbox/lpa/js/Widgets.js",
];

/// The files, for any state.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let own = Router::new()
        .route("/assets/simulator.css", get(|| async { file(STYLE, "text/css; charset=utf-8") }))
        .route("/assets/frame.js", get(|| async { file(FRAME, SCRIPT) }))
        .route("/assets/popup.js", get(|| async { file(POPUP, SCRIPT) }))
        .route("/assets/mark.svg", get(|| async { file(MARK, "image/svg+xml") }));
    WIDGETS_PATHS.iter().fold(own, |router, path| router.route(path, get(|| async { file(WIDGETS, SCRIPT) })))
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

fn file(content: &'static str, kind: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // Short: a newer program must not meet the scripts of an older one.
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=60")),
    ];
    (headers, content).into_response()
}
