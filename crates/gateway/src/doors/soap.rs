//! The door for merchants' servers: WSCryptDecrypt and WSs2s.
//!
//! A POST is read in full (bounded in size and time), its envelope is parsed, the operation chosen by namespace and
//! local name, and answered by the file of its name. Business refusals are HTTP 200; faults are for requests that are
//! no operation at all. `?wsdl` describes the service, a bare GET shows a page for people.

mod decrypt;
mod delete;
mod encrypt;
mod help;
mod movements;
mod other;
mod pagam;
mod read_trx;
mod refund;
mod settle;
mod token;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use payments::{Language, ShopLogin};
use store::{Shop, Told};
use tower_http::catch_panic::CatchPanicLayer;
use url::Url;
use wire::encrypt::Permitted;
use wire::path::{Service, service_of};
use wire::soap::{self, Envelope, Fault, Version};
use wire::{Code, Failure};

use crate::Gateway;
use crate::doors::axerve::caller::{self, Caller, NotAdmitted, Refused};
use crate::doors::axerve::codes::lang_of;
use crate::flow::outcome::Unknown;
use crate::http::client_address::client_address;
use crate::http::{AskedAt, NoRoom, with_receipt};
use crate::settings::Settings;

const PATHS: [&str; 3] =
    ["/gestpay/gestpayws/wscryptdecrypt.asmx", "/gestpay/gestpayws/wss2s.asmx", "/crypthttp/wscryptdecrypt.asmx"];
const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");

pub(crate) fn router(gateway: Gateway) -> Router {
    let mut router = Router::new();
    for path in PATHS {
        let door = get(describe).post(call);
        router = router.route(path, door.clone()).route(&format!("{path}/"), door);
    }
    guarded(router.with_state(gateway))
}

/// Answers even when an operation panics.
fn guarded(router: Router) -> Router {
    router.layer(CatchPanicLayer::custom(|_| {
        tracing::error!("SOAP handler panicked");
        refused(Version::V11, &Fault::Internal)
    }))
}

async fn describe(State(gateway): State<Gateway>, request: Request) -> Response {
    let Some(service) = service_of(request.uri().path()) else { return StatusCode::NOT_FOUND.into_response() };
    let asked_at = request.extensions().get::<AskedAt>().map_or(request.uri(), |AskedAt(uri)| uri);
    let address = address_of(&gateway, asked_at, request.headers());
    if !asks_for_wsdl(request.uri()) {
        let page = help::page(service, address.as_str());
        return ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    }
    let wsdl = match service {
        Service::CryptDecrypt => wire::wsdl::crypt_decrypt(address.as_str()),
        Service::S2s => wire::wsdl::s2s(address.as_str()),
    };
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], wsdl).into_response()
}

/// The address that the service was asked at: the caller's own host, so that a client finds it again where it is now;
/// the public one when no host is named. It goes back to nobody but this caller.
fn address_of(gateway: &Gateway, asked_at: &Uri, headers: &HeaderMap) -> Url {
    let public = gateway.settings().address_of(asked_at.path());
    let host = text_of(headers, &header::HOST).and_then(|host| host.parse::<Authority>().ok());
    let Some(host) = host.filter(|host| !host.as_str().contains('@')) else { return public };
    Url::parse(&format!("{}://{host}{}", public.scheme(), public.path())).unwrap_or(public)
}

fn asks_for_wsdl(uri: &Uri) -> bool {
    let mut parts = uri.query().unwrap_or_default().split('&');
    parts.any(|part| part.split('=').next().is_some_and(|name| name.eq_ignore_ascii_case("wsdl")))
}

async fn call(State(gateway): State<Gateway>, request: Request) -> Response {
    let Some(service) = service_of(request.uri().path()) else { return StatusCode::NOT_FOUND.into_response() };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let peer = peer.unwrap_or(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)));
    let from = client_address(peer, request.headers(), &gateway.settings().trusted_proxies);
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let read = match whole(body, gateway.settings()).await {
        Ok(bytes) => soap::read(text_of(headers, &header::CONTENT_TYPE), text_of(headers, &SOAP_ACTION), &bytes),
        Err(fault) => Err(fault),
    };
    let envelope = match read {
        Ok(envelope) => envelope,
        Err(fault) => return refused(version_of(headers), &fault),
    };
    let version = envelope.version();
    match answer(&gateway, service, &envelope, from).await {
        Ok((inner, told)) => {
            let xml = soap::respond(version, service.namespace(), envelope.operation().1, &inner);
            let answer = written(StatusCode::OK, version, xml);
            match told {
                Some(told) => {
                    with_receipt(answer, parts.extensions.get().cloned(), move || gateway.answered().note(told))
                }
                None => answer,
            }
        }
        Err(fault) => refused(version, &fault),
    }
}

/// The inner answer of the operation, and the outcome that it tells in place of a notice.
async fn answer(
    gateway: &Gateway,
    service: Service,
    envelope: &Envelope,
    from: IpAddr,
) -> Result<(String, Option<Told>), Fault> {
    let (namespace, operation) = envelope.operation();
    let unknown = || Fault::UnknownOperation(operation.to_owned());
    if namespace != service.namespace() {
        return Err(unknown());
    }
    let body = envelope.body();
    let answered = match (service, operation) {
        (Service::CryptDecrypt, "Encrypt") => encrypt::answer(gateway, body, from).await.map(Some),
        (Service::CryptDecrypt, "Decrypt") => decrypt::answer(gateway, body, from).await.map(Some),
        (Service::S2s, "callReadTrxS2S") => read_trx::answer(gateway, body, from).await.map(Some),
        (Service::S2s, "callPagamS2S") => return pagam::answer(gateway, body, from).await,
        (Service::S2s, "callSettleS2S") => settle::answer(gateway, body, from).await.map(Some),
        (Service::S2s, "callDeleteS2S") => delete::answer(gateway, body, from).await.map(Some),
        (Service::S2s, "callRefundS2S") => refund::answer(gateway, body, from).await.map(Some),
        (Service::S2s, "callDeleteTokenS2S") => token::delete(gateway, body, from).await.map(Some),
        (Service::S2s, "CallUpdateTokenS2S") => token::update(gateway, body, from).await.map(Some),
        (Service::S2s, _) => other::refuse(gateway, operation, body, from).await,
        (Service::CryptDecrypt, _) => Ok(None),
    };
    answered?.map(|inner| (inner, None)).ok_or_else(unknown)
}

/// The shop that a caller at this address may speak for.
async fn admit(
    gateway: &Gateway,
    from: IpAddr,
    shop_login: Option<&str>,
    api_key: Option<&str>,
) -> Result<Arc<Shop>, NotAdmitted> {
    caller::admit(gateway, Caller { shop_login, api_key, address: from }).await.inspect_err(|why| {
        // What is not a login stays out of the log: it may be as long as a request.
        let shop = shop_login.and_then(|login| ShopLogin::new(login).ok());
        let shop = shop.as_ref().map(ShopLogin::as_str).unwrap_or_default();
        tracing::info!(shop, ?why, address = %from, "Caller not admitted");
    })
}

/// What an operation that moves no money tells a caller who is not let in.
fn told(why: NotAdmitted) -> Result<Refused, Fault> {
    match why {
        NotAdmitted::StoreSilent => Ok(Refused { code: Code::SYSTEM, language: Language::Italian }),
        why => told_of_money(why),
    }
}

/// The same for an operation that moves money: a KO would say that nothing was and nothing will be done.
fn told_of_money(why: NotAdmitted) -> Result<Refused, Fault> {
    match why {
        NotAdmitted::Refused(refused) => Ok(refused),
        NotAdmitted::StoreSilent => Err(Fault::OutcomeUnknown),
        NotAdmitted::TooManyCalls(wait) => {
            Err(Fault::TooManyCalls { retry_after_s: wait.as_secs() + u64::from(wait.subsec_nanos() > 0) })
        }
    }
}

/// The fault of an operation of which it is not known what became; the cause is logged here, where it is handled.
fn outcome_unknown(shop: &Shop, why: &Unknown) -> Fault {
    tracing::error!(shop = shop.login.as_str(), %why, "The outcome of an operation on money is not known");
    Fault::OutcomeUnknown
}

/// What the shop has set up for the fields of its requests.
fn permitted(shop: &Shop) -> Permitted<'_> {
    Permitted {
        methods: &shop.payment_types,
        custom_keys: &shop.custom_keys,
        fields: shop.request_fields.as_deref(),
        compulsory: &shop.compulsory_fields,
    }
}

/// The failure as an answer tells it.
fn failure(code: Code, language: Language) -> Failure {
    Failure { code, text: code.text(lang_of(language)).to_owned() }
}

async fn whole(body: Body, settings: &Settings) -> Result<Bytes, Fault> {
    // What is announced as too large is not waited for.
    if body.size_hint().lower() > u64::try_from(settings.body_bytes_max).unwrap_or(u64::MAX) {
        return Err(Fault::TooLarge);
    }
    let whole = Limited::new(body, settings.body_bytes_max).collect();
    match tokio::time::timeout(settings.body_timeout(), whole).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Fault::TooLarge),
        Ok(Err(error)) if has_no_room(error.as_ref()) => Err(Fault::TooManyCalls { retry_after_s: 1 }),
        Ok(Err(_)) => Err(Fault::NoEnvelope),
        Err(_) => Err(Fault::TooSlow),
    }
}

fn has_no_room(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<NoRoom>())
}

/// The version to say a fault in while the envelope is unread.
fn version_of(headers: &HeaderMap) -> Version {
    let kind = text_of(headers, &header::CONTENT_TYPE).unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("application/soap+xml") { Version::V12 } else { Version::V11 }
}

fn text_of<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn refused(version: Version, fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = written(status, version, fault.to_xml(version));
    if let Fault::TooManyCalls { retry_after_s } = fault {
        response.headers_mut().insert(header::RETRY_AFTER, (*retry_after_s).into());
    }
    response
}

fn written(status: StatusCode, version: Version, xml: String) -> Response {
    let headers = [(header::CONTENT_TYPE, version.content_type()), (header::CACHE_CONTROL, "private, max-age=0")];
    (status, headers, xml).into_response()
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn an_operation_that_breaks_is_a_fault() {
        async fn broken() {
            panic!("on purpose");
        }
        let router = guarded(Router::new().route("/", get(broken)));
        let answer = router.oneshot(Request::new(Body::empty())).await.expect("the router always answers");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
        let document = xml::Document::parse(&String::from_utf8_lossy(&bytes), xml::Limits::default()).expect("XML");
        let fault = document.root().find("Fault").expect("a fault");
        assert_eq!(fault.child_text("faultcode"), "soap:Server");
        assert!(!String::from_utf8_lossy(&bytes).contains("on purpose"), "what happened inside stays inside");
    }
}
