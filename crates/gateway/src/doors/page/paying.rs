//! The first sight of the cards, pressing pay, coming back from Amazon's confirmation, giving up.
//!
//! What moves money runs in a task of its own: a buyer who closes the browser drops the request, never the payment.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use payments::{BillingAgreementId, Instrument, OrderReferenceId, Recurring, Stage};
use serde::Serialize;

use super::fields::{Fields, Query};
use super::hurdles;
use super::policy::{private, see_other};
use super::sign_in;
use super::trouble::{self, Stop, Trouble};
use super::visit::{Device, Visit};
use crate::Gateway;
use crate::flow::checkout::{Completion, Confirmation, Press};
use crate::flow::visit::Ending;
use crate::http::same_origin;
use crate::rail::Hurdle;

/// What `wallet.js` is told.
#[derive(Debug, Serialize)]
struct Told {
    ok: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'static str,
    again: Option<&'static str>,
    /// Where the browser must go instead, when the payment has moved on.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
}

impl Told {
    fn answer(self, status: StatusCode) -> Response {
        private((status, Json(self)).into_response())
    }

    fn moved(visit: &Visit) -> Response {
        let location = Some(visit.wallet_url(&[]));
        Told { ok: false, message: visit.texts().wallet.moved, again: None, location }.answer(StatusCode::CONFLICT)
    }

    fn hurdle(visit: &Visit, hurdle: Hurdle) -> Response {
        let message = hurdles::sentence(hurdle, visit.texts());
        let location = (hurdle == Hurdle::ChoiceExpired).then(|| retry_url(visit, hurdle));
        Told { ok: false, message, again: hurdles::widget(hurdle), location }.answer(StatusCode::OK)
    }

    /// Too many presses of pay in a row, or altogether.
    fn too_many(message: &'static str) -> Response {
        Told { ok: false, message, again: None, location: None }.answer(StatusCode::TOO_MANY_REQUESTS)
    }

    /// The wallet page sends on to the sign-in.
    fn sign_in(visit: &Visit) -> Response {
        let location = Some(visit.wallet_url(&[]));
        Told { ok: false, message: "", again: None, location }.answer(StatusCode::UNAUTHORIZED)
    }
}

/// `POST …/begin` (a, p): the buyer is signed in and sees his cards.
pub(super) async fn begin(
    State(gateway): State<Gateway>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let begun = async {
        let mut visit = Visit::find(&gateway, &fields, &headers, device).await?;
        if same_origin::is_foreign(&gateway, &headers) {
            return Err(visit.stop(Trouble::Foreign));
        }
        visit.begin().await
    };
    match begun.await {
        Ok(()) => private(StatusCode::NO_CONTENT.into_response()),
        Err(stop) => private(stop.into_response().status().into_response()),
    }
}

/// `POST …/confirm` (a, p, order_reference or agreement).
pub(super) async fn confirm(
    State(gateway): State<Gateway>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let named = Visit::named(&gateway, &fields, &headers, device).await;
    let visit = match named {
        Ok(_) if same_origin::is_foreign(&gateway, &headers) => return stop_in_json(StatusCode::FORBIDDEN),
        // Moved on, or overtaken: the page says which.
        Ok(visit) if !visit.is_open() => return Told::moved(&visit),
        Ok(visit) => {
            let opened_at = visit.payment.opened_at;
            visit.unless_over(opened_at).await
        }
        Err(stop) => Err(stop),
    };
    match visit {
        Ok(visit) => press_pay(&visit, &headers, &fields).await,
        Err(stop) => stop_in_json(stop.into_response().status()),
    }
}

async fn press_pay(visit: &Visit, headers: &HeaderMap, fields: &Fields) -> Response {
    let Ok(checkout) = visit.checkout() else { return Told::hurdle(visit, Hurdle::NotPossible) };
    let Some(chosen) = chosen(visit, fields) else {
        return Told::hurdle(visit, Hurdle::CardMissing);
    };
    if visit.is_too_fast() {
        return Told::too_many(visit.texts().wallet.too_fast);
    }
    let press = Press { chosen, token: sign_in::token(headers), result_url: &visit.whole_result_url() };
    match checkout.confirm(visit.payment.clone(), press).await {
        Ok(Confirmation::Ready) => Told { ok: true, message: "", again: None, location: None }.answer(StatusCode::OK),
        Ok(Confirmation::Hurdle(hurdle)) => Told::hurdle(visit, hurdle),
        Ok(Confirmation::SignIn) => Told::sign_in(visit),
        Ok(Confirmation::TooOften) => Told::too_many(visit.texts().wallet.start_again),
        Ok(Confirmation::Moved) => Told::moved(visit),
        Err(error) => {
            Trouble::of_store(&error);
            Told::hurdle(visit, Hurdle::AmazonSilent)
        }
    }
}

/// What the widgets made: an agreement when the shop wants to charge again, else an order reference.
fn chosen(visit: &Visit, fields: &Fields) -> Option<Instrument> {
    match visit.payment.order.recurring {
        Recurring::No => {
            let id = fields.value("order_reference")?;
            OrderReferenceId::new(id).ok().map(Instrument::OrderReference)
        }
        Recurring::WithPayment | Recurring::Only => {
            let id = fields.value("agreement")?;
            BillingAgreementId::new(id).ok().map(Instrument::Agreement)
        }
    }
}

/// No sentence: the script loads the page again, which then says what is wrong.
fn stop_in_json(status: StatusCode) -> Response {
    Told { ok: false, message: "", again: None, location: None }.answer(status)
}

/// `GET …/result?a&p&AuthenticationStatus`: Amazon sends the buyer here; without a status the page
/// shows how things stand. Amazon's way back is a GET; a HEAD is only a look, and changes nothing.
pub(super) async fn result(
    State(gateway): State<Gateway>,
    Extension(device): Extension<Device>,
    method: Method,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Stop> {
    let visit = Visit::find(&gateway, &fields, &headers, device).await?;
    let Stage::Open { instrument, .. } = &visit.payment.stage else { return Ok(stands(&visit)) };
    let can_go_on = instrument.is_some() && method == Method::GET;
    match fields.value("AuthenticationStatus").unwrap_or_default().to_ascii_lowercase().as_str() {
        "success" if can_go_on => finish(visit, Act::Complete).await,
        "failure" if can_go_on => finish(visit, Act::Fail).await,
        "abandoned" => Ok(see_other(&retry_url(&visit, Hurdle::Unfinished))),
        _ => Ok(see_other(&visit.wallet_url(&[]))),
    }
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Complete,
    Fail,
}

async fn finish(mut visit: Visit, act: Act) -> Result<Response, Stop> {
    if visit.is_too_fast() {
        return Err(visit.stop(Trouble::TooFast));
    }
    let (checkout, payment) = (visit.checkout()?, visit.payment.clone());
    let work = tokio::spawn(async move {
        match act {
            Act::Complete => checkout.complete(payment).await,
            Act::Fail => checkout.authentication_failed(payment).await,
        }
    });
    match work.await {
        Ok(Ok(Completion::Stands(payment))) => {
            visit.moved_to(*payment).await?;
            visit.overtaken().map_or_else(|| Ok(stands(&visit)), Err)
        }
        Ok(Ok(Completion::Hurdle(Hurdle::AmazonSilent | Hurdle::AccountRefused))) => {
            Err(visit.stop(Trouble::AmazonSilent))
        }
        Ok(Ok(Completion::Hurdle(hurdle))) => Ok(see_other(&retry_url(&visit, hurdle))),
        Ok(Ok(Completion::Taken)) => {
            let payment = visit.payment.clone();
            visit.moved_to(payment).await?;
            Err(visit.overtaken().unwrap_or_else(|| visit.stop(Trouble::Taken)))
        }
        Ok(Err(error)) => Err(visit.stop(Trouble::of_store(&error))),
        Err(error) => {
            tracing::error!(payment = visit.payment.id.as_str(), %error, "A payment task panicked");
            Err(visit.stop(Trouble::System))
        }
    }
}

/// `POST …/cancel` (a, p). The buyer of a visit that another payment has overtaken carries that
/// one's outcome into the shop.
pub(super) async fn cancel(
    State(gateway): State<Gateway>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Stop> {
    let mut visit = Visit::named(&gateway, &fields, &headers, device).await?;
    if same_origin::is_foreign(&gateway, &headers) {
        return Err(visit.stop(Trouble::Foreign));
    }
    if visit.is_open() {
        let opened_at = visit.payment.opened_at;
        visit = visit.unless_over(opened_at).await?;
    }
    if matches!(visit.payment.stage, Stage::Open { .. }) {
        visit.end(Ending::GivenUp).await?;
    }
    match visit.overtaken() {
        Some(_) if visit.told().is_final() => Ok(back_to_shop(&visit)),
        Some(stop) => Err(stop),
        None if visit.payment.has_lapsed() => Err(visit.stop(Trouble::Expired)),
        None => Ok(stands(&visit)),
    }
}

/// Where the buyer belongs, as the payment stands: at the shop, waiting, or in front of his cards.
fn stands(visit: &Visit) -> Response {
    match &visit.payment.stage {
        Stage::Open { .. } => see_other(&visit.wallet_url(&[])),
        Stage::Authorizing { .. } => trouble::waiting(visit),
        Stage::Pending { .. }
        | Stage::Paid { .. }
        | Stage::Agreed { .. }
        | Stage::Refused { .. }
        | Stage::Abandoned { .. } => back_to_shop(visit),
    }
}

fn back_to_shop(visit: &Visit) -> Response {
    match visit.shop_url() {
        Some(url) => see_other(url.as_str()),
        None => trouble::outcome(visit),
    }
}

fn retry_url(visit: &Visit, hurdle: Hurdle) -> String {
    match hurdle {
        Hurdle::ChoiceExpired => visit.wallet_url(&[("fresh", "1"), ("m", hurdles::name(hurdle))]),
        _ => visit.wallet_url(&[("m", hurdles::name(hurdle))]),
    }
}
