//! callSettleS2S: takes what was authorized, once.

use std::net::IpAddr;

use wire::movement::Kind;
use wire::settle::Request;
use wire::soap::Fault;
use xml::Element;

use super::movements::{self, Call};
use crate::Gateway;
use crate::flow::settlement::Settlement;

/// The answer to a callSettleS2S.
///
/// # Errors
/// A field is given twice.
pub(super) async fn answer(gateway: &Gateway, body: Element<'_>, from: IpAddr) -> Result<String, Fault> {
    let request = Request::read(body)?;
    let call = Call {
        kind: Kind::Settle,
        shop_login: request.shop_login.as_deref(),
        api_key: request.apikey.as_deref(),
        named: &request.named,
    };
    let answer = match request.validate().and_then(movements::wanted) {
        Ok((amount, name)) => {
            let work = |settlement: Settlement, payment| async move { settlement.settle(payment, amount, name).await };
            call.answer(gateway, from, work).await?
        }
        Err(code) => movements::refuse(gateway, from, call, code).await?,
    };
    Ok(answer.write())
}
