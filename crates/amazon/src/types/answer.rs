//! The envelope around every answer: the result of an operation, or the reasons for a refusal.

use xml::{Document, Element, Limits, Writer};

use super::field::{ReadError, member, text};
use crate::ErrorCode;

/// The namespace of every answer, of both environments.
pub const NAMESPACE: &str = "http://mws.amazonservices.com/schema/OffAmazonPayments/2013-01-01";

/// Void answers with an empty `…Result`; the other void ones have none.
const EMPTY_RESULTS: [&str; 4] =
    ["CancelOrderReference", "CloseAuthorization", "ConfirmBillingAgreement", "CloseBillingAgreement"];

/// A document that Amazon answered with, parsed as far as every operation shares it.
#[derive(Debug)]
pub struct Answer {
    document: Document,
}

/// Why Amazon refused a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorAnswer {
    /// Mostly one.
    pub errors: Vec<ErrorItem>,
    /// Amazon's id of the request.
    pub request_id: Option<String>,
}

/// One reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorItem {
    /// `Sender`, `Receiver`, or empty (throttling).
    pub kind: String,
    /// Its name.
    pub code: ErrorCode,
    /// Amazon's sentence.
    pub message: String,
}

impl Answer {
    /// Parses the bytes of an answer; `charset` is that of its media type.
    ///
    /// # Errors
    /// [`ReadError::Xml`] when they are not XML.
    pub fn parse(bytes: &[u8], charset: Option<&str>) -> Result<Answer, ReadError> {
        let text = xml::decode(bytes, charset)?;
        Ok(Answer { document: Document::parse(&text, Limits::default())? })
    }

    /// The element `…Result` of the operation, or none when its answer is void.
    ///
    /// # Errors
    /// [`ReadError::OtherDocument`] when it is not the answer of this operation.
    pub fn result(&self, action: &str) -> Result<Option<Element<'_>>, ReadError> {
        let root = self.document.root();
        match root.local().strip_suffix("Response") {
            Some(operation) if operation == action => member(root, &format!("{action}Result")),
            _ => Err(ReadError::OtherDocument(root.local().to_owned())),
        }
    }

    /// The reasons of a refusal; none when the document is not a refusal.
    #[must_use]
    pub fn error(&self) -> Option<ErrorAnswer> {
        let root = self.document.root();
        if root.local() != "ErrorResponse" {
            return None;
        }
        let errors: Vec<ErrorItem> = root
            .children()
            .filter(|child| child.local() == "Error" && !child.child_text("Code").is_empty())
            .map(|error| ErrorItem {
                kind: error.child_text("Type").to_owned(),
                code: ErrorCode::from(error.child_text("Code")),
                message: error.child_text("Message").to_owned(),
            })
            .collect();
        (!errors.is_empty()).then(|| ErrorAnswer { errors, request_id: self.request_id() })
    }

    /// Amazon's id of the request, however it is spelled and wherever it stands.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        let root = self.document.root();
        let of = |element: Element<'_>, name| text(element, name).ok().flatten();
        root.child("ResponseMetadata")
            .and_then(|metadata| of(metadata, "RequestId"))
            .or_else(|| of(root, "RequestId"))
            .or_else(|| of(root, "RequestID"))
    }

    /// The outermost element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        self.document.root()
    }
}

/// The whole answer of an operation: `result` is what stands in its `…Result`, written by this module's types.
#[must_use]
pub fn write_result(action: &str, result: &str, request_id: &str) -> String {
    let mut writer = start(action);
    writer.open(&format!("{action}Result")).raw(result).close();
    finish(writer, request_id)
}

/// The whole answer of an operation that has nothing to say.
///
/// `ConfirmOrderReference` and `CloseOrderReference` answer without a result; `CancelOrderReference`,
/// `CloseAuthorization`, `ConfirmBillingAgreement` and `CloseBillingAgreement` with an empty one.
#[must_use]
pub fn write_void(action: &str, request_id: &str) -> String {
    let mut writer = start(action);
    if EMPTY_RESULTS.contains(&action) {
        writer.empty(&format!("{action}Result"), &[]);
    }
    finish(writer, request_id)
}

/// The whole answer of a refusal. The front end's own codes spell the request's id `RequestID`.
#[must_use]
pub fn write_error(answer: &ErrorAnswer) -> String {
    let mut writer = Writer::document();
    writer.open_with("ErrorResponse", &[("xmlns", NAMESPACE)]);
    for error in &answer.errors {
        writer
            .open("Error")
            .leaf("Type", &error.kind)
            .leaf("Code", error.code.as_str())
            .leaf("Message", &error.message)
            .close();
    }
    let of_front_end = answer.errors.iter().any(|error| error.code.is_of_front_end());
    writer.leaf_if(if of_front_end { "RequestID" } else { "RequestId" }, answer.request_id.as_deref());
    writer.finish()
}

fn start(action: &str) -> Writer {
    let mut writer = Writer::document();
    writer.open_with(&format!("{action}Response"), &[("xmlns", NAMESPACE)]);
    writer
}

fn finish(mut writer: Writer, request_id: &str) -> String {
    writer.open("ResponseMetadata").leaf("RequestId", request_id);
    writer.finish()
}
