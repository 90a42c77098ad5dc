//! What Encrypt is asked for, checked before it is sent.

use std::fmt;

use wire::{Code, Lang, custom_info, encrypt, method};

use crate::invalid::{characters, length};
use crate::{Amount, Invalid};

const TRANSACTION_MAX: usize = 50;
const AMAZON_TRANSACTION_MAX: usize = 32;
const BUYER_MAX: usize = 50;

/// A payment to be made: build one with [`Payment::builder`].
///
/// It can only be had valid; [`PaymentBuilder::build`] says what is wrong otherwise.
#[derive(Clone, PartialEq, Eq)]
pub struct Payment {
    amount: Amount,
    shop_transaction_id: String,
    buyer_name: Option<String>,
    buyer_email: Option<String>,
    language: Option<Lang>,
    custom: Vec<(String, String)>,
    methods: Vec<String>,
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
        PaymentBuilder(Payment {
            amount,
            shop_transaction_id: shop_transaction_id.into(),
            buyer_name: None,
            buyer_email: None,
            language: None,
            custom: Vec::new(),
            methods: Vec::new(),
        })
    }

    /// To be paid.
    #[must_use]
    pub fn amount(&self) -> Amount {
        self.amount
    }

    /// The shop's identifier.
    #[must_use]
    pub fn shop_transaction_id(&self) -> &str {
        &self.shop_transaction_id
    }

    /// The request, without who asks.
    pub(crate) fn request(&self) -> encrypt::Request {
        let custom: Vec<String> = self.custom.iter().map(|(key, value)| format!("{key}={value}")).collect();
        encrypt::Request {
            uic_code: Some(self.amount.currency().uic().to_owned()),
            amount: Some(self.amount.to_decimal()),
            shop_transaction_id: Some(self.shop_transaction_id.clone()),
            buyer_name: self.buyer_name.clone(),
            buyer_email: self.buyer_email.clone(),
            language_id: self.language.map(|language| language.id().to_owned()),
            custom_info: Some(custom.join(custom_info::SEPARATOR)).filter(|text| !text.is_empty()),
            payment_types: self.methods.clone(),
            ..encrypt::Request::default()
        }
    }

    fn may_be_amazon_pay(&self) -> bool {
        self.methods.is_empty() || self.methods.iter().any(|name| name == method::AMAZON_PAY)
    }
}

impl fmt::Debug for Payment {
    /// Without what tells who the buyer is: values like this end in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payment")
            .field("amount", &self.amount)
            .field("shop_transaction_id", &self.shop_transaction_id)
            .field("methods", &self.methods)
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
        self.0.buyer_name = Some(name.into()).filter(|name| !name.is_empty());
        self.0.buyer_email = Some(email.into()).filter(|email| !email.is_empty());
        self
    }

    /// Language of the page; without it, the shop's.
    pub fn language(mut self, language: Lang) -> Self {
        self.0.language = Some(language);
        self
    }

    /// One piece of the shop's own information. Keys must be known to the gateway and come back in upper case; a
    /// pair takes at most 300 characters, all together 1,000.
    pub fn custom(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.custom.push((key.into(), value.into()));
        self
    }

    /// Checks everything that the gateway would check.
    ///
    /// # Errors
    /// [`Invalid`], with the field and the reason.
    pub fn build(self) -> Result<Payment, Invalid> {
        let payment = self.0;
        check_amount(payment.amount)?;
        check_transaction(&payment)?;
        let buyer = [("buyer_name", &payment.buyer_name), ("buyer_email", &payment.buyer_email)];
        for (field, value) in buyer.into_iter().filter_map(|(field, value)| Some((field, value.as_deref()?))) {
            length(field, value, BUYER_MAX)?;
            characters(field, value)?;
        }
        for (key, value) in &payment.custom {
            characters("custom key", key)?;
            characters("custom value", value)?;
        }
        let checked = encrypt::validate(&payment.request(), encrypt::Permitted::default());
        checked.map_err(|code| Invalid::Rule { code })?;
        Ok(payment)
    }
}

fn check_amount(amount: Amount) -> Result<(), Invalid> {
    let text = amount.to_decimal();
    let refuse = |reason| Invalid::Amount { text: text.clone(), reason };
    match wire::amount::parse(&text, amount.currency()) {
        Ok(_) => Ok(()),
        Err(_) if amount.minor() == 0 => Err(refuse("it must be above zero")),
        Err(Code::AMOUNT_TOO_SMALL) => Err(refuse("it is below the currency's smallest amount")),
        Err(_) => Err(refuse("it is above what the service takes")),
    }
}

fn check_transaction(payment: &Payment) -> Result<(), Invalid> {
    let field = "shop_transaction_id";
    let id = &payment.shop_transaction_id;
    if id.trim().is_empty() {
        return Err(Invalid::Empty { field });
    }
    if !payment.may_be_amazon_pay() {
        length(field, id, TRANSACTION_MAX)?;
        return match id.chars().find(|c| c.is_whitespace()) {
            Some(found) => Err(Invalid::Character { field, found: found.to_string() }),
            None => characters(field, id),
        };
    }
    length(field, id, AMAZON_TRANSACTION_MAX)?;
    match id.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
        Some(found) => Err(Invalid::Character { field, found: found.to_string() }),
        None if id.contains("--") => Err(Invalid::Character { field, found: "--".to_owned() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
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
}
