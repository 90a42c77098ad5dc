//! What Encrypt is asked for, checked before it is sent.

use std::fmt;

use wire::{Lang, encrypt, method};

use crate::order::Order;
use crate::{Amount, Invalid};

/// A payment to be made: build one with [`Payment::builder`].
///
/// It can only be had valid; [`PaymentBuilder::build`] says what is wrong otherwise.
#[derive(Clone, PartialEq, Eq)]
pub struct Payment {
    order: Order,
    methods: Vec<String>,
    recurring: Option<Recurring>,
}

/// Whether the buyer is asked for permission to be charged again later (Amazon Pay only).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recurring {
    /// Pay now, and get a token for later charges.
    PayNowAndRecurring,
    /// Get a token and pay nothing now. Its outcome is [`Status::Paid`](crate::Status::Paid) although **no money
    /// moved**: only [`Outcome::token`](crate::Outcome::token) counts.
    OnlyRecurring,
}

/// Collects the fields of a [`Payment`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing before build()"]
pub struct PaymentBuilder(Payment);

impl Payment {
    /// Starts a payment of an amount under the shop's own identifier.
    ///
    /// The identifier comes back in the outcome. For Amazon Pay it is 1 to 32 of `[A-Za-z0-9_-]` and can be tried
    /// **once**: after a refusal the next try needs a new one. Asking Encrypt again before that is fine.
    ///
    /// ```
    /// use pagam::{Amount, Lang, Payment};
    ///
    /// let payment = Payment::builder(Amount::euro_cents(2421), "order-42-1")
    ///     .amazon_pay()
    ///     .buyer("Mario Bianchi", "mario@example.it")
    ///     .language(Lang::Italian)
    ///     .build()?;
    /// assert_eq!(payment.shop_transaction_id(), "order-42-1");
    /// assert!(Payment::builder(Amount::euro_cents(0), "order-42-1").build().is_err());
    /// # Ok::<(), pagam::Invalid>(())
    /// ```
    pub fn builder(amount: Amount, shop_transaction_id: impl Into<String>) -> PaymentBuilder {
        let order = Order::new(amount, shop_transaction_id.into());
        PaymentBuilder(Payment { order, methods: Vec::new(), recurring: None })
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
    pub(crate) fn request(&self) -> encrypt::Request {
        let order = &self.order;
        encrypt::Request {
            uic_code: order.uic(),
            amount: Some(order.amount.to_decimal()),
            shop_transaction_id: Some(order.shop_transaction_id.clone()),
            buyer_name: order.buyer_name.clone(),
            buyer_email: order.buyer_email.clone(),
            language_id: order.language_id(),
            custom_info: order.custom_text(),
            payment_types: self.methods.clone(),
            amazon_pay_billing_agreement_description: self.recurring.map(|way| way.on_the_wire().as_str().to_owned()),
            ..encrypt::Request::default()
        }
    }

    fn may_be_amazon_pay(&self) -> bool {
        self.methods.is_empty() || self.methods.iter().any(|name| name == method::AMAZON_PAY)
    }
}

impl Recurring {
    fn on_the_wire(self) -> encrypt::Recurring {
        match self {
            Recurring::PayNowAndRecurring => encrypt::Recurring::PayNow,
            Recurring::OnlyRecurring => encrypt::Recurring::Only,
        }
    }
}

impl fmt::Debug for Payment {
    /// Without what tells who the buyer is: values like this end in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payment")
            .field("amount", &self.order.amount)
            .field("shop_transaction_id", &self.order.shop_transaction_id)
            .field("methods", &self.methods)
            .field("recurring", &self.recurring)
            .finish_non_exhaustive()
    }
}

impl PaymentBuilder {
    /// Amazon Pay and nothing else: the buyer goes straight there.
    pub fn amazon_pay(mut self) -> Self {
        self.0.methods = vec![method::AMAZON_PAY.to_owned()];
        self
    }

    /// One more method for the page's list (`AMAZONPAY`, `CREDITCARD`, …); without any, the shop's own list is shown.
    pub fn method(mut self, payment_type: impl Into<String>) -> Self {
        self.0.methods.push(payment_type.into());
        self
    }

    /// The buyer's name and e-mail address, at most 50 characters each. Names that people typed may have characters
    /// that the service does not take: see [`without_forbidden`](crate::without_forbidden).
    pub fn buyer(mut self, name: impl Into<String>, email: impl Into<String>) -> Self {
        self.0.order.set_buyer(name.into(), email.into());
        self
    }

    /// Language of the page; without it, the shop's.
    pub fn language(mut self, language: Lang) -> Self {
        self.0.order.language = Some(language);
        self
    }

    /// One piece of the shop's own information. Keys must be known to the gateway and come back in upper case; a
    /// pair takes at most 300 characters, all together 1,000.
    pub fn custom(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.order.custom.push((key.into(), value.into()));
        self
    }

    /// Asks the buyer for permission to be charged again later. The token comes in the outcome when *TOKEN* is switched
    /// on for the shop, for the page and for the web service; charge it with [`Charge::with_token`].
    ///
    /// [`Charge::with_token`]: crate::Charge::with_token
    pub fn recurring(mut self, recurring: Recurring) -> Self {
        self.0.recurring = Some(recurring);
        self
    }

    /// Checks everything that the gateway would check.
    ///
    /// # Errors
    /// [`Invalid`], with the field and the reason.
    pub fn build(self) -> Result<Payment, Invalid> {
        let payment = self.0;
        payment.order.check(payment.may_be_amazon_pay())?;
        let checked = encrypt::validate(&payment.request(), encrypt::Permitted::default());
        checked.map_err(|code| Invalid::Rule { code })?;
        Ok(payment)
    }
}

#[cfg(test)]
mod tests {
    use wire::Code;

    use super::*;

    fn builder(id: &str) -> PaymentBuilder {
        Payment::builder(Amount::euro_cents(100), id)
    }

    #[test]
    fn amazon_pays_identifier_rule_is_kept_here() {
        for good in ["a", "order-42_1", &"x".repeat(32)] {
            assert!(builder(good).amazon_pay().build().is_ok(), "{good}");
        }
        for bad in ["", " ", "a b", "a.b", "a/b", "ordine-è", "a--b", &"x".repeat(33)] {
            assert!(builder(bad).amazon_pay().build().is_err(), "{bad}");
            assert!(builder(bad).build().is_err(), "{bad}: the buyer could pick Amazon Pay");
        }
    }

    #[test]
    fn other_methods_take_longer_identifiers() {
        assert!(builder(&"x".repeat(50)).method("CREDITCARD").build().is_ok());
        assert!(builder(&"x".repeat(51)).method("CREDITCARD").build().is_err());
        assert!(builder("a.b").method("CREDITCARD").build().is_ok());
    }

    #[test]
    fn amounts_are_above_zero_and_within_nine_characters() {
        let of = |cents| Payment::builder(Amount::euro_cents(cents), "a").method("CREDITCARD").build();
        assert!(of(1).is_ok());
        assert_eq!(of(0), Err(Invalid::Amount { text: "0.00".into(), reason: "it must be above zero" }));
        assert!(of(700_000_001).is_err());
    }

    #[test]
    fn names_addresses_and_custom_information_are_checked() {
        let named = |name: &str, email: &str| builder("a").buyer(name, email).build();
        assert!(named("Mario Bianchi", "mario@example.it").is_ok());
        assert!(named("", "").is_ok());
        assert!(matches!(named("Rossi & Figli", ""), Err(Invalid::Character { field: "buyer_name", .. })));
        assert!(matches!(named(&"x".repeat(51), ""), Err(Invalid::TooLong { max: 50, .. })));
        assert_eq!(named("", "mario"), Err(Invalid::Rule { code: Code::EMAIL_INVALID }));
        assert!(builder("a").custom("STORE_ID", "1").custom("NOTE", "two words").build().is_ok());
        assert!(builder("a").custom("K", "a*P1*b").build().is_err());
        assert!(builder("a").custom("K", "x".repeat(300)).build().is_err());
        assert_eq!(builder("a").method("BARTER").build(), Err(Invalid::Rule { code: Code::METHOD_INVALID }));
    }

    #[test]
    fn only_amazon_pay_recurs() {
        for (recurring, text) in
            [(Recurring::PayNowAndRecurring, "paynowandrecurring"), (Recurring::OnlyRecurring, "onlyrecurring")]
        {
            let payment = builder("a").amazon_pay().recurring(recurring).build().expect("valid");
            assert_eq!(payment.request().amazon_pay_billing_agreement_description.as_deref(), Some(text));
        }
        let card = builder("a").method("CREDITCARD").recurring(Recurring::OnlyRecurring).build();
        assert_eq!(card, Err(Invalid::Rule { code: Code::PARAMETERS_ERROR }));
    }
}
