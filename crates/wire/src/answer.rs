//! What all answers have in common: a verdict, a code with its text, and how a client finds them.

use xml::{Document, Element, Limits, Writer};

use crate::Code;

/// `TransactionResult`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// `OK`
    Ok,
    /// `KO`
    Ko,
    /// `XX`: not final.
    Xx,
}

/// Why a call failed: its code and the text in the shop's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `ErrorCode`.
    pub code: Code,
    /// `ErrorDescription`; never to be matched on.
    pub text: String,
}

/// Why an answer is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not XML, or not as an answer may be.
    #[error("the answer is not readable: {0}")]
    Xml(#[from] xml::Error),
    /// A SOAP fault: the request was not processed, or the service failed.
    #[error("the service answered with a fault: {0}")]
    Fault(String),
    /// XML, but no answer to the operation.
    #[error("the answer has no {0}")]
    Missing(&'static str),
    /// A value that the protocol does not have.
    #[error("the answer's {element} is {value:?}")]
    Value {
        /// Which element.
        element: &'static str,
        /// What it holds.
        value: String,
    },
}

impl Verdict {
    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Ok => "OK",
            Verdict::Ko => "KO",
            Verdict::Xx => "XX",
        }
    }

    pub(crate) fn read(inner: Element<'_>) -> Result<Verdict, ReadError> {
        match value(inner, "TransactionResult").as_str() {
            "OK" => Ok(Verdict::Ok),
            "KO" => Ok(Verdict::Ko),
            "XX" => Ok(Verdict::Xx),
            other => Err(ReadError::Value { element: "TransactionResult", value: other.to_owned() }),
        }
    }
}

impl Failure {
    /// Reads `ErrorCode` and `ErrorDescription`.
    pub(crate) fn read(inner: Element<'_>) -> Result<Failure, ReadError> {
        Ok(Failure { code: code(inner)?, text: value(inner, "ErrorDescription") })
    }

    /// The short form: type, KO, code, text.
    pub(crate) fn write_short(&self, root: &str, transaction_type: &str) -> String {
        let mut writer = open(root, transaction_type, Verdict::Ko);
        writer.leaf("ErrorCode", &self.code.to_string()).leaf("ErrorDescription", &self.text);
        writer.finish()
    }
}

/// Starts an inner answer: the root in no namespace, type and result.
pub(crate) fn open(root: &str, transaction_type: &str, verdict: Verdict) -> Writer {
    let mut writer = Writer::fragment();
    writer
        .open_with(root, &[("xmlns", "")])
        .leaf("TransactionType", transaction_type)
        .leaf("TransactionResult", verdict.as_str());
    writer
}

/// Parses an answer and hands its inner element to `read`, wherever it stands; a fault is an error.
pub(crate) fn read_inner<T>(
    text: &str,
    root: &'static str,
    read: impl FnOnce(Element<'_>) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let document = Document::parse(text, Limits::default())?;
    if let Some(inner) = document.root().find(root) {
        return read(inner);
    }
    match document.root().find("Fault") {
        Some(fault) => {
            let text = fault.find("faultstring").or_else(|| fault.find("Text")).map_or("", Element::text);
            Err(ReadError::Fault(text.trim().to_owned()))
        }
        None => Err(ReadError::Missing(root)),
    }
}

/// A child's text without blanks around it and without a literal CDATA wrapper, which the service once escaped.
pub(crate) fn value(inner: Element<'_>, name: &str) -> String {
    bare(inner.child_text(name)).to_owned()
}

/// A text without a literal CDATA wrapper.
pub(crate) fn bare(text: &str) -> &str {
    text.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")).unwrap_or(text)
}

/// A child's text when the child is there, even when empty.
pub(crate) fn optional(inner: Element<'_>, name: &str) -> Option<String> {
    inner.child(name).map(|_| value(inner, name))
}

/// An answer that says both that all is well and that it is not.
pub(crate) fn contradiction(code: Code) -> ReadError {
    ReadError::Value { element: "ErrorCode", value: format!("{code} with TransactionResult OK") }
}

/// Refuses the answer to another operation.
pub(crate) fn is_of(inner: Element<'_>, transaction_type: &str) -> Result<(), ReadError> {
    match value(inner, "TransactionType") {
        found if found.eq_ignore_ascii_case(transaction_type) => Ok(()),
        found => Err(ReadError::Value { element: "TransactionType", value: found }),
    }
}

/// Result and code of an operation that is done or not done, with nothing between: the two must agree.
pub(crate) fn plain(inner: Element<'_>) -> Result<Failure, ReadError> {
    let failure = Failure::read(inner)?;
    match (Verdict::read(inner)?, failure.code) {
        (Verdict::Ok, Code::OK) => Ok(failure),
        (Verdict::Ok, code) => Err(contradiction(code)),
        // A refusal without a code would read as a success.
        (Verdict::Ko, Code::OK) => Err(ReadError::Missing("ErrorCode")),
        (Verdict::Ko, _) => Ok(failure),
        (Verdict::Xx, _) => {
            Err(ReadError::Value { element: "TransactionResult", value: Verdict::Xx.as_str().to_owned() })
        }
    }
}

/// `ErrorCode` as a number; an empty one counts as 0.
pub(crate) fn code(inner: Element<'_>) -> Result<Code, ReadError> {
    match value(inner, "ErrorCode").as_str() {
        "" => Ok(Code::OK),
        text => {
            let wrong = || ReadError::Value { element: "ErrorCode", value: text.to_owned() };
            text.parse().map(Code).map_err(|_| wrong())
        }
    }
}
