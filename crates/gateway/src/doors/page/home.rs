//! The gateway's own address: what this is, and where the services describe themselves.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use wire::path::{CRYPT_DECRYPT, S2S, Service as Named};

use super::policy::{self, Needs};
use super::texts;
use super::view::{Frame, Home, Service};
use super::visit::bare_frame;
use crate::Gateway;

/// `GET /`.
pub(super) async fn show(State(gateway): State<Gateway>, headers: HeaderMap) -> Response {
    let texts = texts::of(texts::of_browser(&headers));
    let frame = bare_frame(&gateway, texts);
    let service = |named: Named, path: &str| Service { name: named.name(), wsdl: format!("{}{path}?wsdl", frame.base) };
    let services = vec![service(Named::CryptDecrypt, CRYPT_DECRYPT), service(Named::S2s, S2S)];
    let page = Home { frame: Frame { heading: texts.home.words.title.to_owned(), ..frame }, services };
    policy::page(&gateway, None, Needs::Nothing, &page)
}
