//! callPagamS2S: the shop charges, an order reference of its own page's widgets or a token.

use std::net::IpAddr;
use std::sync::Arc;

use payments::{OrderReferenceId, Outcome, Payment, Recurring, Token, Verdict};
use store::{Shop, Told};
use wire::pagam::{self, Request, Response};
use wire::soap::Fault;
use wire::{Code, amount, custom_info, method};
use xml::Element;

use super::{admit, failure, outcome_unknown, permitted, told_of_money};
use crate::Gateway;
use crate::doors::axerve::codes::{code_of, code_of_not_charged, lang_of};
use crate::doors::axerve::order::order_of;
use crate::flow::charging::{Charging, Source};
use crate::flow::outcome::{NoOutcome, OrUnknown};
use crate::rail;

/// The answer to a callPagamS2S, and the outcome that it tells; none when nothing was attempted or
/// the outcome is not known.
///
/// # Errors
/// A field is given twice; it is not known what became of the charge; too many calls.
pub(super) async fn answer(
    gateway: &Gateway,
    body: Element<'_>,
    from: IpAddr,
) -> Result<(String, Option<Told>), Fault> {
    let request = Request::read(body)?;
    let admitted = admit(gateway, from, request.shop_login.as_deref(), request.apikey.as_deref()).await;
    let mut heard = None;
    let answer = match admitted {
        Ok(shop) if !shop.web_service => Response::Failed(failure(Code::DISABLED, shop.language)),
        Ok(shop) => match charge(gateway, &shop, &request).await {
            Ok(payment) => {
                heard = heard_of(&payment);
                recorded(&shop, &payment)
            }
            Err(NoOutcome::Nothing(code)) => Response::refused(&request, failure(code, shop.language)),
            Err(NoOutcome::Unknown(why)) => return Err(outcome_unknown(&shop, &why)),
        },
        Err(why) => {
            let refused = told_of_money(why)?;
            Response::Failed(failure(refused.code, refused.language))
        }
    };
    Ok((answer.write(), heard))
}

/// The outcome that the answer tells, once there is one.
fn heard_of(payment: &Payment) -> Option<Told> {
    let told = || Told { shop: payment.shop.clone(), payment: payment.id.clone(), version: payment.version };
    Outcome::of(payment).map(|_| told())
}

async fn charge(gateway: &Gateway, shop: &Arc<Shop>, request: &Request) -> Result<Payment, NoOutcome<Code>> {
    let valid = pagam::validate(request, permitted(shop))?;
    let source = match &valid.source {
        pagam::Source::OrderReference(id) => {
            Source::OrderReference(OrderReferenceId::new(id.as_str()).map_err(|_| Code::PARAMETERS_ERROR)?)
        }
        pagam::Source::Token(token) => Source::Token(Token::new(token.as_str()).map_err(|_| Code::TOKEN_UNKNOWN)?),
    };
    let order = order_of(shop, valid.purchase, Recurring::No)?;
    if !rail::takes(order.amount.currency) {
        return Err(Code::CURRENCY_INVALID.into());
    }
    let charging = Charging::of(gateway, shop).ok_or(Code::MERCHANT_CONFIGURATION)?;
    // In a task of its own: a shop that hangs up drops the request, never the payment.
    let charged = tokio::spawn(async move { charging.charge(order, source).await }).await.or_unknown()?;
    charged.map(|payment| *payment).map_err(|why| why.map(|why| code_of_not_charged(&why)))
}

/// What became of the payment; one that is not decided is pending, and a notice follows.
fn recorded(shop: &Shop, payment: &Payment) -> Response {
    let outcome = Outcome::of(payment);
    let (result, code) = match outcome.as_ref().map(|outcome| outcome.verdict) {
        Some(Verdict::Paid) => (wire::Verdict::Ok, Code::OK),
        Some(Verdict::Refused(reason)) => (wire::Verdict::Ko, code_of(reason)),
        Some(Verdict::Pending) | None => (wire::Verdict::Xx, Code::OK),
    };
    // A payment that is not decided is neither processed nor in error.
    let text = if result == wire::Verdict::Xx { "" } else { code.text(lang_of(shop.language)) };
    let order = &payment.order;
    let currency = wire::Currency::by_iso(order.amount.currency.as_str()).unwrap_or(wire::Currency::EUR);
    Response::Outcome(Box::new(pagam::Outcome {
        shop_transaction_id: order.shop_transaction_id.to_string(),
        bank_transaction_id: payment.bank_transaction_id.map(|number| number.to_string()).unwrap_or_default(),
        authorization_code: outcome.map(|outcome| outcome.authorization_code).unwrap_or_default(),
        currency: currency.uic().to_owned(),
        amount: amount::format(order.amount.minor, currency),
        buyer_name: order.buyer_name.clone(),
        buyer_email: order.buyer_email.clone(),
        custom_info: pairs(&order.custom_info),
        error_description: text.to_owned(),
        payment_method: method::AMAZON_PAY.to_owned(),
        ..pagam::Outcome::new(result, code)
    }))
}

/// Keys, in upper case, with their values.
fn pairs(text: &str) -> Vec<(String, String)> {
    custom_info::parse(text).into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
