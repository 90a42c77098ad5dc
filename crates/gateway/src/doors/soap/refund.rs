//! callRefundS2S: gives back what was settled, in parts.

use payments::RefundWish;
use std::net::IpAddr;

use wire::movement::Kind;
use wire::refund::Request;
use wire::soap::Fault;
use xml::Element;

use super::movements::{self, Call};
use crate::Gateway;
use crate::flow::settlement::Settlement;

/// The answer to a callRefundS2S.
///
/// # Errors
/// A field is given twice.
pub(super) async fn answer(gateway: &Gateway, body: Element<'_>, from: IpAddr) -> Result<String, Fault> {
    let request = Request::read(body)?;
    let call = Call {
        kind: Kind::Refund,
        shop_login: request.shop_login.as_deref(),
        api_key: request.apikey.as_deref(),
        named: &request.named,
    };
    let answer = match request.validate().and_then(|(valid, _)| movements::wanted(valid)) {
        Ok((amount, settlement)) => {
            // The shop knows that the buyer's bank has taken the money back, and gives it back all the same.
            let despite_chargeback = request.charge_back_fraud.as_deref() == Some("Y");
            let wish = RefundWish { amount, settlement, despite_chargeback };
            let work = |settlement: Settlement, payment| async move { settlement.refund(payment, wish).await };
            call.answer(gateway, from, work).await?
        }
        Err(code) => movements::refuse(gateway, from, call, code).await?,
    };
    Ok(answer.write())
}
