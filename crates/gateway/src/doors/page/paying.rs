//! Pressing pay, coming back from Amazon's confirmation, giving up.
//!
//! What moves money runs in a task of its own: a buyer who closes the browser drops the request, never the payment.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use payments::{BillingAgreementId, Instrument, OrderReferenceId, Recurring, Stage};
use serde::Serialize;

use super::fields::{Fields, Query};
use super::hurdles;
use super::policy::{private, see_other};
use super::trouble::{self, Stop, Trouble};
use super::visit::{Device, Visit};
use crate::Gateway;
use crate::flow::checkout::{Completion, Confirmation, overtaken_by};
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
}

/// `POST …/confirm` (a, p, order_reference or agreement).
pub(super) async fn confirm(
    State(gateway): State<Gateway>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    fields: Fields,
) -> Response {
    let visit = match Visit::find(&gateway, &fields, &headers, device).await {
        Ok(visit) => visit,
        Err(stop) => return stop_in_json(stop.into_response().status()),
    };
    if same_origin::is_foreign(&gateway, &headers) {
        return stop_in_json(StatusCode::FORBIDDEN);
    }
    if !matches!(visit.payment.stage, Stage::Open { .. }) {
        return Told::moved(&visit);
    }
    let Ok(checkout) = visit.checkout() else { return Told::hurdle(&visit, Hurdle::NotPossible) };
    let Some(chosen) = chosen(&visit, &fields) else {
        return Told::hurdle(&visit, Hurdle::CardMissing);
    };
    match checkout.confirm(visit.payment.clone(), chosen, &visit.whole_result_url()).await {
        Ok(Confirmation::Ready) => Told { ok: true, message: "", again: None, location: None }.answer(StatusCode::OK),
        Ok(Confirmation::Hurdle(hurdle)) => Told::hurdle(&visit, hurdle),
        Ok(Confirmation::Moved) => Told::moved(&visit),
        Err(error) => {
            Trouble::of_store(&error);
            Told::hurdle(&visit, Hurdle::AmazonSilent)
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

/// `GET …/result?a&p&AuthenticationStatus`: Amazon sends the buyer here; without a status the page shows how things stand.
pub(super) async fn result(
    State(gateway): State<Gateway>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Stop> {
    let visit = Visit::find(&gateway, &fields, &headers, device).await?;
    let status = fields.value("AuthenticationStatus").unwrap_or_default().to_ascii_lowercase();
    let Stage::Open { instrument, .. } = &visit.payment.stage else { return Ok(stands(&visit)) };
    let was_confirmed = instrument.is_some();
    match status.as_str() {
        "success" if was_confirmed => finish(visit, Act::Complete).await,
        "failure" if was_confirmed => finish(visit, Act::Fail).await,
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
    let (checkout, payment) = (visit.checkout()?, visit.payment.clone());
    let work = tokio::spawn(async move {
        match act {
            Act::Complete => checkout.complete(payment).await,
            Act::Fail => checkout.authentication_failed(payment).await,
        }
    });
    match work.await {
        Ok(Ok(Completion::Stands(payment))) => {
            visit.payment = *payment;
            Ok(stands(&visit))
        }
        Ok(Ok(Completion::Hurdle(Hurdle::AmazonSilent | Hurdle::AccountRefused))) => {
            Err(visit.stop(Trouble::AmazonSilent))
        }
        Ok(Ok(Completion::Hurdle(hurdle))) => Ok(see_other(&retry_url(&visit, hurdle))),
        Ok(Ok(Completion::Taken)) => Err(visit.stop(taken(&visit).await)),
        Ok(Err(error)) => Err(visit.stop(Trouble::of_store(&error))),
        Err(error) => {
            tracing::error!(payment = visit.payment.id.as_str(), %error, "A payment task panicked");
            Err(visit.stop(Trouble::System))
        }
    }
}

/// What became of the visit that holds the shop's identifier.
async fn taken(visit: &Visit) -> Trouble {
    match overtaken_by(&visit.gateway, &visit.payment).await {
        Ok(Some(other)) => Trouble::overtaken_by(&other),
        Ok(None) => Trouble::Taken,
        Err(error) => Trouble::of_store(&error),
    }
}

/// `POST …/cancel` (a, p).
pub(super) async fn cancel(
    State(gateway): State<Gateway>,
    Extension(device): Extension<Device>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Stop> {
    let mut visit = Visit::find(&gateway, &fields, &headers, device).await?;
    if same_origin::is_foreign(&gateway, &headers) {
        return Err(visit.stop(Trouble::Foreign));
    }
    if matches!(visit.payment.stage, Stage::Open { .. }) {
        let overtaken = overtaken_by(&gateway, &visit.payment).await;
        let overtaken = overtaken.map_err(|error| visit.stop(Trouble::of_store(&error)))?;
        match visit.checkout()?.abandon(visit.payment.clone()).await {
            Ok(payment) => visit.payment = *payment,
            Err(error) => return Err(visit.stop(Trouble::of_store(&error))),
        }
        // Whoever gives up a visit that another one has overtaken carries the other's outcome into the shop: a KO
        // would undo an order that is paid.
        match overtaken {
            Some(other) if other.is_final() => visit.payment = other,
            Some(_) => return Err(visit.stop(Trouble::Taken)),
            None => {}
        }
    }
    match visit.payment.stage {
        Stage::Open { .. } => Ok(see_other(&visit.wallet_url(&[]))),
        _ => Ok(stands(&visit)),
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
        | Stage::Abandoned { .. } => match visit.shop_url() {
            Some(url) => see_other(url.as_str()),
            None => trouble::outcome(visit),
        },
    }
}

fn retry_url(visit: &Visit, hurdle: Hurdle) -> String {
    match hurdle {
        Hurdle::ChoiceExpired => visit.wallet_url(&[("fresh", "1"), ("m", hurdles::name(hurdle))]),
        _ => visit.wallet_url(&[("m", hurdles::name(hurdle))]),
    }
}
