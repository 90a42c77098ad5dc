//! What callPagamS2S is asked for, checked before it is sent.

use std::fmt;

use wire::{Lang, method, pagam};

use crate::order::Order;
use crate::{Amount, Invalid, Token};

/// A payment that the shop's server makes by itself: build one with [`Charge::with_order_reference`] or
/// [`Charge::with_token`].
///
/// It can only be had valid; [`ChargeBuilder::build`] says what is wrong otherwise.
#[derive(Clone, PartialEq, Eq)]
pub struct Charge {
    order: Order,
    source: Source,
}

#[derive(Clone, PartialEq, Eq)]
enum Source {
    OrderReference(String),
    Token(Token),
}

/// Collects the fields of a [`Charge`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing before build()"]
pub struct ChargeBuilder(Charge);

impl Charge {
    /// Charges what the buyer chose in the widgets on the shop's own page: an Amazon order
    /// reference, `S02-…` or `P02-…`.
    ///
    /// The identifier follows the rules of [`Payment::builder`](crate::Payment::builder): 1 to 32
    /// of `[A-Za-z0-9_-]`, and each can be tried **once**. When the buyer must choose again
    /// ([`Status::widget`](crate::Status::widget)), charge the same order reference under a new
    /// identifier.
    ///
    /// ```
    /// use pagam::{Amount, Charge};
    ///
    /// let charge = Charge::with_order_reference(Amount::euro_cents(2421), "order-42-1", "S02-1234567-7654321")
    ///     .buyer("Mario Bianchi", "mario@example.it")
    ///     .custom("STORE_ID", "7")
    ///     .build()?;
    /// assert_eq!(charge.shop_transaction_id(), "order-42-1");
    /// assert!(Charge::with_order_reference(Amount::euro_cents(2421), "order-42-1", "not one").build().is_err());
    /// # Ok::<(), pagam::Invalid>(())
    /// ```
    pub fn with_order_reference(
        amount: Amount,
        shop_transaction_id: impl Into<String>,
        order_reference: impl Into<String>,
    ) -> ChargeBuilder {
        let order = Order::new(amount, shop_transaction_id.into());
        ChargeBuilder(Charge { order, source: Source::OrderReference(order_reference.into()) })
    }

    /// Charges a buyer who permitted it before, without the buyer: next month's instalment.
    ///
    /// The identifier is a new one for every charge. Derive it from what is charged for (`sub-7-2026-05`), not from a
    /// counter or a clock: then a job that starts twice cannot charge twice, and learns with
    /// [`Client::read_trx`](crate::Client::read_trx) what came of the first time.
    ///
    /// ```
    /// use pagam::{Amount, Charge, Token};
    ///
    /// let token = Token::new("7Q2M9X4K1B8V3Z6T")?;
    /// let charge = Charge::with_token(Amount::euro_cents(990), "sub-7-2026-05", token).build()?;
    /// assert!(!format!("{charge:?}").contains("7Q2M"), "no log shows the token");
    /// # Ok::<(), pagam::Invalid>(())
    /// ```
    pub fn with_token(amount: Amount, shop_transaction_id: impl Into<String>, token: Token) -> ChargeBuilder {
        ChargeBuilder(Charge { order: Order::new(amount, shop_transaction_id.into()), source: Source::Token(token) })
    }

    /// To be paid.
    #[must_use]
    pub fn amount(&self) -> Amount {
        self.order.amount
    }

    /// The shop's identifier.
    #[must_use]
    pub fn shop_transaction_id(&self) -> &str {
        &self.order.shop_transaction_id
    }

    /// The request, without who asks.
    pub(crate) fn request(&self) -> pagam::Request {
        let (trans_key, token_value, payment_types) = match &self.source {
            Source::OrderReference(id) => (Some(id.clone()), None, vec![method::AMAZON_PAY.to_owned()]),
            Source::Token(token) => (None, Some(token.as_str().to_owned()), Vec::new()),
        };
        let order = &self.order;
        pagam::Request {
            uic_code: order.uic(),
            amount: Some(order.amount.to_decimal()),
            shop_transaction_id: Some(order.shop_transaction_id.clone()),
            buyer_name: order.buyer_name.clone(),
            buyer_email: order.buyer_email.clone(),
            language_id: order.language_id(),
            trans_key,
            custom_info: order.custom_text(),
            token_value,
            payment_types,
            ..pagam::Request::default()
        }
    }
}

impl fmt::Debug for Charge {
    /// Without what tells who the buyer is, and without the token: values like this end in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Charge");
        shown.field("amount", &self.order.amount).field("shop_transaction_id", &self.order.shop_transaction_id);
        match &self.source {
            Source::OrderReference(id) => shown.field("order_reference", id),
            Source::Token(token) => shown.field("token", token),
        };
        shown.finish_non_exhaustive()
    }
}

impl ChargeBuilder {
    /// The buyer's name and e-mail address, at most 50 characters each. Names that people typed may have characters
    /// that the service does not take: see [`without_forbidden`](crate::without_forbidden).
    pub fn buyer(mut self, name: impl Into<String>, email: impl Into<String>) -> Self {
        self.0.order.set_buyer(name.into(), email.into());
        self
    }

    /// Language of texts to the buyer; without it, the shop's.
    pub fn language(mut self, language: Lang) -> Self {
        self.0.order.language = Some(language);
        self
    }

    /// One piece of the shop's own information, as in [`PaymentBuilder::custom`](crate::PaymentBuilder::custom).
    pub fn custom(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.order.custom.push((key.into(), value.into()));
        self
    }

    /// Checks everything that the gateway would check.
    ///
    /// # Errors
    /// [`Invalid`], with the field and the reason.
    pub fn build(self) -> Result<Charge, Invalid> {
        let charge = self.0;
        charge.order.check(true)?;
        if let Source::OrderReference(id) = &charge.source {
            check_order_reference(id)?;
        }
        let checked = pagam::validate(&charge.request(), pagam::Permitted::default());
        checked.map_err(|code| Invalid::Rule { code })?;
        Ok(charge)
    }
}

/// Amazon's ids are letters, digits and hyphens. Their exact form is Amazon's business.
fn check_order_reference(id: &str) -> Result<(), Invalid> {
    let field = "order_reference";
    if id.is_empty() {
        return Err(Invalid::Empty { field });
    }
    match id.chars().find(|c| !(c.is_ascii_alphanumeric() || *c == '-')) {
        Some(found) => Err(Invalid::Character { field, found: found.to_string() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use wire::Code;

    use super::*;

    fn token() -> Token {
        Token::new("7Q2M9X4K1B8V3Z6T").expect("a token")
    }

    #[test]
    fn an_order_reference_is_named_with_its_method_and_a_token_alone() {
        let reference = Charge::with_order_reference(Amount::euro_cents(100), "a", "S02-1234567-7654321");
        let request = reference.language(Lang::German).build().expect("valid").request();
        assert_eq!(request.trans_key.as_deref(), Some("S02-1234567-7654321"));
        assert_eq!(
            (request.payment_types.as_slice(), request.token_value),
            (["AMAZONPAY".to_owned()].as_slice(), None),
            "an order reference goes with Amazon Pay as its method, and without a token"
        );
        assert_eq!(request.language_id.as_deref(), Some("5"));
        let request = Charge::with_token(Amount::euro_cents(100), "a", token()).build().expect("valid").request();
        assert_eq!(
            (request.trans_key, request.payment_types.len()),
            (None, 0),
            "a token goes alone, without an order reference and a method"
        );
        assert_eq!(request.token_value.as_deref(), Some("7Q2M9X4K1B8V3Z6T"));
    }

    #[test]
    fn what_the_gateway_would_refuse_is_not_sent() {
        let reference = |id: &str| Charge::with_order_reference(Amount::euro_cents(100), "a", id).build();
        assert_eq!(reference(""), Err(Invalid::Empty { field: "order_reference" }));
        assert!(matches!(reference("S02 1"), Err(Invalid::Character { field: "order_reference", .. })));
        assert_eq!(reference(&"S".repeat(26)), Err(Invalid::Rule { code: Code::PARAMETERS_ERROR }));
        let charge = |cents, id: &str| Charge::with_token(Amount::euro_cents(cents), id, token()).build();
        assert!(matches!(charge(0, "a"), Err(Invalid::Amount { .. })));
        assert!(matches!(charge(100, "a b"), Err(Invalid::Character { .. })));
        assert!(matches!(charge(100, &"x".repeat(33)), Err(Invalid::TooLong { .. })));
        assert_eq!(charge(15_000_001, "a"), Err(Invalid::Rule { code: Code::AMOUNT_TOO_BIG }));
    }
}
