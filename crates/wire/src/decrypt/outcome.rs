//! The long answer of Decrypt: how a payment went, in the documented order.

use xml::{Element, Writer};

use crate::Code;
use crate::answer::{self, Verdict};

/// How a payment went. `None` is an element that is switched off for the shop, and so not written at all.
///
/// What concerns 3-D Secure 2 (`ThreeDS`) belongs to cards and is not kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `TransactionResult`: paid, refused, or not final.
    pub result: Verdict,
    /// The shop's identifier.
    pub shop_transaction_id: String,
    /// The gateway's number, also given for a refusal.
    pub bank_transaction_id: String,
    /// Empty unless authorized.
    pub authorization_code: String,
    /// UIC code.
    pub currency: String,
    /// With the currency's decimals.
    pub amount: String,
    /// Of the card's issuer; empty for Amazon Pay.
    pub country: Option<String>,
    /// `KEY=value*P1*KEY=value`.
    pub custom_info: Option<String>,
    /// In `Buyer`, which is written when this or the address is there.
    pub buyer_name: Option<String>,
    /// In `Buyer`.
    pub buyer_email: Option<String>,
    /// Level of card security.
    pub td_level: Option<String>,
    /// [`Code::OK`] when paid.
    pub error_code: Code,
    /// Its text in the shop's language.
    pub error_description: String,
    /// A risk alert, 2000 to 2004, or empty.
    pub alert_code: String,
    /// Its text.
    pub alert_description: String,
    /// `Y` or `N`.
    pub cvv_present: Option<String>,
    /// Of a card.
    pub masked_pan: Option<String>,
    /// Circuit or wallet, `AMAZONPAY`.
    pub payment_method: Option<String>,
    /// For later charges.
    pub token: Option<String>,
    /// `Credit`, `Debit` or empty.
    pub product_type: Option<String>,
    /// Two digits.
    pub token_expiry_month: Option<String>,
    /// Two digits.
    pub token_expiry_year: Option<String>,
    /// Cards only; empty with the payment page.
    pub vbv_risp: String,
    /// Cards only; empty with the payment page.
    pub vbv_buyer: String,
    /// Cards only; empty with the payment page.
    pub vbv_flag: String,
    /// Cards only; empty with the payment page.
    pub transaction_key: String,
    /// `created`, `submitted`, `approved`, `declined`, `captured`, others are errors.
    pub risk_response_code: Option<String>,
    /// Its text.
    pub risk_response_description: Option<String>,
}

impl std::fmt::Debug for Outcome {
    /// Without what tells who the buyer is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outcome")
            .field("result", &self.result)
            .field("shop_transaction_id", &self.shop_transaction_id)
            .field("bank_transaction_id", &self.bank_transaction_id)
            .field("currency", &self.currency)
            .field("amount", &self.amount)
            .field("error_code", &self.error_code)
            .finish_non_exhaustive()
    }
}

impl Outcome {
    /// An outcome of which nothing but the result and its code is known yet; optional elements are off.
    #[must_use]
    pub fn new(result: Verdict, error_code: Code) -> Outcome {
        Outcome {
            result,
            shop_transaction_id: String::new(),
            bank_transaction_id: String::new(),
            authorization_code: String::new(),
            currency: String::new(),
            amount: String::new(),
            country: None,
            custom_info: None,
            buyer_name: None,
            buyer_email: None,
            td_level: None,
            error_code,
            error_description: String::new(),
            alert_code: String::new(),
            alert_description: String::new(),
            cvv_present: None,
            masked_pan: None,
            payment_method: None,
            token: None,
            product_type: None,
            token_expiry_month: None,
            token_expiry_year: None,
            vbv_risp: String::new(),
            vbv_buyer: String::new(),
            vbv_flag: String::new(),
            transaction_key: String::new(),
            risk_response_code: None,
            risk_response_description: None,
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer
            .leaf("ShopTransactionID", &self.shop_transaction_id)
            .leaf("BankTransactionID", &self.bank_transaction_id)
            .leaf("AuthorizationCode", &self.authorization_code)
            .leaf("Currency", &self.currency)
            .leaf("Amount", &self.amount)
            .leaf_if("Country", self.country.as_deref())
            .leaf_if("CustomInfo", self.custom_info.as_deref());
        if self.buyer_name.is_some() || self.buyer_email.is_some() {
            writer
                .open("Buyer")
                .leaf("BuyerName", self.buyer_name.as_deref().unwrap_or_default())
                .leaf("BuyerEmail", self.buyer_email.as_deref().unwrap_or_default())
                .close();
        }
        writer
            .leaf_if("TDLevel", self.td_level.as_deref())
            .leaf("ErrorCode", &self.error_code.to_string())
            .leaf("ErrorDescription", &self.error_description)
            .leaf("AlertCode", &self.alert_code)
            .leaf("AlertDescription", &self.alert_description)
            .leaf_if("CVVPresent", self.cvv_present.as_deref())
            .leaf_if("MaskedPAN", self.masked_pan.as_deref())
            .leaf_if("PaymentMethod", self.payment_method.as_deref())
            .leaf_if("TOKEN", self.token.as_deref())
            .leaf_if("ProductType", self.product_type.as_deref())
            .leaf_if("TokenExpiryMonth", self.token_expiry_month.as_deref())
            .leaf_if("TokenExpiryYear", self.token_expiry_year.as_deref())
            .leaf("VbVRisp", &self.vbv_risp)
            .leaf("VbVBuyer", &self.vbv_buyer)
            .leaf("VbVFlag", &self.vbv_flag)
            .leaf("TransactionKey", &self.transaction_key)
            .leaf_if("RiskResponseCode", self.risk_response_code.as_deref())
            .leaf_if("RiskResponseDescription", self.risk_response_description.as_deref());
    }

    pub(super) fn read(inner: Element<'_>, result: Verdict, error_code: Code) -> Outcome {
        let value = |name| answer::value(inner, name);
        let optional = |name| answer::optional(inner, name);
        let buyer = |name| inner.child("Buyer").map(|buyer| answer::value(buyer, name));
        // Flat here, gathered in `VbV` by the other service: both are read.
        let vbv = |name| answer::value(inner.child("VbV").unwrap_or(inner), name);
        Outcome {
            result,
            shop_transaction_id: value("ShopTransactionID"),
            bank_transaction_id: value("BankTransactionID"),
            authorization_code: value("AuthorizationCode"),
            currency: value("Currency"),
            amount: value("Amount"),
            country: optional("Country"),
            custom_info: optional("CustomInfo"),
            buyer_name: buyer("BuyerName"),
            buyer_email: buyer("BuyerEmail"),
            td_level: optional("TDLevel"),
            error_code,
            error_description: value("ErrorDescription"),
            alert_code: value("AlertCode"),
            alert_description: value("AlertDescription"),
            cvv_present: optional("CVVPresent"),
            masked_pan: optional("MaskedPAN"),
            payment_method: optional("PaymentMethod"),
            token: optional("TOKEN"),
            product_type: optional("ProductType"),
            token_expiry_month: optional("TokenExpiryMonth"),
            token_expiry_year: optional("TokenExpiryYear"),
            vbv_risp: vbv("VbVRisp"),
            vbv_buyer: vbv("VbVBuyer"),
            vbv_flag: vbv("VbVFlag"),
            transaction_key: value("TransactionKey"),
            risk_response_code: optional("RiskResponseCode"),
            risk_response_description: optional("RiskResponseDescription"),
        }
    }
}
