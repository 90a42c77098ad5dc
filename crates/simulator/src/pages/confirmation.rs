//! `/confirmation`: where a merchant's page sends the buyer after it confirmed the order reference
//! or the agreement. Without a challenge it goes straight on to the merchant; with one the buyer
//! decides how it ends.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use url::Url;

use super::contexts::{ChallengePage, RefusalPage};
use super::form::{Form, same_origin};
use super::page::{Reach, page, page_with, see_other};
use super::stop::Stop;
use super::texts::Language;
use crate::world::{Confirmation, Verdict, World};
use std::sync::Arc;

const ORDER: &str = "order_reference";
const AGREEMENT: &str = "billing_agreement";

/// `GET /confirmation?order_reference|billing_agreement&seller_id[&language]`
pub async fn show(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Result<Response, Stop> {
    let form = Form::read(&query.unwrap_or_default());
    let (name, id) = subject(&form);
    Ok(match world.confirmation(id, form.value("seller_id"))? {
        Confirmation::Unknown => refused(&form, "The id is not known, or it is not the seller's."),
        Confirmation::NotConfirmed => {
            refused(&form, "It was not confirmed with SuccessUrl and FailureUrl, or the confirmation was refused.")
        }
        Confirmation::Done { success_url } => back(&form, &success_url, "Success"),
        Confirmation::Asked { amount, card } => {
            let t = Language::of(form.value("language")).texts();
            let context = ChallengePage {
                t,
                field: name,
                label: if name == AGREEMENT { t.agreement } else { t.order },
                id: id.to_owned(),
                seller_id: form.value("seller_id").to_owned(),
                amount,
                card,
            };
            page(&context, Reach::LeavesByForm)
        }
    })
}

/// `POST /confirmation`: order_reference or billing_agreement, seller_id,
/// decision=pass|fail|abandon.
pub async fn settle(State(world): State<Arc<World>>, headers: HeaderMap, body: String) -> Result<Response, Stop> {
    let form = Form::read(&body);
    if !same_origin(&headers, world.public_url()) {
        return Ok(refused(&form, "The form was not sent from a page of this simulator."));
    }
    let (verdict, status) = match form.value("decision") {
        "pass" => (Verdict::Passed, "Success"),
        "fail" => (Verdict::Failed, "Failure"),
        "abandon" => (Verdict::Abandoned, "Abandoned"),
        _ => return Ok(refused(&form, "The field decision is pass, fail or abandon.")),
    };
    Ok(match world.settle(subject(&form).1, form.value("seller_id"), verdict)? {
        Some(address) => back(&form, &address, status),
        None => refused(&form, "No challenge is open for this id."),
    })
}

/// The field that names what is confirmed, and its value.
fn subject(form: &Form) -> (&'static str, &str) {
    match form.value(AGREEMENT) {
        "" => (ORDER, form.value(ORDER)),
        id => (AGREEMENT, id),
    }
}

fn back(form: &Form, address: &str, status: &str) -> Response {
    match Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().append_pair("AuthenticationStatus", status);
            see_other(url.as_str())
        }
        Err(_) => refused(form, "SuccessUrl or FailureUrl is not a valid URL."),
    }
}

fn refused(form: &Form, reason: &str) -> Response {
    let t = Language::of(form.value("language")).texts();
    let facts = [subject(form).0, "seller_id"].map(|name| (name.to_owned(), form.value(name).to_owned()));
    let context = RefusalPage {
        t,
        heading: t.challenge_none,
        advice: t.refused_advice,
        status: 400,
        code: "InvalidOrderReference".to_owned(),
        reason: reason.to_owned(),
        facts: facts.into(),
        way_on: None,
    };
    page_with(StatusCode::BAD_REQUEST, &context, Reach::Own)
}
