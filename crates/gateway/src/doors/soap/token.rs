//! callDeleteTokenS2S ends an agreement; CallUpdateTokenS2S has nothing to update, for an agreement has no expiry date.

use std::net::IpAddr;
use std::sync::Arc;

use payments::Token;
use store::Shop;
use wire::soap::Fault;
use wire::token::{Kind, Response};
use wire::{Code, delete_token, update_token};
use xml::Element;

use super::{admit, failure, outcome_unknown, told, told_of_money};
use crate::Gateway;
use crate::doors::axerve::lookup;
use crate::flow::outcome::{NoOutcome, OrUnknown};
use crate::flow::recurrence::{Recurrence, TokenUnknown};

/// The answer to a callDeleteTokenS2S.
///
/// # Errors
/// A field is given twice.
pub(super) async fn delete(gateway: &Gateway, body: Element<'_>, from: IpAddr) -> Result<String, Fault> {
    let request = delete_token::Request::read(body)?;
    let answer = match admit(gateway, from, request.shop_login.as_deref(), request.apikey.as_deref()).await {
        Ok(shop) => match end(gateway, &shop, request.token_value.as_deref()).await {
            Ok(()) => Response::done(Kind::Delete),
            Err(NoOutcome::Nothing(code)) => Response::refused(Kind::Delete, failure(code, shop.language)),
            Err(NoOutcome::Unknown(why)) => return Err(outcome_unknown(&shop, &why)),
        },
        Err(why) => {
            let refused = told_of_money(why)?;
            Response::refused(Kind::Delete, failure(refused.code, refused.language))
        }
    };
    Ok(answer.write())
}

/// The answer to a CallUpdateTokenS2S: never yes.
///
/// # Errors
/// A field is given twice.
pub(super) async fn update(gateway: &Gateway, body: Element<'_>, from: IpAddr) -> Result<String, Fault> {
    let request = update_token::Request::read(body)?;
    let (code, language) = match admit(gateway, from, request.shop_login.as_deref(), request.apikey.as_deref()).await {
        Ok(shop) if !shop.web_service => (Code::DISABLED, shop.language),
        Ok(shop) => {
            let known = known(gateway, &shop, request.token.as_deref()).await;
            (known.map_or_else(|code| code, |()| Code::NOT_ALLOWED), shop.language)
        }
        Err(why) => {
            let refused = told(why)?;
            (refused.code, refused.language)
        }
    };
    Ok(Response::refused(Kind::Update, failure(code, language)).write())
}

async fn end(gateway: &Gateway, shop: &Arc<Shop>, token: Option<&str>) -> Result<(), NoOutcome<Code>> {
    if !shop.web_service {
        return Err(Code::DISABLED.into());
    }
    let token = token_of(token)?;
    let recurrence = Recurrence::of(gateway, shop).ok_or(Code::MERCHANT_CONFIGURATION)?;
    // In a task of its own: a shop that hangs up does not cut it.
    let ended = tokio::spawn(async move { recurrence.end(&token).await }).await.or_unknown()?;
    ended.map_err(|why| why.map(|TokenUnknown| Code::TOKEN_UNKNOWN))
}

async fn known(gateway: &Gateway, shop: &Shop, token: Option<&str>) -> Result<(), Code> {
    let token = token_of(token)?;
    let agreement = gateway.store().agreement(&shop.login, &token).await.map_err(|error| lookup::broken(&error))?;
    match agreement.is_some_and(|agreement| agreement.is_active()) {
        true => Ok(()),
        false => Err(Code::TOKEN_UNKNOWN),
    }
}

fn token_of(text: Option<&str>) -> Result<Token, Code> {
    text.and_then(|text| Token::new(text).ok()).ok_or(Code::TOKEN_UNKNOWN)
}
