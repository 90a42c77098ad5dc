//! Decrypt: the shop hands in the string of a notice or redirect and reads the payment's outcome.

use xml::{Element, Writer};

use crate::answer::{self, Failure, ReadError, Verdict};
use crate::{CRYPT_NAMESPACE, Code, soap};

const ROOT: &str = "GestPayCryptDecrypt";
const TYPE: &str = "DECRYPT";

/// What the shop sends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the protocol's")]
pub struct Request {
    pub shop_login: Option<String>,
    pub crypted_string: Option<String>,
    pub apikey: Option<String>,
}

/// What the gateway answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The call itself failed: the short form.
    Failed(Failure),
    /// The string was read: the outcome of the payment, whatever it is.
    Outcome(Box<Outcome>),
}

/// A payment's outcome, the long form. Optional elements that are switched off for the shop are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Of the payment.
    pub result: Verdict,
    /// The shop's identifier.
    pub shop_transaction_id: String,
    /// The gateway's number; empty when nothing was attempted.
    pub bank_transaction_id: String,
    /// Six characters; empty unless authorized.
    pub authorization_code: String,
    /// UIC code.
    pub currency: String,
    /// With a dot and the currency's decimals.
    pub amount: String,
    /// Of the card's issuer; empty for Amazon Pay.
    pub country: Option<String>,
    /// `KEY=value*P1*…`
    pub custom_info: Option<String>,
    /// Name and e-mail address as the shop sent them.
    pub buyer: Option<(String, String)>,
    /// 0 when paid.
    pub error_code: Code,
    /// In the shop's language.
    pub error_description: String,
    /// Of a risk rule, else empty.
    pub alert_code: String,
    /// Its text.
    pub alert_description: String,
    /// Circuit or wallet.
    pub payment_method: Option<String>,
    /// For later charges.
    pub token: Option<String>,
}

impl Request {
    /// Reads the operation's element.
    ///
    /// # Errors
    /// [`xml::Error::Repeated`] when a field stands twice.
    pub fn read(body: Element<'_>) -> Result<Request, xml::Error> {
        let field = |name| body.field(CRYPT_NAMESPACE, name);
        Ok(Request {
            shop_login: field("shopLogin")?,
            crypted_string: field("CryptedString")?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(CRYPT_NAMESPACE, "Decrypt", |writer| {
            writer
                .leaf_if("shopLogin", self.shop_login.as_deref())
                .leaf_if("CryptedString", self.crypted_string.as_deref())
                .leaf_if("apikey", self.apikey.as_deref());
        })
    }
}

impl Response {
    /// The inner answer.
    #[must_use]
    pub fn write(&self) -> String {
        match self {
            Response::Failed(failure) => failure.write_short(ROOT, TYPE),
            Response::Outcome(outcome) => outcome.write(),
        }
    }

    /// Reads an answer; the form without `ShopTransactionID` is the failure of the call.
    ///
    /// # Errors
    /// [`ReadError`] when it is none.
    pub fn read(text: &str) -> Result<Response, ReadError> {
        answer::read_inner(text, ROOT, |inner| match inner.child("ShopTransactionID") {
            Some(_) => Ok(Response::Outcome(Box::new(Outcome::read(inner)?))),
            None => Ok(Response::Failed(Failure::read(inner)?)),
        })
    }
}

impl Outcome {
    fn write(&self) -> String {
        let mut writer = answer::open(ROOT, TYPE, self.result);
        writer
            .leaf("ShopTransactionID", &self.shop_transaction_id)
            .leaf("BankTransactionID", &self.bank_transaction_id)
            .leaf("AuthorizationCode", &self.authorization_code)
            .leaf("Currency", &self.currency)
            .leaf("Amount", &self.amount)
            .leaf_if("Country", self.country.as_deref())
            .leaf_if("CustomInfo", self.custom_info.as_deref());
        if let Some((name, email)) = &self.buyer {
            write_buyer(&mut writer, name, email);
        }
        writer
            .leaf("ErrorCode", &self.error_code.to_string())
            .leaf("ErrorDescription", &self.error_description)
            .leaf("AlertCode", &self.alert_code)
            .leaf("AlertDescription", &self.alert_description)
            .leaf_if("PaymentMethod", self.payment_method.as_deref())
            .leaf_if("TOKEN", self.token.as_deref());
        // Always there, and empty with the hosted page.
        for name in ["VbVRisp", "VbVBuyer", "VbVFlag", "TransactionKey"] {
            writer.leaf(name, "");
        }
        writer.finish()
    }

    fn read(inner: Element<'_>) -> Result<Outcome, ReadError> {
        let value = |name| answer::value(inner, name);
        let buyer = inner.child("Buyer");
        Ok(Outcome {
            result: Verdict::read(inner)?,
            shop_transaction_id: value("ShopTransactionID"),
            bank_transaction_id: value("BankTransactionID"),
            authorization_code: value("AuthorizationCode"),
            currency: value("Currency"),
            amount: value("Amount"),
            country: answer::optional(inner, "Country"),
            custom_info: answer::optional(inner, "CustomInfo"),
            buyer: buyer.map(|buyer| (answer::value(buyer, "BuyerName"), answer::value(buyer, "BuyerEmail"))),
            error_code: answer::code(inner)?,
            error_description: value("ErrorDescription"),
            alert_code: value("AlertCode"),
            alert_description: value("AlertDescription"),
            payment_method: answer::optional(inner, "PaymentMethod"),
            token: answer::optional(inner, "TOKEN"),
        })
    }
}

/// The container of name and address, the same in every answer.
pub(crate) fn write_buyer(writer: &mut Writer, name: &str, email: &str) {
    writer.open("Buyer").leaf("BuyerName", name).leaf("BuyerEmail", email).close();
}
