//! What settling, deleting and refunding have in common: who may, which payment, and why not.

use std::net::IpAddr;
use std::sync::Arc;

use payments::{Currency, Money, Payment, SettlementId};
use store::Shop;
use wire::Code;
use wire::movement::{Kind, Named, Response, Valid};
use wire::soap::Fault;

use super::{admit, failure, outcome_unknown, told_of_money};
use crate::Gateway;
use crate::doors::axerve::codes::{code_of_not_moved, lang_of};
use crate::doors::axerve::lookup;
use crate::flow::outcome::{NoOutcome, OrUnknown};
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
    ///
    /// # Errors
    /// It is not known what became of the movement; too many calls.
    pub(super) async fn answer<W, F>(self, gateway: &Gateway, from: IpAddr, work: W) -> Result<Response, Fault>
    where
        W: FnOnce(Settlement, Payment) -> F,
        F: Future<Output = Result<Box<Payment>, NoOutcome<NotMoved>>> + Send + 'static,
    {
        let shop = match admit(gateway, from, self.shop_login, self.api_key).await {
            Ok(shop) => shop,
            Err(why) => {
                let refused = told_of_money(why)?;
                return Ok(Response::failed(self.kind, failure(refused.code, refused.language)));
            }
        };
        match self.moved(gateway, &shop, work).await {
            Ok(()) => Ok(Response::done(self.kind, self.named, lang_of(shop.language))),
            Err(NoOutcome::Nothing(Code::DISABLED)) => {
                Ok(Response::failed(self.kind, failure(Code::DISABLED, shop.language)))
            }
            Err(NoOutcome::Nothing(code)) => Ok(Response::refused(self.kind, self.named, failure(code, shop.language))),
            Err(NoOutcome::Unknown(why)) => Err(outcome_unknown(&shop, &why)),
        }
    }

    async fn moved<W, F>(&self, gateway: &Gateway, shop: &Arc<Shop>, work: W) -> Result<(), NoOutcome<Code>>
    where
        W: FnOnce(Settlement, Payment) -> F,
        F: Future<Output = Result<Box<Payment>, NoOutcome<NotMoved>>> + Send + 'static,
    {
        if !shop.web_service {
            return Err(Code::DISABLED.into());
        }
        let payment = lookup::find(gateway, shop, self.named).await?;
        let settlement = Settlement::of(gateway, shop).ok_or(Code::MERCHANT_CONFIGURATION)?;
        let moved = tokio::spawn(work(settlement, payment)).await.or_unknown()?;
        moved.map(drop).map_err(|why| why.map(|why| code_of_not_moved(self.kind, &why)))
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

/// The refusal of a request that does not keep the rules, in the caller's language as far as that
/// is known: after he was let in.
///
/// # Errors
/// It is not known who calls; too many calls.
pub(super) async fn refuse(gateway: &Gateway, from: IpAddr, call: Call<'_>, code: Code) -> Result<Response, Fault> {
    Ok(match admit(gateway, from, call.shop_login, call.api_key).await {
        Ok(shop) if !shop.web_service => Response::failed(call.kind, failure(Code::DISABLED, shop.language)),
        Ok(shop) => Response::refused(call.kind, call.named, failure(code, shop.language)),
        Err(why) => {
            let refused = told_of_money(why)?;
            Response::failed(call.kind, failure(refused.code, refused.language))
        }
    })
}
