//! Payment methods (`paymentType`).

/// Amazon Pay.
pub const AMAZON_PAY: &str = "AMAZONPAY";

/// PayPal.
pub const PAY_PAL: &str = "PAYPAL";

/// Longest name of a method.
pub const MAX_LENGTH: usize = 25;

/// Every method that the service has ever named.
pub const ALL: &[&str] = &[
    "AMAZONPAY",
    "CREDITCARD",
    "PAYPAL",
    "PAYPAL_BNPL",
    "KLARNA",
    "SATISPAY",
    "BANCOMATPAY",
    "BANCONTACT",
    "MYBANK",
    "IDEAL",
    "SOFORT",
    "SEPADD",
    "APPLEPAY",
    "GOOGLEPAY",
    "HYPE",
    "COMPASS",
    "CONSEL",
    "ONECARD",
    "TRUSTPAY",
    "WECHAT",
    "PRZELEWY24",
    "S2PALI",
    "S2PCRU",
    "S2PEPS",
    "S2PGIR",
    "S2PIDE",
    "S2PKON",
    "S2PMER",
    "S2PMUL",
    "S2PPSC",
    "S2PSOF",
    "S2PUNI",
    "S2PWMO",
    "S2PYAN",
    "S2PBIT",
    "S2PTEN",
    "S2PKLA",
    "S2PQIW",
    "CASHU",
    "TIMPERSONAL",
    "MASTERPASS",
    "UPMOBILE",
    "BON",
];

/// Whether a method is in the service's list, to the letter.
#[must_use]
pub fn is_known(method: &str) -> bool {
    ALL.contains(&method)
}
