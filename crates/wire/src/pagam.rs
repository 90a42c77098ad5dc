//! callPagamS2S: the shop charges from its own server, an order reference that its page's widgets made or the token
//! of an agreement.
//!
//! Two answers exist: a short one when the caller was not let in, and a long one that tells the payment's outcome,
//! whatever it was.

mod outcome;
mod validate;

use xml::Element;

pub use crate::field::Permitted;
pub use outcome::Outcome;
pub use validate::{Source, Valid, validate};

use crate::answer::{self, Failure, ReadError, Verdict};
use crate::{Code, S2S_NAMESPACE, custom_info, soap};

const ROOT: &str = "GestPayS2S";
const TYPE: &str = "PAGAM";

/// What a card, or a wallet that holds one, is sent in.
const CARD_FIELDS: [&str; 7] =
    ["cardNumber", "expiryMonth", "expiryYear", "cvv", "applePay", "cardReaderPayments", "googlePay"];

/// What the shop sends; every field trimmed, empty and nil ones absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The shop.
    pub shop_login: Option<String>,
    /// The currency.
    pub uic_code: Option<String>,
    /// The amount.
    pub amount: Option<String>,
    /// The shop's identifier.
    pub shop_transaction_id: Option<String>,
    /// Whether anything of a card or of a wallet that holds one is there. Its content is never read, and never written.
    pub has_card: bool,
    /// The buyer.
    pub buyer_name: Option<String>,
    /// The buyer; may begin with `:NOSEND:`.
    pub buyer_email: Option<String>,
    /// Language of texts to the buyer.
    pub language_id: Option<String>,
    /// With `AMAZONPAY`, the order reference; with [`Request::pares`], the second step of card authentication.
    pub trans_key: Option<String>,
    /// `PARes`: what the card's issuer said of the buyer.
    pub pares: Option<String>,
    /// `KEY=value*P1*KEY=value`.
    pub custom_info: Option<String>,
    /// A wish for a token.
    pub request_token: Option<String>,
    /// The token to charge.
    pub token_value: Option<String>,
    /// `paymentTypes`.
    pub payment_types: Vec<String>,
    /// The shop's key.
    pub apikey: Option<String>,
}

/// What the gateway answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The caller was not let in: nothing was tried.
    Failed(Failure),
    /// How the payment went.
    Outcome(Box<Outcome>),
}

impl std::fmt::Debug for Request {
    /// Without the key, the token and the buyer.
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
        let field = |name| body.field(S2S_NAMESPACE, name);
        Ok(Request {
            shop_login: field("shopLogin")?,
            uic_code: field("uicCode")?,
            amount: field("amount")?,
            shop_transaction_id: field("shopTransactionId")?,
            has_card: has_card(body),
            buyer_name: field("buyerName")?,
            buyer_email: field("buyerEmail")?,
            language_id: field("languageId")?,
            trans_key: field("transKey")?,
            pares: field("PARes")?,
            custom_info: field("customInfo")?,
            request_token: field("requestToken")?,
            token_value: field("tokenValue")?,
            payment_types: soap::payment_types(body, S2S_NAMESPACE)?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message, fields in schema order.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(S2S_NAMESPACE, "callPagamS2S", |writer| {
            writer
                .leaf_if("shopLogin", self.shop_login.as_deref())
                .leaf_if("uicCode", self.uic_code.as_deref())
                .leaf_if("amount", self.amount.as_deref())
                .leaf_if("shopTransactionId", self.shop_transaction_id.as_deref())
                .leaf_if("buyerName", self.buyer_name.as_deref())
                .leaf_if("buyerEmail", self.buyer_email.as_deref())
                .leaf_if("languageId", self.language_id.as_deref())
                .leaf_if("transKey", self.trans_key.as_deref())
                .leaf_if("PARes", self.pares.as_deref())
                .leaf_if("customInfo", self.custom_info.as_deref())
                .leaf_if("requestToken", self.request_token.as_deref())
                .leaf_if("tokenValue", self.token_value.as_deref())
                // These two must stand in the message, and may be nil.
                .empty("ppSellerProtection", &soap::NIL);
            soap::write_payment_types(writer, &self.payment_types);
            writer.empty("applePay", &soap::NIL).leaf_if("apikey", self.apikey.as_deref());
        })
    }
}

/// An element that says nothing, as clients send that build requests from the description, is no card.
fn has_card(body: Element<'_>) -> bool {
    let says_something =
        |field: Element<'_>| !field.is_nil() && (field.children().next().is_some() || !field.text().trim().is_empty());
    body.children().any(|field| CARD_FIELDS.iter().any(|name| field.is(S2S_NAMESPACE, name)) && says_something(field))
}

impl Response {
    /// Nothing was tried, for a reason in the request: the long form with the request's values, as refusals were
    /// recorded.
    #[must_use]
    pub fn refused(request: &Request, failure: Failure) -> Response {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let custom = custom_info::normalize(request.custom_info.as_deref().unwrap_or_default());
        let custom = custom_info::parse(&custom).into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        Response::Outcome(Box::new(Outcome {
            shop_transaction_id: text(&request.shop_transaction_id),
            currency: text(&request.uic_code),
            amount: text(&request.amount),
            buyer_name: text(&request.buyer_name),
            buyer_email: validate::without_wish(request.buyer_email.as_deref()).unwrap_or_default().to_owned(),
            custom_info: custom.collect(),
            error_description: failure.text,
            ..Outcome::new(Verdict::Ko, failure.code)
        }))
    }

    /// The inner answer.
    #[must_use]
    pub fn write(&self) -> String {
        match self {
            Response::Failed(failure) => failure.write_short(ROOT, TYPE),
            Response::Outcome(outcome) => {
                let mut writer = answer::open(ROOT, TYPE, outcome.result);
                outcome.write(&mut writer);
                writer.finish()
            }
        }
    }

    /// Reads an answer, wherever in the text it stands; optional elements may be missing.
    ///
    /// # Errors
    /// [`ReadError`] when it is none; also a refusal without a code, and a long one that is OK with an error.
    pub fn read(text: &str) -> Result<Response, ReadError> {
        answer::read_inner(text, ROOT, |inner| {
            let result = Verdict::read(inner)?;
            let code = answer::code(inner)?;
            match (inner.child("ShopTransactionID"), result, code) {
                (Some(_), Verdict::Ok, code) if code != Code::OK => Err(answer::contradiction(code)),
                (_, Verdict::Ko, Code::OK) => Err(ReadError::Missing("ErrorCode")),
                (Some(_), ..) => Ok(Response::Outcome(Box::new(Outcome::read(inner, result, code)))),
                (None, Verdict::Ko, _) => Ok(Response::Failed(Failure::read(inner)?)),
                (None, ..) => Err(ReadError::Missing("ShopTransactionID")),
            }
        })
    }
}
