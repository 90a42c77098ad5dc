//! callReadTrxS2S: what is known of a transaction, from the store.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use payments::{LineKind, Payment, Report, UtcMs};
use std::net::IpAddr;

use store::Shop;
use wire::movement::Named;
use wire::read_trx::{self, Event, EventKind, Request, Response, State};
use wire::soap::Fault;
use wire::{Code, Currency, Verdict, amount, method};
use xml::Element;

use super::{admit, failure, told};
use crate::Gateway;
use crate::doors::axerve::codes::{code_of, lang_of};
use crate::doors::axerve::lookup;

/// The answer to a callReadTrxS2S.
///
/// # Errors
/// A field is given twice.
pub(super) async fn answer(gateway: &Gateway, body: Element<'_>, from: IpAddr) -> Result<String, Fault> {
    let request = Request::read(body)?;
    let admitted = admit(gateway, from, request.shop_login.as_deref(), request.apikey.as_deref()).await;
    let answer = match admitted {
        Ok(shop) => {
            let answer = look_up(gateway, &shop, &request).await;
            answer.unwrap_or_else(|code| Response::failed(&request, code, &failure(code, shop.language).text))
        }
        Err(why) => {
            let refused = told(why)?;
            Response::failed(&request, refused.code, &failure(refused.code, refused.language).text)
        }
    };
    Ok(answer.write())
}

async fn look_up(gateway: &Gateway, shop: &Shop, request: &Request) -> Result<Response, Code> {
    if !shop.web_service {
        return Err(Code::DISABLED);
    }
    let named = Named {
        shop_transaction_id: request.shop_transaction_id.clone(),
        bank_transaction_id: request.bank_transaction_id.clone(),
    };
    let payment = lookup::find(gateway, shop, &named).await.map_err(lookup::code_of_query)?;
    let report = Report::of(&payment).ok_or(Code::NOT_FOUND)?;
    let details = gateway.store().order_details(&shop.login, &payment.id).await;
    let details = details.map_err(|error| lookup::broken(&error))?;
    respond(shop, payment, report, details)
}

fn respond(shop: &Shop, payment: Payment, report: Report, details: Option<String>) -> Result<Response, Code> {
    let currency = Currency::by_iso(payment.order.amount.currency.as_str()).ok_or(Code::SYSTEM)?;
    let (result, code) = match (report.paid, report.reason) {
        (None, _) => (Verdict::Xx, Code::OK),
        (Some(true), _) => (Verdict::Ok, Code::OK),
        (Some(false), reason) => (Verdict::Ko, reason.map_or(Code::SYSTEM, code_of)),
    };
    let events = report.lines.iter().map(|line| Event {
        kind: match line.kind {
            LineKind::Authorization => State::Authorized.into(),
            LineKind::Booking => State::Booked.into(),
            LineKind::Settlement => State::Settled.into(),
            LineKind::Cancellation => State::Cancelled.into(),
            LineKind::RefundRequest => EventKind::RefundRequested,
            LineKind::Refund => State::Refunded.into(),
            LineKind::Chargeback => EventKind::ChargedBack,
        },
        amount: amount::format(line.amount.minor, currency),
        date: in_italy(line.at),
        arn: String::new(),
        id: String::new(),
    });
    // A transaction that is not decided is neither processed nor in error.
    let text = if report.paid.is_some() { code.text(lang_of(shop.language)) } else { "" };
    let state = report.state.map(|state| match state {
        payments::State::Authorized => State::Authorized,
        payments::State::Booked => State::Booked,
        payments::State::Settled => State::Settled,
        payments::State::Cancelled => State::Cancelled,
        payments::State::Refunded => State::Refunded,
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
