//! callReadTrxS2S: what is known of a transaction, from the store.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use payments::{BankTransactionId, MovementKind, Payment, Report, ShopTransactionId, UtcMs};
use store::Shop;
use wire::read_trx::{self, Event, Request, Response, State};
use wire::{Code, Currency, Verdict, amount, method};
use xml::Element;

use super::{Caller, failure};
use crate::Gateway;
use crate::codes::{code_of, lang_of};

/// The answer to a callReadTrxS2S.
///
/// # Errors
/// A field is given twice.
pub(super) async fn answer(gateway: &Gateway, body: Element<'_>, from: Caller) -> Result<String, xml::Error> {
    let request = Request::read(body)?;
    let admitted = from.admit(gateway, request.shop_login.as_deref(), request.apikey.as_deref()).await;
    let answer = match admitted {
        Ok(shop) => {
            let answer = look_up(gateway, &shop, &request).await;
            answer.unwrap_or_else(|code| Response::failed(&request, code, &failure(code, shop.language).text))
        }
        Err(refused) => Response::failed(&request, refused.code, &failure(refused.code, refused.language).text),
    };
    Ok(answer.write())
}

async fn look_up(gateway: &Gateway, shop: &Shop, request: &Request) -> Result<Response, Code> {
    if !shop.web_service {
        return Err(Code::DISABLED);
    }
    let payment = find(gateway, shop, request).await?.ok_or(Code::NOT_FOUND)?;
    let report = Report::of(&payment).ok_or(Code::NOT_FOUND)?;
    let details = gateway.store().order_details(&shop.login, &payment.id).await.map_err(|error| broken(&error))?;
    respond(shop, payment, report, details)
}

/// The payment that is named by either identifier, or by both together. Each names at most one: an identifier of the
/// shop belongs to the first payment that was attempted under it.
async fn find(gateway: &Gateway, shop: &Shop, request: &Request) -> Result<Option<Payment>, Code> {
    let (store, shop_id) = (gateway.store(), request.shop_transaction_id.as_deref());
    let Some(number) = request.bank_transaction_id.as_deref() else {
        let id = shop_id.ok_or(Code::IDENTIFIERS_MISSING)?;
        let Ok(id) = ShopTransactionId::new(id) else { return Ok(None) };
        return store.payment_by_transaction(&shop.login, &id).await.map_err(|error| broken(&error));
    };
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| digits).ok_or(Code::BANK_TRANSACTION_INVALID)?;
    let found =
        store.payment_by_number(&shop.login, BankTransactionId(number)).await.map_err(|error| broken(&error))?;
    Ok(found.filter(|payment| shop_id.is_none_or(|id| id == payment.order.shop_transaction_id.as_str())))
}

fn broken(error: &store::Error) -> Code {
    tracing::error!(%error, "the store did not give a transaction");
    Code::SYSTEM
}

fn respond(shop: &Shop, payment: Payment, report: Report, details: Option<String>) -> Result<Response, Code> {
    let currency = Currency::by_iso(payment.order.amount.currency.as_str()).ok_or(Code::SYSTEM)?;
    let (result, code) = match (report.paid, report.reason) {
        (None, _) => (Verdict::Xx, Code::OK),
        (Some(true), _) => (Verdict::Ok, Code::OK),
        (Some(false), reason) => (Verdict::Ko, reason.map_or(Code::SYSTEM, code_of)),
    };
    let events = report.movements.iter().map(|movement| Event {
        kind: match movement.kind {
            MovementKind::Authorization => State::Authorized.into(),
            MovementKind::Settlement => State::Settled.into(),
        },
        amount: amount::format(movement.amount.minor, currency),
        date: in_italy(movement.at),
        arn: String::new(),
        id: String::new(),
    });
    // A transaction that is not decided is neither processed nor in error.
    let text = if report.paid.is_some() { code.text(lang_of(shop.language)) } else { "" };
    let state = report.state.map(|state| match state {
        payments::State::Authorized => State::Authorized,
        payments::State::Settled => State::Settled,
    });
    Ok(Response::Report(Box::new(read_trx::Report {
        state,
        events: events.collect(),
        shop_transaction_id: payment.order.shop_transaction_id.into(),
        bank_transaction_id: payment.bank_transaction_id.map(|number| number.to_string()).unwrap_or_default(),
        authorization_code: report.authorization_code,
        currency: currency.uic().to_owned(),
        company: method::AMAZON_PAY.to_owned(),
        buyer_name: payment.order.buyer_name,
        buyer_email: payment.order.buyer_email,
        error_description: text.to_owned(),
        order_reference_details: details,
        ..read_trx::Report::new(result, code)
    })))
}

/// `dd/MM/yy HH:mm:ss` on a clock in Italy.
fn in_italy(at: UtcMs) -> String {
    static ROME: TimeZone = jiff::tz::get!("Europe/Rome");
    let at = Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
    ROME.to_datetime(at).strftime("%d/%m/%y %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_events_is_that_of_italy_in_winter_and_summer() {
        assert_eq!(in_italy(UtcMs(1_774_001_472_000)), "20/03/26 11:11:12");
        assert_eq!(in_italy(UtcMs(1_784_542_272_000)), "20/07/26 12:11:12");
    }
}
