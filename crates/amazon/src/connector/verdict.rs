//! What the end of a try means for the money. The heart of this crate: read it with its tests.
//!
//! | what came | is | repeated at once by [`Retry`](crate::Retry) |
//! |---|---|---|
//! | held back here: the quota is used up | later | no: it has waited |
//! | no connection | later | yes |
//! | sent, then broken or too late | unknown | yes, unless it moves money |
//! | 200 and the answer asked for | the answer | |
//! | 200 and anything else | unknown | yes, unless it moves money |
//! | throttled (4xx or 503), or the request was cut off (4xx) | later | yes |
//! | 4xx about account, key, token, clock or the way of calling | later | no: somebody has to act |
//! | 4xx with any other code, also one that is not known | refused | no |
//! | 4xx `Duplicate…` | unknown: the reference id exists; this request was refused | no |
//! | 4xx about ending an object, to a call that moves money | unknown: ending comes after the money | no |
//! | 4xx with the code of a fault, any other 5xx | unknown | yes, unless it moves money |
//! | anything without a code | unknown | yes, unless it moves money |
//!
//! Which code is which stands in `code.rs`.

use super::retry::Ended;
use crate::calls::{Call, Repeat};
use crate::code::Meaning;
use crate::types::{Answer, ErrorAnswer, ErrorItem};
use crate::{Error, ErrorCode, Failure};

/// How much of a plain text is looked at for the name of a code.
const LONGEST_CODE: usize = 64;

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) charset: Option<String>,
    pub(super) header_request_id: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) body: Vec<u8>,
    /// The body as XML, when it is.
    pub(super) answer: Option<Answer>,
}

impl Received {
    /// Amazon's id of the request, from the header or the body.
    pub(super) fn request_id(&self) -> Option<String> {
        self.header_request_id.clone().or_else(|| self.answer.as_ref().and_then(Answer::request_id))
    }

    pub(super) fn failure(&self, code: Option<ErrorCode>, message: impl Into<String>) -> Failure {
        Failure { code, http_status: Some(self.status), request_id: self.request_id(), ..Failure::here(message) }
    }

    /// The refusal in the body: Amazon's document, or a plain text that begins with a code's name.
    fn refusal(&self) -> Option<ErrorAnswer> {
        let in_document = self.answer.as_ref().and_then(Answer::error);
        in_document.or_else(|| {
            let text = String::from_utf8_lossy(&self.body[..self.body.len().min(LONGEST_CODE)]).into_owned();
            let word: String = text.trim_start().chars().take_while(char::is_ascii_alphanumeric).collect();
            let item = |word: &str| ErrorItem {
                kind: String::new(),
                code: ErrorCode::from(word),
                message: "a plain text that begins with the name of the code".to_owned(),
            };
            ErrorCode::KNOWN
                .contains(&word.as_str())
                .then(|| ErrorAnswer { errors: vec![item(&word)], request_id: None })
        })
    }
}

/// A try that was not answered: `status` is there when an answer began.
pub(super) fn unanswered(error: reqwest::Error, status: Option<u16>) -> Ended {
    let error = error.without_url();
    let failure = Failure { http_status: status, ..Failure::here(with_causes(&error)) };
    match status {
        None if error.is_builder() => Ended::for_good(Error::refused(failure)),
        None if error.is_connect() => Ended::for_now(Error::Later(failure)),
        _ => Ended::for_now(Error::Unknown(failure)),
    }
}

/// The answer of a call, or what its absence means.
pub(super) fn answer_of<C: Call>(request: &C, received: &Received) -> Result<C::Answer, Ended> {
    if received.status != 200 {
        return Err(refusal_of_call::<C>(received));
    }
    let code = || received.refusal().and_then(|refusal| refusal.errors.into_iter().next()).map(|item| item.code);
    let unreadable = |why: String| Ended::for_now(Error::Unknown(received.failure(code(), why)));
    let answer = received.answer.as_ref().ok_or_else(|| unreadable("the answer is not XML".to_owned()))?;
    answer
        .result(C::ACTION)
        .and_then(|result| request.read_answer(result))
        .map_err(|error| unreadable(error.to_string()))
}

/// What an answer other than 200 means for the call.
fn refusal_of_call<C: Call>(received: &Received) -> Ended {
    let refusal = received.refusal().and_then(|refusal| refusal.errors.into_iter().next());
    match refusal {
        Some(ErrorItem { code, message, .. }) => refusal_of(received, code, message, C::REPEAT),
        None => Ended::for_now(Error::Unknown(received.failure(None, "the answer names no code"))),
    }
}

/// What a refusal with a code means.
///
/// A charge on an agreement is several steps in one: Amazon makes an order, authorizes on it and
/// closes it. Should the last step be refused, the money was promised before. From any other call
/// that moves money such a refusal would make no sense, and decides nothing.
pub(super) fn refusal_of(received: &Received, code: ErrorCode, message: String, repeat: Repeat) -> Ended {
    let meaning = Meaning::of(Some(received.status), &code, &message);
    let failure = received.failure(Some(code), message);
    match meaning {
        Meaning::Busy => Ended::for_now(Error::Later(failure)),
        Meaning::Account => Ended::for_good(Error::Later(failure)),
        Meaning::Ending if repeat == Repeat::Money => Ended::for_good(Error::Unknown(failure)),
        Meaning::Refused | Meaning::Ending => Ended::for_good(Error::refused(failure)),
        Meaning::Duplicate => Ended::for_good(Error::refused(failure).into_unknown()),
        Meaning::Fault => Ended::for_now(Error::Unknown(failure)),
    }
}

/// The sentence of an error and those of its causes.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
