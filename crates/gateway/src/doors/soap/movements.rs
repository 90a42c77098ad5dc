//! What settling, deleting and refunding have in common: who may, which payment, and why not.

use std::sync::Arc;

use payments::{Currency, Money, Payment, Refusal, SettlementId};
use store::Shop;
use wire::Code;
use wire::movement::{Kind, Named, Response, Valid};

use super::{Caller, failure};
use crate::Gateway;
use crate::doors::axerve::codes::lang_of;
use crate::doors::axerve::lookup;
use crate::flow::settlement::{NotMoved, Settlement};

/// Who calls, and about which payment.
pub(super) struct Call<'r> {
    pub(super) kind: Kind,
    pub(super) shop_login: Option<&'r str>,
    pub(super) api_key: Option<&'r str>,
    pub(super) named: &'r Named,
}

impl Call<'_> {
    /// Lets the caller in, does `work` in a task of its own, so that a shop that hangs up does not cut it, and answers.
    pub(super) async fn answer<W, F>(self, gateway: &Gateway, from: Caller, work: W) -> Response
    where
        W: FnOnce(Settlement, Payment) -> F,
        F: Future<Output = Result<Box<Payment>, NotMoved>> + Send + 'static,
    {
        let shop = match from.admit(gateway, self.shop_login, self.api_key).await {
            Ok(shop) => shop,
            Err(refused) => return Response::failed(self.kind, failure(refused.code, refused.language)),
        };
        match self.moved(gateway, &shop, work).await {
            Ok(()) => Response::done(self.kind, self.named, lang_of(shop.language)),
            Err(code @ (Code::SYSTEM | Code::DISABLED)) => Response::failed(self.kind, failure(code, shop.language)),
            Err(code) => Response::refused(self.kind, self.named, failure(code, shop.language)),
        }
    }

    async fn moved<W, F>(&self, gateway: &Gateway, shop: &Arc<Shop>, work: W) -> Result<(), Code>
    where
        W: FnOnce(Settlement, Payment) -> F,
        F: Future<Output = Result<Box<Payment>, NotMoved>> + Send + 'static,
    {
        if !shop.web_service {
            return Err(Code::DISABLED);
        }
        let payment = lookup::find(gateway, shop, self.named).await?;
        let settlement = Settlement::of(gateway, shop).ok_or(Code::SYSTEM)?;
        match tokio::spawn(work(settlement, payment)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(why)) => Err(self.code_of(&why)),
            Err(error) => {
                tracing::error!(%error, "a movement's task broke");
                Err(Code::SYSTEM)
            }
        }
    }

    fn code_of(&self, why: &NotMoved) -> Code {
        match why {
            NotMoved::Refused(refusal) => self.code_of_refusal(*refusal),
            NotMoved::OtherAmount => Code::PARAMETER_INVALID,
            NotMoved::Declined if self.kind == Kind::Refund => Code::NOT_REFUNDABLE,
            NotMoved::Declined => Code::DENIED,
            NotMoved::Ended => Code::AUTHORIZATION_EXPIRED,
            NotMoved::Store(error) => lookup::broken(error),
        }
    }

    fn code_of_refusal(&self, refusal: Refusal) -> Code {
        match refusal {
            Refusal::AboveAuthorized => Code::SETTLE_ABOVE_AUTHORIZED,
            Refusal::AboveSettled => Code::REFUND_ABOVE_BALANCE,
            Refusal::OtherCurrency => Code::CURRENCY_DIFFERS,
            Refusal::Expired => Code::AUTHORIZATION_EXPIRED,
            _ => match self.kind {
                Kind::Settle => Code::NOT_SETTLEABLE,
                Kind::Delete => Code::NOT_DELETABLE,
                Kind::Refund => Code::NOT_REFUNDABLE,
            },
        }
    }
}

/// The amount and the name of a movement that keeps the rules of the protocol.
///
/// # Errors
/// 1111: a currency of which no payment can be.
pub(super) fn wanted(valid: Valid) -> Result<(Money, Option<SettlementId>), Code> {
    let currency = Currency::new(valid.currency.iso()).map_err(|_| Code::CURRENCY_INVALID)?;
    let settlement = valid.settlement_id.map(SettlementId::new).transpose().map_err(|_| Code::PARAMETER_INVALID)?;
    Ok((Money::new(valid.amount_minor, currency), settlement))
}

/// The refusal of a request that does not keep the rules, in the caller's language as far as that is known: after he was
/// let in.
pub(super) async fn refuse(gateway: &Gateway, from: Caller, call: Call<'_>, code: Code) -> Response {
    match from.admit(gateway, call.shop_login, call.api_key).await {
        Ok(shop) if !shop.web_service => Response::failed(call.kind, failure(Code::DISABLED, shop.language)),
        Ok(shop) => Response::refused(call.kind, call.named, failure(code, shop.language)),
        Err(refused) => Response::failed(call.kind, failure(refused.code, refused.language)),
    }
}
