//! Encrypt: checks what the shop asks for and seals it. Writes nothing, reserves nothing.
//!
//! Merchants call it many times for one identifier, and it must answer when Amazon or the store
//! does not. So the store is asked only about an identifier that this gateway has seen attempted,
//! and for a moment only.

use std::net::IpAddr;
use std::time::Duration;

use payments::{Recurring, ShopTransactionId};
use store::Shop;
use wire::encrypt::{self, Request, Response, Valid};
use wire::soap::Fault;
use wire::{Code, method};
use xml::Element;

use super::{admit, failure, permitted, told};
use crate::Gateway;
use crate::doors::axerve::order::order_of;
use crate::rail;
use crate::seal::SealedRequest;

const STORE_PATIENCE: Duration = Duration::from_millis(500);

/// The answer to an Encrypt.
///
/// # Errors
/// A field is given twice.
pub(super) async fn answer(gateway: &Gateway, body: Element<'_>, from: IpAddr) -> Result<String, Fault> {
    let request = Request::read(body)?;
    let admitted = admit(gateway, from, request.shop_login.as_deref(), request.apikey.as_deref()).await;
    let answer = match admitted {
        Ok(shop) => match seal(gateway, &shop, &request).await {
            Ok(crypted) => Response::Ok(crypted),
            Err(code) => Response::Ko(failure(code, shop.language)),
        },
        Err(why) => {
            let refused = told(why)?;
            Response::Ko(failure(refused.code, refused.language))
        }
    };
    Ok(answer.write())
}

async fn seal(gateway: &Gateway, shop: &Shop, request: &Request) -> Result<String, Code> {
    let valid = encrypt::validate(request, permitted(shop))?;
    let only_amazon_pay = is_only_amazon_pay(shop, &valid);
    let methods = valid.payment_types.clone();
    let order = order_of(shop, valid.purchase, recurring_of(valid.recurring))?;
    if (only_amazon_pay || methods.is_empty()) && !rail::takes(order.amount.currency) {
        return Err(Code::CURRENCY_INVALID);
    }
    if only_amazon_pay && is_claimed(gateway, shop, &order.shop_transaction_id).await {
        return Err(Code::TRANSACTION_INVALID);
    }
    let keyring = gateway.keyring();
    let sealed = SealedRequest { payment: keyring.new_payment_id(), order, methods, sealed_at: gateway.now() };
    Ok(keyring.seal_request(&shop.login, &sealed))
}

/// Whether Amazon Pay is the only way to pay this: named alone, or the shop's only method.
fn is_only_amazon_pay(shop: &Shop, valid: &Valid) -> bool {
    let methods = if valid.payment_types.is_empty() { &shop.payment_types } else { &valid.payment_types };
    !methods.is_empty() && methods.iter().all(|name| name == method::AMAZON_PAY)
}

fn recurring_of(wish: Option<encrypt::Recurring>) -> Recurring {
    match wish {
        None => Recurring::No,
        Some(encrypt::Recurring::PayNow) => Recurring::WithPayment,
        Some(encrypt::Recurring::Only) => Recurring::Only,
    }
}

/// Whether an authorization was asked for under this identifier, as far as this gateway has seen
/// and the store can say. The store refuses the second claim in any case, when the buyer pays.
async fn is_claimed(gateway: &Gateway, shop: &Shop, id: &ShopTransactionId) -> bool {
    if !gateway.store().has_seen_claimed(&shop.login, id) {
        return false;
    }
    let asked = gateway.store().payment_by_transaction(&shop.login, id);
    match tokio::time::timeout(STORE_PATIENCE, asked).await {
        Ok(Ok(claimant)) => claimant.is_some(),
        Ok(Err(error)) => {
            tracing::warn!(shop = shop.login.as_str(), %error, "Encrypt went on without the store");
            false
        }
        Err(_) => {
            tracing::warn!(shop = shop.login.as_str(), "Encrypt did not wait for the store");
            false
        }
    }
}
