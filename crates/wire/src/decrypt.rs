//! Decrypt: the shop gives back the opaque string of a notice and reads how the payment went.
//!
//! Two answers exist: a short one when the call itself failed, and a long one that tells the payment's outcome,
//! whatever it was.

mod outcome;

use xml::Element;

pub use outcome::Outcome;

use crate::answer::{self, Failure, ReadError, Verdict};
use crate::{CRYPT_NAMESPACE, Code, soap};

const ROOT: &str = "GestPayCryptDecrypt";
const TYPE: &str = "DECRYPT";

/// What the shop sends; every field trimmed, empty and nil ones absent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The shop.
    pub shop_login: Option<String>,
    /// The `b` of the notice, unchanged.
    pub crypted_string: Option<String>,
    /// The shop's key.
    pub apikey: Option<String>,
}

/// What the gateway answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The call failed: nothing is said of any payment.
    Failed(Failure),
    /// How the payment went.
    Outcome(Box<Outcome>),
}

impl std::fmt::Debug for Request {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("shop_login", &self.shop_login).finish_non_exhaustive()
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
            crypted_string: field("CryptedString")?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message, fields in schema order.
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
    /// [`ReadError`] when it is none; also a short one that names no error, and a long one that is OK with an error.
    pub fn read(text: &str) -> Result<Response, ReadError> {
        answer::read_inner(text, ROOT, |inner| {
            let result = Verdict::read(inner)?;
            let code = answer::code(inner)?;
            match (inner.child("ShopTransactionID"), result, code) {
                (Some(_), Verdict::Ok, code) if code != Code::OK => Err(answer::contradiction(code)),
                (Some(_), ..) => Ok(Response::Outcome(Box::new(Outcome::read(inner, result, code)))),
                (None, Verdict::Ok, _) => Err(ReadError::Missing("ShopTransactionID")),
                (None, _, Code::OK) => Err(ReadError::Missing("ErrorCode")),
                (None, ..) => Ok(Response::Failed(Failure::read(inner)?)),
            }
        })
    }
}
