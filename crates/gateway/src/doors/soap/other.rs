//! The operations of WSs2s that make no sense for Amazon Pay: refused in their own shape, never with a fault.

use payments::Language;
use std::net::IpAddr;

use wire::Code;
use wire::other::{Operation, Request};
use wire::soap::Fault;
use xml::Element;

use super::{admit, failure, told};
use crate::Gateway;

/// The refusal of an operation; nothing when WSs2s has no operation of this name.
///
/// # Errors
/// A field is given twice.
pub(super) async fn refuse(gateway: &Gateway, operation: &str, body: Element<'_>, from: IpAddr) -> Refusal {
    let Some(operation) = Operation::named(operation) else { return Ok(None) };
    if !operation.names_shop {
        return Ok(Some(operation.refused(&failure(operation.code, Language::Italian))));
    }
    let request = Request::read(body)?;
    let admitted = admit(gateway, from, request.shop_login.as_deref(), request.apikey.as_deref()).await;
    Ok(Some(match admitted {
        Ok(shop) => {
            let code = if shop.web_service { operation.code } else { Code::DISABLED };
            operation.refused(&failure(code, shop.language))
        }
        Err(why) => {
            let refused = told(why)?;
            operation.failed(&failure(refused.code, refused.language))
        }
    }))
}

type Refusal = Result<Option<String>, Fault>;
