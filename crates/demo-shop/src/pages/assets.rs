//! Style, scripts and pictures, part of the program.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

macro_rules! assets {
    ($($name:literal => $media_type:expr),* $(,)?) => {
        &[$(($name, $media_type, include_str!(concat!("../../assets/", $name)))),*]
    };
}

const ASSETS: &[(&str, &str, &str)] = assets! {
    "shop.css" => CSS,
    "arriving.js" => SCRIPT,
    "widgets.js" => SCRIPT,
    "icon.svg" => SVG,
    "products/moka.svg" => SVG,
    "products/olio.svg" => SVG,
    "products/orecchiette.svg" => SVG,
    "products/cantucci.svg" => SVG,
    "products/ciotola.svg" => SVG,
    "products/marmellata.svg" => SVG,
    "products/sciarpa.svg" => SVG,
    "products/cartolina.svg" => SVG,
    "products/buono.svg" => SVG,
    "products/caffe.svg" => SVG,
};

pub(super) async fn serve(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(known, _, _)| *known == name) {
        Some((_, media_type, text)) => {
            ([(CONTENT_TYPE, *media_type), (CACHE_CONTROL, "public, max-age=3600")], *text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
