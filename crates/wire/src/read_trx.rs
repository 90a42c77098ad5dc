//! callReadTrxS2S: the shop asks what became of a transaction, and gets the buyer's addresses.

mod report;

use xml::Element;

use crate::answer::{self, Failure, ReadError, Verdict};
use crate::{Category, Code, S2S_NAMESPACE, soap};

pub use report::{Event, EventKind, Report, State};

const ROOT: &str = "GestPayS2S";
const TYPE: &str = "QUERYTX";

/// What the shop sends; every field trimmed, empty and nil ones absent. One of the two identifiers is enough.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The shop.
    pub shop_login: Option<String>,
    /// The shop's identifier.
    pub shop_transaction_id: Option<String>,
    /// The gateway's number.
    pub bank_transaction_id: Option<String>,
    /// The shop's key.
    pub apikey: Option<String>,
}

/// What the gateway answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The caller was not let in, or the service failed: the short form.
    Failed(Failure),
    /// No one transaction was meant: the long form with the request's identifiers and nothing else.
    NotFound(NotFound),
    /// What became of the transaction.
    Report(Box<Report>),
}

/// The question met no transaction, or several, or named none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// As asked.
    pub shop_transaction_id: String,
    /// As asked.
    pub bank_transaction_id: String,
    /// [`Code::NOT_FOUND`], [`Code::AMBIGUOUS`], [`Code::BANK_TRANSACTION_INVALID`] or [`Code::IDENTIFIERS_MISSING`].
    pub failure: Failure,
}

impl std::fmt::Debug for Request {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("shop_login", &self.shop_login)
            .field("shop_transaction_id", &self.shop_transaction_id)
            .field("bank_transaction_id", &self.bank_transaction_id)
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
            shop_transaction_id: field("shopTransactionId")?,
            bank_transaction_id: field("bankTransactionId")?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message, fields in schema order.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(S2S_NAMESPACE, "callReadTrxS2S", |writer| {
            writer
                .leaf_if("shopLogin", self.shop_login.as_deref())
                .leaf_if("shopTransactionId", self.shop_transaction_id.as_deref())
                .leaf_if("bankTransactionId", self.bank_transaction_id.as_deref())
                .leaf_if("apikey", self.apikey.as_deref());
        })
    }
}

impl Response {
    /// A refusal: with the request's identifiers when the code is about which transaction, the short form otherwise.
    #[must_use]
    pub fn failed(request: &Request, code: Code, text: &str) -> Response {
        let failure = Failure { code, text: text.to_owned() };
        if !is_about_the_question(code) {
            return Response::Failed(failure);
        }
        Response::NotFound(NotFound {
            shop_transaction_id: request.shop_transaction_id.clone().unwrap_or_default(),
            bank_transaction_id: request.bank_transaction_id.clone().unwrap_or_default(),
            failure,
        })
    }

    /// The inner answer.
    #[must_use]
    pub fn write(&self) -> String {
        match self {
            Response::Failed(failure) => failure.write_short(ROOT, TYPE),
            Response::NotFound(not_found) => {
                let mut report = Report::new(Verdict::Ko, not_found.failure.code);
                report.shop_transaction_id.clone_from(&not_found.shop_transaction_id);
                report.bank_transaction_id.clone_from(&not_found.bank_transaction_id);
                report.error_description.clone_from(&not_found.failure.text);
                write_long(&report)
            }
            Response::Report(report) => write_long(report),
        }
    }

    /// Reads an answer, wherever in the text it stands; missing elements count as empty.
    ///
    /// An error code that speaks of the question (which transaction, who asks, is the service well) is
    /// [`Response::NotFound`] or [`Response::Failed`]; any other belongs to the payment.
    ///
    /// # Errors
    /// [`ReadError`] when it is none; also a short one that names no error, and a report that is OK with an error.
    pub fn read(text: &str) -> Result<Response, ReadError> {
        answer::read_inner(text, ROOT, |inner| {
            let result = Verdict::read(inner)?;
            let code = answer::code(inner)?;
            match (inner.child("ShopTransactionID"), result, code) {
                (None, Verdict::Ok, _) => Err(ReadError::Missing("ShopTransactionID")),
                (None, _, Code::OK) => Err(ReadError::Missing("ErrorCode")),
                (None, ..) => Ok(Response::Failed(Failure::read(inner)?)),
                (_, Verdict::Ok, Code::OK) => Ok(Response::Report(Box::new(Report::read(inner, result, code)?))),
                (_, Verdict::Ok, code) => Err(answer::contradiction(code)),
                (_, _, code) if is_about_the_question(code) => Ok(Response::NotFound(NotFound::read(inner)?)),
                (_, _, code) if is_about_the_caller(code) => Ok(Response::Failed(Failure::read(inner)?)),
                _ => Ok(Response::Report(Box::new(Report::read(inner, result, code)?))),
            }
        })
    }
}

impl NotFound {
    fn read(inner: Element<'_>) -> Result<NotFound, ReadError> {
        Ok(NotFound {
            shop_transaction_id: answer::value(inner, "ShopTransactionID"),
            bank_transaction_id: answer::value(inner, "BankTransactionID"),
            failure: Failure::read(inner)?,
        })
    }
}

fn write_long(report: &Report) -> String {
    let mut writer = answer::open(ROOT, TYPE, report.result);
    report.write(&mut writer);
    writer.finish()
}

fn is_about_the_question(code: Code) -> bool {
    [Code::NOT_FOUND, Code::AMBIGUOUS, Code::BANK_TRANSACTION_INVALID, Code::IDENTIFIERS_MISSING].contains(&code)
}

/// A 9999 is not among them: in a long answer it may as well be the payment's own code.
fn is_about_the_caller(code: Code) -> bool {
    code.category() == Category::Authentication
}
