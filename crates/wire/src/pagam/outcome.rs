//! The long answer of callPagamS2S: how a charge went, in the documented order.

use xml::{Element, Writer};

use crate::Code;
use crate::answer::{self, Verdict};
use crate::custom_info;

/// How a charge went. `None` is an element that is switched off for the shop, and so not written at all.
///
/// What concerns card authentication (`VbV`, `ThreeDS`) is written empty or not at all, and read only as far as a
/// client needs it to see that a card must be authenticated first.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `TransactionResult`: paid, refused, or not final.
    pub result: Verdict,
    /// The shop's identifier.
    pub shop_transaction_id: String,
    /// The gateway's number, also given for a refusal; empty when nothing was tried.
    pub bank_transaction_id: String,
    /// Empty unless authorized.
    pub authorization_code: String,
    /// UIC code.
    pub currency: String,
    /// With the currency's decimals.
    pub amount: String,
    /// Of the card's issuer; empty for Amazon Pay.
    pub country: String,
    /// In `Buyer`.
    pub buyer_name: String,
    /// In `Buyer`.
    pub buyer_email: String,
    /// Keys in upper case with their values, in order: a child element each.
    pub custom_info: Vec<(String, String)>,
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
    /// Cards only.
    pub transaction_key: String,
    /// `VbV/VbVFlag`, cards only.
    pub vbv_flag: String,
    /// `VbV/VbVBuyer`, cards only.
    pub vbv_buyer: String,
    /// `VbV/VbVRisp`, cards only.
    pub vbv_risp: String,
    /// Of a card.
    pub masked_pan: Option<String>,
    /// Circuit or wallet, `AMAZONPAY`.
    pub payment_method: String,
    /// `Credit`, `Debit` or empty.
    pub product_type: Option<String>,
    /// `Y` or `N`.
    pub cvv_present: Option<String>,
    /// For later charges; empty when none was asked for.
    pub token: String,
    /// Two digits.
    pub token_expiry_month: String,
    /// Two digits.
    pub token_expiry_year: String,
    /// `created`, `submitted`, `approved`, `declined`, `captured`, others are errors.
    pub risk_response_code: Option<String>,
    /// Its text.
    pub risk_response_description: Option<String>,
}

impl std::fmt::Debug for Outcome {
    /// Without what tells who the buyer is, and without the token.
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
            country: String::new(),
            buyer_name: String::new(),
            buyer_email: String::new(),
            custom_info: Vec::new(),
            td_level: None,
            error_code,
            error_description: String::new(),
            alert_code: String::new(),
            alert_description: String::new(),
            transaction_key: String::new(),
            vbv_flag: String::new(),
            vbv_buyer: String::new(),
            vbv_risp: String::new(),
            masked_pan: None,
            payment_method: String::new(),
            product_type: None,
            cvv_present: None,
            token: String::new(),
            token_expiry_month: String::new(),
            token_expiry_year: String::new(),
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
            .leaf("Country", &self.country)
            .open("Buyer")
            .leaf("BuyerName", &self.buyer_name)
            .leaf("BuyerEmail", &self.buyer_email)
            .close()
            .open("CustomInfo");
        custom_info::write(writer, &self.custom_info);
        writer
            .close()
            .leaf_if("TDLevel", self.td_level.as_deref())
            .leaf("ErrorCode", &self.error_code.to_string())
            .leaf("ErrorDescription", &self.error_description)
            .leaf("AlertCode", &self.alert_code)
            .leaf("AlertDescription", &self.alert_description)
            .leaf("TransactionKey", &self.transaction_key)
            .open("VbV")
            .leaf("VbVFlag", &self.vbv_flag)
            .leaf("VbVBuyer", &self.vbv_buyer)
            .leaf("VbVRisp", &self.vbv_risp)
            .close()
            .leaf_if("MaskedPAN", self.masked_pan.as_deref())
            .leaf("PaymentMethod", &self.payment_method)
            .leaf_if("ProductType", self.product_type.as_deref())
            .leaf_if("CVVPresent", self.cvv_present.as_deref())
            .leaf("TOKEN", &self.token)
            .leaf("TokenExpiryMonth", &self.token_expiry_month)
            .leaf("TokenExpiryYear", &self.token_expiry_year)
            .leaf_if("RiskResponseCode", self.risk_response_code.as_deref())
            .leaf_if("RiskResponseDescription", self.risk_response_description.as_deref());
    }

    pub(super) fn read(inner: Element<'_>, result: Verdict, error_code: Code) -> Outcome {
        let value = |name| answer::value(inner, name);
        let optional = |name| answer::optional(inner, name);
        let buyer = |name| inner.child("Buyer").map_or_else(String::new, |buyer| answer::value(buyer, name));
        // Gathered in `VbV` here, flat in the other service: both are read.
        let vbv = |name| answer::value(inner.child("VbV").unwrap_or(inner), name);
        Outcome {
            result,
            shop_transaction_id: value("ShopTransactionID"),
            bank_transaction_id: value("BankTransactionID"),
            authorization_code: value("AuthorizationCode"),
            currency: value("Currency"),
            amount: value("Amount"),
            country: value("Country"),
            buyer_name: buyer("BuyerName"),
            buyer_email: buyer("BuyerEmail"),
            custom_info: inner.child("CustomInfo").map(custom_info::read).unwrap_or_default(),
            td_level: optional("TDLevel"),
            error_code,
            error_description: value("ErrorDescription"),
            alert_code: value("AlertCode"),
            alert_description: value("AlertDescription"),
            transaction_key: value("TransactionKey"),
            vbv_flag: vbv("VbVFlag"),
            vbv_buyer: vbv("VbVBuyer"),
            vbv_risp: vbv("VbVRisp"),
            masked_pan: optional("MaskedPAN"),
            payment_method: value("PaymentMethod"),
            product_type: optional("ProductType"),
            cvv_present: optional("CVVPresent"),
            token: value("TOKEN"),
            token_expiry_month: value("TokenExpiryMonth"),
            token_expiry_year: value("TokenExpiryYear"),
            risk_response_code: optional("RiskResponseCode"),
            risk_response_description: optional("RiskResponseDescription"),
        }
    }
}
