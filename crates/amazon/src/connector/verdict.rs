//! What the end of a try means for the money. The heart of this crate: read it with its tests.
//!
//! | what came | is | tried again |
//! |---|---|---|
//! | no connection | not done: nothing was sent | may pass |
//! | sent, then broken or too late | unknown | may pass |
//! | 200 and the answer asked for | the answer | |
//! | 200 and anything else | unknown | may pass |
//! | 4xx with a code | not done | no, but for `InputStreamDisconnected` |
//! | 4xx `Duplicate…` | unknown: the reference id exists | no |
//! | 4xx about ending an object, to a call that moves money | unknown: ending comes after the money | no |
//! | 503 throttled by the front end | not done | may pass |
//! | any other 5xx, with or without a code | unknown | may pass |
//! | anything without a code | unknown | may pass |

use super::retry::Ended;
use crate::calls::{Call, Repeat};
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

    fn failure(&self, code: Option<ErrorCode>, message: impl Into<String>) -> Failure {
        Failure { code, http_status: Some(self.status), message: message.into(), request_id: self.request_id() }
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
        None if error.is_builder() => Ended::for_good(Error::NotDone(failure)),
        None if error.is_connect() => Ended::for_now(Error::NotDone(failure)),
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

/// [`refusal_of`], with what is particular to the call.
///
/// A charge on an agreement is several steps in one: Amazon makes an order, authorizes on it and closes it. Should the
/// last step be refused, the money was promised before. From any other call that moves money such a refusal would make
/// no sense, and decides nothing.
fn refusal_of_call<C: Call>(received: &Received) -> Ended {
    let ended = refusal_of(received);
    let came_after_the_money = C::REPEAT == Repeat::Money && ended.error.code().is_some_and(ErrorCode::is_of_ending);
    match came_after_the_money {
        true => Ended::for_good(ended.error.into_unknown()),
        false => ended,
    }
}

/// What an answer other than 200 means.
pub(super) fn refusal_of(received: &Received) -> Ended {
    let Some(ErrorItem { code, message, .. }) =
        received.refusal().and_then(|refusal| refusal.errors.into_iter().next())
    else {
        return Ended::for_now(Error::Unknown(received.failure(None, "the answer names no code")));
    };
    let is_duplicate = code.is_duplicate();
    let is_throttled = code.is_throttling();
    let was_cut_off = code == ErrorCode::InputStreamDisconnected;
    let failure = received.failure(Some(code), message);
    match received.status {
        400..=499 if is_duplicate => Ended::for_good(Error::Unknown(failure)),
        400..=499 if was_cut_off || is_throttled => Ended::for_now(Error::NotDone(failure)),
        400..=499 => Ended::for_good(Error::NotDone(failure)),
        503 if is_throttled => Ended::for_now(Error::NotDone(failure)),
        _ => Ended::for_now(Error::Unknown(failure)),
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
