//! Identifiers of the suite's shops and payments.

use payments::{
    BillingAgreementId, Instrument, Language, Order, OrderReferenceId, PaymentId, Recurring, ShopLogin,
    ShopTransactionId, Token,
};
use store::Author;

pub fn shop(name: &str) -> ShopLogin {
    ShopLogin::new(name).expect("the suite's shops have allowed names")
}

pub fn id(name: &str) -> PaymentId {
    PaymentId::new(name).expect("the suite's payments have allowed names")
}

pub fn transaction(name: &str) -> ShopTransactionId {
    ShopTransactionId::new(name).expect("the suite's transactions have allowed names")
}

pub fn clerk() -> Author {
    Author::new("marco", "pagam shop set")
}

pub fn reference() -> Instrument {
    Instrument::OrderReference(OrderReferenceId::new("S02-0319513-4657042").expect("shaped as Amazon's"))
}

pub fn billing_agreement(number: u32) -> BillingAgreementId {
    BillingAgreementId::new(format!("C02-5533845-{number:07}")).expect("shaped as Amazon's")
}

pub fn token(number: u32) -> Token {
    Token::new(format!("TOKEN{number:011}")).expect("letters and digits")
}

/// An order whose every text differs from every other, so that no two columns can be mixed up unnoticed.
pub fn order(transaction_name: &str) -> Order {
    Order {
        shop_transaction_id: transaction(transaction_name),
        amount: payments::Money::new(2421, payments::Currency::EUR),
        language: Language::German,
        buyer_name: "Žofie d'Été".to_owned(),
        buyer_email: "zofie@example.org".to_owned(),
        custom_info: "COLOUR=blue*P1*SIZE=\"9\"".to_owned(),
        recurring: Recurring::No,
    }
}
