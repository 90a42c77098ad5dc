//! callDeleteTokenS2S ends an agreement; CallUpdateTokenS2S has nothing to update, for an agreement has no expiry date.

use std::sync::Arc;

use payments::Token;
use store::Shop;
use wire::token::{Kind, Response};
use wire::{Code, delete_token, update_token};
use xml::Element;

use super::{Caller, failure};
use crate::Gateway;
use crate::doors::axerve::lookup;
use crate::flow::recurrence::{NotEnded, Recurrence};

/// The answer to a callDeleteTokenS2S.
///
/// # Errors
/// A field is given twice.
pub(super) async fn delete(gateway: &Gateway, body: Element<'_>, from: Caller) -> Result<String, xml::Error> {
    let request = delete_token::Request::read(body)?;
    let answer = match from.admit(gateway, request.shop_login.as_deref(), request.apikey.as_deref()).await {
        Ok(shop) => match end(gateway, &shop, request.token_value.as_deref()).await {
            Ok(()) => Response::done(Kind::Delete),
            Err(code) => Response::refused(Kind::Delete, failure(code, shop.language)),
        },
        Err(refused) => Response::refused(Kind::Delete, failure(refused.code, refused.language)),
    };
    Ok(answer.write())
}

/// The answer to a CallUpdateTokenS2S: never yes.
///
/// # Errors
/// A field is given twice.
pub(super) async fn update(gateway: &Gateway, body: Element<'_>, from: Caller) -> Result<String, xml::Error> {
    let request = update_token::Request::read(body)?;
    let (code, language) = match from.admit(gateway, request.shop_login.as_deref(), request.apikey.as_deref()).await {
        Ok(shop) if !shop.web_service => (Code::DISABLED, shop.language),
        Ok(shop) => {
            let known = known(gateway, &shop, request.token.as_deref()).await;
            (known.map_or_else(|code| code, |()| Code::NOT_ALLOWED), shop.language)
        }
        Err(refused) => (refused.code, refused.language),
    };
    Ok(Response::refused(Kind::Update, failure(code, language)).write())
}

async fn end(gateway: &Gateway, shop: &Arc<Shop>, token: Option<&str>) -> Result<(), Code> {
    if !shop.web_service {
        return Err(Code::DISABLED);
    }
    let token = token_of(token)?;
    let recurrence = Recurrence::of(gateway, shop).ok_or(Code::SYSTEM)?;
    // In a task of its own: a shop that hangs up does not cut it.
    match tokio::spawn(async move { recurrence.end(&token).await }).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(NotEnded::TokenUnknown)) => Err(Code::TOKEN_UNKNOWN),
        Ok(Err(NotEnded::Store(error))) => Err(lookup::broken(&error)),
        Err(error) => {
            tracing::error!(%error, "the end of an agreement broke");
            Err(Code::SYSTEM)
        }
    }
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
