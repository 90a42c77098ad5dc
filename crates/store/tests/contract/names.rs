//! Identifiers of the suite's shops and payments.

use payments::{Language, Order, OrderReferenceId, PaymentId, ShopLogin, ShopTransactionId};

pub fn shop(name: &str) -> ShopLogin {
    ShopLogin::new(name).expect("the suite's shops have allowed names")
}

pub fn id(name: &str) -> PaymentId {
    PaymentId::new(name).expect("the suite's payments have allowed names")
}

pub fn transaction(name: &str) -> ShopTransactionId {
    ShopTransactionId::new(name).expect("the suite's transactions have allowed names")
}

pub fn reference() -> OrderReferenceId {
    OrderReferenceId::new("S02-0319513-4657042").expect("shaped as Amazon's")
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
    }
}
