//! `/confirmation`: where a merchant's page sends the buyer after it confirmed the order reference. Without a challenge it goes straight
//! on to the merchant; with one the buyer decides how it ends.

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

/// `GET /confirmation?order_reference&seller_id[&language]`
pub async fn show(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Result<Response, Stop> {
    let form = Form::read(&query.unwrap_or_default());
    Ok(match world.confirmation(form.value("order_reference"), form.value("seller_id"))? {
        Confirmation::Unknown => refused(&form, "The order reference is not known, or it is not the seller's."),
        Confirmation::NotConfirmed => {
            refused(&form, "ConfirmOrderReference was not called with SuccessUrl and FailureUrl, or it was refused.")
        }
        Confirmation::Done { success_url } => back(&form, &success_url, "Success"),
        Confirmation::Asked { amount, card } => {
            let context = ChallengePage {
                t: Language::of(form.value("language")).texts(),
                order_reference: form.value("order_reference").to_owned(),
                seller_id: form.value("seller_id").to_owned(),
                amount,
                card,
            };
            page(&context, Reach::LeavesByForm)
        }
    })
}

/// `POST /confirmation`: order_reference, seller_id, decision=pass|fail|abandon.
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
    let (id, seller) = (form.value("order_reference"), form.value("seller_id"));
    Ok(match world.settle(id, seller, verdict)? {
        Some(address) => back(&form, &address, status),
        None => refused(&form, "No challenge is open for this order reference."),
    })
}

fn back(form: &Form, address: &str, status: &str) -> Response {
    match Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().append_pair("AuthenticationStatus", status);
            see_other(url.as_str())
        }
        Err(_) => refused(form, "SuccessUrl or FailureUrl is no URL."),
    }
}

fn refused(form: &Form, reason: &str) -> Response {
    let t = Language::of(form.value("language")).texts();
    let facts = ["order_reference", "seller_id"].map(|name| (name.to_owned(), form.value(name).to_owned()));
    let context = RefusalPage {
        t,
        heading: t.challenge_none,
        advice: t.refused_advice,
        status: 400,
        code: "InvalidOrderReference".to_owned(),
        reason: reason.to_owned(),
        facts: facts.into(),
    };
    page_with(StatusCode::BAD_REQUEST, &context, Reach::Own)
}
