//! What callSettleS2S, callDeleteS2S and callRefundS2S are asked for, checked before it is sent.

use wire::movement::Named;
use wire::{delete, refund, settle};

use crate::invalid::length;
use crate::order::check_amount;
use crate::{Amount, Error, Invalid, Lookup, SettlementId};

const REASON_MAX: usize = 50;

/// To take what was authorized, in whole or in part. With Amazon Pay once: what is left after it is released.
///
/// Only for shops that keep authorization and settlement apart; others settle by themselves.
///
/// ```
/// use pagam::{Amount, Lookup, Settlement, SettlementId};
///
/// let name = SettlementId::new("parcel-7")?; // in the shop's database before it is sent
/// let settlement = Settlement::new(Lookup::Bank("117"), Amount::euro_cents(2421), name);
/// # let _ = settlement;
/// # Ok::<(), pagam::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a settlement does nothing before Client::settle()"]
pub struct Settlement<'s> {
    lookup: Lookup<'s>,
    amount: Amount,
    settlement_id: SettlementId,
}

/// To give back what was taken, in whole or in part, also several times, up to what was taken.
///
/// ```
/// use pagam::{Amount, Lookup, Refund, SettlementId};
///
/// let name = SettlementId::generate(); // into the shop's database before it is sent
/// let refund = Refund::new(Lookup::ShopTransaction("order-42-1"), Amount::euro_cents(500), name).reason("a scratch");
/// # let _ = refund;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a refund does nothing before Client::refund()"]
pub struct Refund<'r> {
    lookup: Lookup<'r>,
    amount: Amount,
    settlement_id: SettlementId,
    reason: Option<String>,
    is_fraud: Option<bool>,
}

impl<'s> Settlement<'s> {
    /// Takes an amount of a transaction, in its own currency, under a name of the shop's own.
    pub fn new(lookup: Lookup<'s>, amount: Amount, settlement_id: SettlementId) -> Settlement<'s> {
        Settlement { lookup, amount, settlement_id }
    }

    /// The request, without who asks.
    pub(crate) fn request(&self) -> Result<settle::Request, Error> {
        check_amount(self.amount)?;
        let request = settle::Request {
            uic_code: Some(self.amount.currency().uic().to_owned()),
            amount: Some(self.amount.to_decimal()),
            named: named(self.lookup)?,
            settlement_id: Some(self.settlement_id.as_str().to_owned()),
            ..settle::Request::default()
        };
        request.validate().map_err(|code| Invalid::Rule { code })?;
        Ok(request)
    }
}

impl<'r> Refund<'r> {
    /// Gives back an amount of a transaction, in its own currency, under a name of the shop's own.
    /// Two refunds of the same transaction need two names.
    pub fn new(lookup: Lookup<'r>, amount: Amount, settlement_id: SettlementId) -> Refund<'r> {
        Refund { lookup, amount, settlement_id, reason: None, is_fraud: None }
    }

    /// Why, in at most 50 characters.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into()).filter(|reason| !reason.is_empty());
        self
    }

    /// Whether it answers a fraud.
    pub fn fraud(mut self, is_fraud: bool) -> Self {
        self.is_fraud = Some(is_fraud);
        self
    }

    /// The request, without who asks.
    pub(crate) fn request(&self) -> Result<refund::Request, Error> {
        check_amount(self.amount)?;
        check_reason("reason", self.reason.as_deref())?;
        let request = refund::Request {
            uic_code: Some(self.amount.currency().uic().to_owned()),
            amount: Some(self.amount.to_decimal()),
            named: named(self.lookup)?,
            settlement_id: Some(self.settlement_id.as_str().to_owned()),
            refund_reason: self.reason.clone(),
            charge_back_fraud: self.is_fraud.map(|is_fraud| if is_fraud { "Y" } else { "N" }.to_owned()),
            ..refund::Request::default()
        };
        request.validate().map_err(|code| Invalid::Rule { code })?;
        Ok(request)
    }
}

/// The request of a deletion, without who asks.
pub(crate) fn deletion(lookup: Lookup<'_>, reason: &str) -> Result<delete::Request, Error> {
    check_reason("reason", Some(reason))?;
    let cancel_reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
    let request = delete::Request { named: named(lookup)?, cancel_reason, ..delete::Request::default() };
    request.validate().map_err(|code| Invalid::Rule { code })?;
    Ok(request)
}

fn named(lookup: Lookup<'_>) -> Result<Named, Invalid> {
    let (shop_transaction_id, bank_transaction_id) = lookup.identifiers()?;
    Ok(Named { shop_transaction_id, bank_transaction_id })
}

fn check_reason(field: &'static str, reason: Option<&str>) -> Result<(), Invalid> {
    length(field, reason.unwrap_or_default(), REASON_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Lookup<'static> = Lookup::ShopTransaction("order-42-1");

    fn name() -> SettlementId {
        SettlementId::new("parcel-7").expect("a name")
    }

    #[test]
    fn settlements_and_refunds_carry_their_name() {
        let settlement = Settlement::new(ORDER, Amount::euro_cents(1), name()).request().expect("valid");
        let refund = Refund::new(ORDER, Amount::euro_cents(1), name()).request().expect("valid");
        for sent in [settlement.settlement_id, refund.settlement_id] {
            assert_eq!(sent.as_deref(), Some("parcel-7"));
        }
    }

    #[test]
    fn zero_amounts_and_unreadable_transactions_are_refused() {
        assert!(Settlement::new(ORDER, Amount::euro_cents(0), name()).request().is_err());
        assert!(Refund::new(ORDER, Amount::euro_cents(0), name()).request().is_err());
        assert!(Refund::new(Lookup::Bank("x"), Amount::euro_cents(1), name()).request().is_err());
        assert!(deletion(Lookup::ShopTransaction(" "), "").is_err());
    }

    #[test]
    fn reasons_are_short_and_may_be_left_out() {
        assert_eq!(deletion(ORDER, "").expect("valid").cancel_reason, None);
        assert!(deletion(ORDER, &"x".repeat(51)).is_err());
        let refund = Refund::new(ORDER, Amount::euro_cents(1), name()).reason("a scratch").fraud(false).request();
        let refund = refund.expect("valid");
        assert_eq!(
            (refund.refund_reason.as_deref(), refund.charge_back_fraud.as_deref()),
            (Some("a scratch"), Some("N")),
            "the reason and the answer about fraud are sent as they were given"
        );
    }
}
