//! callDeleteS2S: gives up what was authorized and not settled.

use std::net::IpAddr;

use wire::delete::Request;
use wire::movement::Kind;
use wire::soap::Fault;
use xml::Element;

use super::movements::{self, Call};
use crate::Gateway;
use crate::flow::settlement::Settlement;

/// The answer to a callDeleteS2S.
///
/// # Errors
/// A field is given twice.
pub(super) async fn answer(gateway: &Gateway, body: Element<'_>, from: IpAddr) -> Result<String, Fault> {
    let request = Request::read(body)?;
    let call = Call {
        kind: Kind::Delete,
        shop_login: request.shop_login.as_deref(),
        api_key: request.apikey.as_deref(),
        named: &request.named,
    };
    let answer = match request.validate() {
        Ok(_) => {
            let work = |settlement: Settlement, payment| async move { settlement.release(payment).await };
            call.answer(gateway, from, work).await?
        }
        Err(code) => movements::refuse(gateway, from, call, code).await?,
    };
    Ok(answer.write())
}
