//! Decrypt: reads back the outcome that a notice or a redirect carried.
//!
//! The string holds the outcome itself, so nothing but the shop is looked up: an answer can be repeated for ever.

use payments::{Outcome, Verdict};
use std::net::IpAddr;

use store::Shop;
use wire::decrypt::{self, Request, Response};
use wire::soap::Fault;
use wire::{Code, Currency, amount, method};
use xml::Element;

use super::{admit, failure, told};
use crate::Gateway;
use crate::doors::axerve::codes::{code_of, lang_of};

/// The answer to a Decrypt.
///
/// # Errors
/// A field is given twice.
pub(super) async fn answer(gateway: &Gateway, body: Element<'_>, from: IpAddr) -> Result<String, Fault> {
    let request = Request::read(body)?;
    let admitted = admit(gateway, from, request.shop_login.as_deref(), request.apikey.as_deref()).await;
    let answer = match admitted {
        Ok(shop) => {
            read(gateway, &shop, &request).unwrap_or_else(|code| Response::Failed(failure(code, shop.language)))
        }
        Err(why) => {
            let refused = told(why)?;
            // Recorded: a Decrypt that names no shop is a system error, unlike one that names an unknown shop.
            let code = if request.shop_login.is_none() { Code::SYSTEM } else { refused.code };
            Response::Failed(failure(code, refused.language))
        }
    };
    Ok(answer.write())
}

fn read(gateway: &Gateway, shop: &Shop, request: &Request) -> Result<Response, Code> {
    let sealed = request.crypted_string.as_deref().ok_or(Code::SYSTEM)?;
    let outcome = gateway.keyring().open_outcome(&shop.login, sealed).map_err(|_| Code::SYSTEM)?;
    Ok(Response::Outcome(Box::new(long_form(shop, outcome)?)))
}

/// The long form. `Country`, `CustomInfo` and `Buyer` are in every recording and so always there; the other optional
/// elements come when the shop has switched them on.
fn long_form(shop: &Shop, outcome: Outcome) -> Result<decrypt::Outcome, Code> {
    let currency = Currency::by_iso(outcome.amount.currency.as_str()).ok_or(Code::SYSTEM)?;
    let (result, code) = match outcome.verdict {
        Verdict::Paid => (wire::Verdict::Ok, Code::OK),
        Verdict::Refused(reason) => (wire::Verdict::Ko, code_of(reason)),
        Verdict::Pending => (wire::Verdict::Xx, Code::OK),
    };
    let token = outcome.token.map(String::from).unwrap_or_default();
    let switched_on = |name: &str| shop.response_fields.iter().any(|field| field.eq_ignore_ascii_case(name));
    Ok(decrypt::Outcome {
        shop_transaction_id: outcome.shop_transaction_id.into(),
        bank_transaction_id: outcome.bank_transaction_id.map(|number| number.to_string()).unwrap_or_default(),
        authorization_code: outcome.authorization_code,
        currency: currency.uic().to_owned(),
        amount: amount::format(outcome.amount.minor, currency),
        country: Some(String::new()),
        custom_info: Some(outcome.custom_info),
        buyer_name: Some(outcome.buyer_name),
        buyer_email: Some(outcome.buyer_email),
        error_description: code.text(lang_of(shop.language)).to_owned(),
        payment_method: switched_on("PaymentMethod").then(|| method::AMAZON_PAY.to_owned()),
        token: (!token.is_empty() || switched_on("TOKEN")).then_some(token),
        ..decrypt::Outcome::new(result, code)
    })
}
