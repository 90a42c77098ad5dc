//! Encrypt: the shop names an order and gets the opaque string for the payment page.

mod validate;

use xml::{Element, Writer};

pub use crate::field::{Permitted, for_amazon_pay};
pub use validate::{Recurring, Valid, validate};

use crate::answer::{self, Failure, ReadError, Verdict};
use crate::{CRYPT_NAMESPACE, Code, soap};

const ROOT: &str = "GestPayCryptDecrypt";
const TYPE: &str = "ENCRYPT";

/// What the shop sends; every field trimmed, empty and nil ones absent.
#[derive(Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the protocol's; docs/FIDELITY.md and the WSDL say the rest")]
pub struct Request {
    pub shop_login: Option<String>,
    pub uic_code: Option<String>,
    pub amount: Option<String>,
    pub shop_transaction_id: Option<String>,
    pub buyer_name: Option<String>,
    pub buyer_email: Option<String>,
    pub language_id: Option<String>,
    pub custom_info: Option<String>,
    pub request_token: Option<String>,
    pub payment_types: Vec<String>,
    pub pay_pal_billing_agreement_description: Option<String>,
    pub amazon_pay_billing_agreement_description: Option<String>,
    pub apikey: Option<String>,
}

/// What the gateway answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The opaque string.
    Ok(String),
    /// Refused.
    Ko(Failure),
}

impl std::fmt::Debug for Request {
    /// Without the key and the buyer.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("shop_login", &self.shop_login)
            .field("shop_transaction_id", &self.shop_transaction_id)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// Reads the operation's element. Unknown children, and known ones in another namespace, count as not given.
    ///
    /// # Errors
    /// [`xml::Error::Repeated`] when a field stands twice.
    pub fn read(body: Element<'_>) -> Result<Request, xml::Error> {
        let field = |name| body.field(CRYPT_NAMESPACE, name);
        Ok(Request {
            shop_login: field("shopLogin")?,
            uic_code: field("uicCode")?,
            amount: field("amount")?,
            shop_transaction_id: field("shopTransactionId")?,
            buyer_name: field("buyerName")?,
            buyer_email: field("buyerEmail")?,
            language_id: field("languageId")?,
            custom_info: field("customInfo")?,
            request_token: field("requestToken")?,
            payment_types: soap::payment_types(body, CRYPT_NAMESPACE)?,
            pay_pal_billing_agreement_description: field("payPalBillingAgreementDescription")?,
            amazon_pay_billing_agreement_description: field("amazonPayBillingAgreementDescription")?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message, fields in schema order.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(CRYPT_NAMESPACE, "Encrypt", |writer| self.write_fields(writer))
    }

    fn write_fields(&self, writer: &mut Writer) {
        writer
            .leaf("shopLogin", self.shop_login.as_deref().unwrap_or_default())
            .leaf("uicCode", self.uic_code.as_deref().unwrap_or_default())
            .leaf("amount", self.amount.as_deref().unwrap_or_default())
            .leaf("shopTransactionId", self.shop_transaction_id.as_deref().unwrap_or_default())
            .leaf_if("buyerName", self.buyer_name.as_deref())
            .leaf_if("buyerEmail", self.buyer_email.as_deref())
            .leaf_if("languageId", self.language_id.as_deref())
            .leaf_if("customInfo", self.custom_info.as_deref())
            .leaf_if("requestToken", self.request_token.as_deref());
        soap::write_payment_types(writer, &self.payment_types);
        writer
            .leaf_if("payPalBillingAgreementDescription", self.pay_pal_billing_agreement_description.as_deref())
            .leaf_if("amazonPayBillingAgreementDescription", self.amazon_pay_billing_agreement_description.as_deref())
            .leaf_if("apikey", self.apikey.as_deref());
    }
}

impl Response {
    /// The inner answer; the description on success is empty, as recorded.
    #[must_use]
    pub fn write(&self) -> String {
        match self {
            Response::Ok(crypted) => {
                let mut writer = answer::open(ROOT, TYPE, Verdict::Ok);
                writer.leaf("CryptDecryptString", crypted).leaf("ErrorCode", "0").leaf("ErrorDescription", "");
                writer.finish()
            }
            Response::Ko(failure) => failure.write_short(ROOT, TYPE),
        }
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// [`ReadError`] when it is none.
    pub fn read(text: &str) -> Result<Response, ReadError> {
        answer::read_inner(text, ROOT, |inner| match Verdict::read(inner)? {
            Verdict::Ok => match answer::value(inner, "CryptDecryptString") {
                crypted if crypted.is_empty() => Err(ReadError::Missing("CryptDecryptString")),
                crypted => Ok(Response::Ok(crypted)),
            },
            Verdict::Ko | Verdict::Xx => {
                let failure = Failure::read(inner)?;
                // A refusal without a code would read as a success.
                match failure.code {
                    Code::OK => Err(ReadError::Missing("ErrorCode")),
                    _ => Ok(Response::Ko(failure)),
                }
            }
        })
    }
}
