//! What callSettleS2S, callDeleteS2S and callRefundS2S are asked for, checked before it is sent.

use wire::movement::Named;
use wire::{delete, refund, settle};

use crate::invalid::length;
use crate::order::check_amount;
use crate::{Amount, Error, Invalid, Lookup};

const SETTLEMENT_ID_MAX: usize = 20;
const REASON_MAX: usize = 50;

/// To take what was authorized, in whole or in part. With Amazon Pay once: what is left after it is released.
///
/// Only for shops that keep authorization and settlement apart; others settle by themselves.
///
/// ```
/// use pagam::{Amount, Lookup, Settlement};
///
/// let settlement = Settlement::new(Lookup::Bank("117"), Amount::euro_cents(2421)).settlement_id("parcel-7");
/// # let _ = settlement;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a settlement does nothing before Client::settle()"]
pub struct Settlement<'s> {
    lookup: Lookup<'s>,
    amount: Amount,
    settlement_id: Option<String>,
}

/// To give back what was taken, in whole or in part, also several times, up to what was taken.
///
/// ```
/// use pagam::{Amount, Lookup, Refund};
///
/// let refund = Refund::new(Lookup::ShopTransaction("order-42-1"), Amount::euro_cents(500))
///     .settlement_id("return-7")
///     .reason("a scratch");
/// # let _ = refund;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a refund does nothing before Client::refund()"]
pub struct Refund<'r> {
    lookup: Lookup<'r>,
    amount: Amount,
    settlement_id: Option<String>,
    reason: Option<String>,
    is_fraud: Option<bool>,
}

impl<'s> Settlement<'s> {
    /// Takes an amount of a transaction, in its own currency.
    pub fn new(lookup: Lookup<'s>, amount: Amount) -> Settlement<'s> {
        Settlement { lookup, amount, settlement_id: None }
    }

    /// The shop's own name for this settlement, 1 to 20 characters: what makes repeating safe. The same settlement under
    /// the same name is done once by a Pagam gateway, however often it is asked for. Axerve takes the name and documents
    /// nothing of the kind: ask [`Client::read_trx`](crate::Client::read_trx) there before anything is repeated.
    pub fn settlement_id(mut self, id: impl Into<String>) -> Self {
        self.settlement_id = Some(id.into());
        self
    }

    /// The request, without who asks.
    pub(crate) fn request(&self) -> Result<settle::Request, Error> {
        check_amount(self.amount)?;
        check_settlement_id(self.settlement_id.as_deref())?;
        let request = settle::Request {
            uic_code: Some(self.amount.currency().uic().to_owned()),
            amount: Some(self.amount.to_decimal()),
            named: named(self.lookup)?,
            settlement_id: self.settlement_id.clone(),
            ..settle::Request::default()
        };
        request.validate().map_err(|code| Invalid::Rule { code })?;
        Ok(request)
    }
}

impl<'r> Refund<'r> {
    /// Gives back an amount of a transaction, in its own currency.
    pub fn new(lookup: Lookup<'r>, amount: Amount) -> Refund<'r> {
        Refund { lookup, amount, settlement_id: None, reason: None, is_fraud: None }
    }

    /// The shop's own name for this refund, 1 to 20 characters: what makes repeating safe, as with
    /// [`Settlement::settlement_id`]. Two refunds of the same transaction need two names.
    pub fn settlement_id(mut self, id: impl Into<String>) -> Self {
        self.settlement_id = Some(id.into());
        self
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
        check_settlement_id(self.settlement_id.as_deref())?;
        check_reason("reason", self.reason.as_deref())?;
        let request = refund::Request {
            uic_code: Some(self.amount.currency().uic().to_owned()),
            amount: Some(self.amount.to_decimal()),
            named: named(self.lookup)?,
            settlement_id: self.settlement_id.clone(),
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

/// A name that is cut off or changed on the way would no longer be the same name.
fn check_settlement_id(id: Option<&str>) -> Result<(), Invalid> {
    let (field, Some(id)) = ("settlement_id", id) else { return Ok(()) };
    if id.is_empty() {
        return Err(Invalid::Empty { field });
    }
    length(field, id, SETTLEMENT_ID_MAX)?;
    match id.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
        Some(found) => Err(Invalid::Character { field, found: found.to_string() }),
        None => Ok(()),
    }
}

fn check_reason(field: &'static str, reason: Option<&str>) -> Result<(), Invalid> {
    length(field, reason.unwrap_or_default(), REASON_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Lookup<'static> = Lookup::ShopTransaction("order-42-1");

    #[test]
    fn names_of_movements_are_kept_whole() {
        let with = |id: &str| Settlement::new(ORDER, Amount::euro_cents(1)).settlement_id(id).request();
        assert_eq!(with("parcel-7").expect("valid").settlement_id.as_deref(), Some("parcel-7"));
        for wrong in ["", " ", "a b", "è", &"x".repeat(21)] {
            assert!(matches!(with(wrong), Err(Error::Invalid(_))), "{wrong}");
        }
        assert!(Refund::new(ORDER, Amount::euro_cents(1)).settlement_id("").request().is_err());
    }

    #[test]
    fn nothing_and_nobodys_money_is_not_moved() {
        assert!(Settlement::new(ORDER, Amount::euro_cents(0)).request().is_err());
        assert!(Refund::new(ORDER, Amount::euro_cents(0)).request().is_err());
        assert!(Refund::new(Lookup::Bank("x"), Amount::euro_cents(1)).request().is_err());
        assert!(deletion(Lookup::ShopTransaction(" "), "").is_err());
    }

    #[test]
    fn reasons_are_short_and_may_be_left_out() {
        assert_eq!(deletion(ORDER, "").expect("valid").cancel_reason, None);
        assert!(deletion(ORDER, &"x".repeat(51)).is_err());
        let refund = Refund::new(ORDER, Amount::euro_cents(1)).reason("a scratch").fraud(false).request();
        let refund = refund.expect("valid");
        assert_eq!(
            (refund.refund_reason.as_deref(), refund.charge_back_fraud.as_deref()),
            (Some("a scratch"), Some("N"))
        );
    }
}
