//! What deleting and updating a token have in common: an answer that says whether it was done, and no more.

use crate::Code;
use crate::answer::{self, Failure, ReadError, Verdict};

const ROOT: &str = "GestPayS2S";

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// callDeleteTokenS2S
    Delete,
    /// CallUpdateTokenS2S
    Update,
}

/// What the gateway answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// `TransactionType`.
    pub kind: Kind,
    /// [`Code::OK`] when it was done.
    pub code: Code,
    /// `ErrorDescription`; never to be matched on.
    pub text: String,
}

impl Kind {
    /// `TransactionType` as on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Delete => "DisableToken",
            Kind::Update => "UpdateToken",
        }
    }
}

impl Response {
    /// It was done. The description is empty, as documented, and so needs no language.
    #[must_use]
    pub fn done(kind: Kind) -> Response {
        Response { kind, code: Code::OK, text: String::new() }
    }

    /// Nothing was done.
    #[must_use]
    pub fn refused(kind: Kind, failure: Failure) -> Response {
        Response { kind, code: failure.code, text: failure.text }
    }

    /// Why nothing was done; nothing when it was.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        (self.code != Code::OK).then(|| Failure { code: self.code, text: self.text.clone() })
    }

    /// The inner answer.
    #[must_use]
    pub fn write(&self) -> String {
        let verdict = if self.code == Code::OK { Verdict::Ok } else { Verdict::Ko };
        let mut writer = answer::open(ROOT, self.kind.as_str(), verdict);
        writer.leaf("ErrorCode", &self.code.to_string()).leaf("ErrorDescription", &self.text);
        writer.finish()
    }

    /// Reads an answer to an operation, wherever in the text it stands.
    ///
    /// # Errors
    /// [`ReadError`] when it is none, is the answer to the other operation, or contradicts itself.
    pub fn read(text: &str, kind: Kind) -> Result<Response, ReadError> {
        answer::read_inner(text, ROOT, |inner| {
            answer::is_of(inner, kind.as_str())?;
            let failure = answer::plain(inner)?;
            Ok(Response { kind, code: failure.code, text: failure.text })
        })
    }
}
