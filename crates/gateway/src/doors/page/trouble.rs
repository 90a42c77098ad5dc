//! Why a page cannot do what it should, with the code that Axerve documents for it; and how an outcome is told.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use payments::{Money, Payment, Reason, Recurring, Stage};
use store::Shop;

use super::policy::{self, Needs};
use super::texts::{self, Texts, Words};
use super::view::{Action, Frame, Message, Tone};
use super::visit::{Visit, bare_frame};
use crate::Gateway;
use crate::flow::visit::NotOpened;
use crate::sampled::sampled;

/// An answer that ends a request early.
pub(crate) struct Stop(Box<Response>);

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Stop(Box::new(response))
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// Why a page cannot do what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    ShopMissing,
    ShopUnknown,
    ShopInactive,
    StringMissing,
    StringEmpty,
    /// Well-formed, but not made here for this shop.
    StringForeign,
    NotPublished,
    /// Not of the form of our strings.
    StringMalformed,
    /// An address of a page that names no payment.
    Link,
    Expired,
    /// Another visit is being paid under the shop's identifier.
    Taken,
    /// Another visit under the shop's identifier has come to its end.
    Used,
    Differs,
    Method,
    /// Sent by another site's page.
    Foreign,
    AmazonSilent,
    /// The visit has caused too many calls to Amazon just now.
    TooFast,
    System,
}

impl Trouble {
    /// For a store that does not answer; logged here, where it is handled.
    pub(crate) fn of_store(error: &store::Error) -> Trouble {
        sampled!(error, %error, "The payment page could not read the store");
        Trouble::System
    }

    /// For a string that opens no visit.
    pub(crate) fn of_opening(error: &NotOpened) -> Trouble {
        match error {
            NotOpened::Expired => Trouble::Expired,
            NotOpened::NoWayBack => Trouble::NotPublished,
            NotOpened::Store(error) => Trouble::of_store(error),
        }
    }

    /// For a visit of this amount whose identifier another payment has claimed.
    pub(crate) fn overtaken_by(claimant: &Payment, amount: Money) -> Trouble {
        match claimant.is_final() {
            _ if claimant.order.amount != amount => Trouble::Differs,
            true => Trouble::Used,
            false => Trouble::Taken,
        }
    }

    /// The page that says so, for a request whose payment is not known.
    pub(crate) fn stop(self, gateway: &Gateway, headers: &HeaderMap, shop: Option<&Shop>) -> Stop {
        let texts = match shop {
            Some(shop) if !headers.contains_key(axum::http::header::ACCEPT_LANGUAGE) => texts::of(shop.language),
            _ => texts::of(texts::of_browser(headers)),
        };
        let name = shop.map(|shop| shop.name.clone());
        let frame = Frame { shop: name, ..bare_frame(gateway, texts) };
        self.tell(gateway, shop, self.message(texts, frame))
    }

    /// The same for a known payment: with its summary, and a way on.
    pub(crate) fn stop_visit(self, visit: &Visit) -> Stop {
        let mut message = self.message(visit.texts(), visit.frame("", 0));
        if let Some(url) = visit.shop_url() {
            message.actions.push(back(visit, url.into()));
        } else if matches!(self, Trouble::AmazonSilent | Trouble::TooFast | Trouble::System | Trouble::Foreign) {
            let label = visit.texts().frame.try_again.to_owned();
            message.actions.push(Action { address: visit.result_url(), label });
        }
        message.cancel = visit.is_open().then(|| visit.cancel());
        self.tell(&visit.gateway, Some(&visit.shop), message)
    }

    fn tell(self, gateway: &Gateway, shop: Option<&Shop>, message: Message) -> Stop {
        policy::page_with(gateway, shop, Needs::Nothing, (self.status(), &message)).into()
    }

    fn message(self, texts: &'static Texts, frame: Frame) -> Message {
        let words = self.words(texts);
        let frame = Frame { heading: words.title.to_owned(), ..frame };
        Message { code: self.code(), ..message(words, Tone::Bad, frame) }
    }

    fn words(self, texts: &'static Texts) -> &'static Words {
        let messages = &texts.messages;
        match self {
            Trouble::ShopMissing
            | Trouble::StringMissing
            | Trouble::StringEmpty
            | Trouble::StringForeign
            | Trouble::StringMalformed
            | Trouble::Link => &messages.link,
            Trouble::ShopUnknown => &messages.shop_unknown,
            Trouble::ShopInactive | Trouble::NotPublished => &messages.shop_closed,
            Trouble::Expired => &messages.expired,
            Trouble::Taken => &messages.taken,
            Trouble::Used => &messages.used,
            Trouble::Differs => &messages.differs,
            Trouble::Method => &messages.method,
            Trouble::Foreign => &messages.foreign,
            Trouble::AmazonSilent => &messages.amazon_silent,
            Trouble::TooFast => &messages.too_fast,
            Trouble::System => &messages.system,
        }
    }

    /// Axerve's code; none for a request to wait a moment.
    fn code(self) -> Option<u32> {
        Some(match self {
            Trouble::ShopMissing => 1130,
            Trouble::ShopUnknown => 1131,
            Trouble::ShopInactive => 1132,
            Trouble::StringMissing => 1133,
            Trouble::StringEmpty => 1134,
            Trouble::StringForeign => 1136,
            Trouble::NotPublished => 1139,
            Trouble::StringMalformed | Trouble::Link | Trouble::Foreign => 1141,
            Trouble::Method => 1403,
            Trouble::Expired => 4800,
            Trouble::Taken | Trouble::Used => 4801,
            Trouble::Differs => 4802,
            Trouble::AmazonSilent | Trouble::System => 9999,
            Trouble::TooFast => return None,
        })
    }

    fn status(self) -> StatusCode {
        match self {
            Trouble::ShopMissing
            | Trouble::StringMissing
            | Trouble::StringEmpty
            | Trouble::StringForeign
            | Trouble::StringMalformed
            | Trouble::Method => StatusCode::BAD_REQUEST,
            Trouble::ShopUnknown | Trouble::Link => StatusCode::NOT_FOUND,
            Trouble::ShopInactive | Trouble::NotPublished | Trouble::Foreign => StatusCode::FORBIDDEN,
            Trouble::Expired => StatusCode::GONE,
            Trouble::Taken | Trouble::Used | Trouble::Differs => StatusCode::CONFLICT,
            Trouble::TooFast => StatusCode::TOO_MANY_REQUESTS,
            Trouble::AmazonSilent | Trouble::System => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// A payment that is over or waits for Amazon's decision, told to a buyer who comes to it again:
/// 1137 unless it is good news, and the way back to the shop.
pub(crate) fn outcome(visit: &Visit) -> Response {
    let (words, tone, reason) = told(&visit.payment, visit.texts());
    let mut message = Message {
        reason: reason.to_owned(),
        text: visit.fill(words.text),
        code: (tone != Tone::Good).then_some(1137),
        ..message(words, tone, visit.frame(words.title, 0))
    };
    message.actions.extend(visit.shop_url().map(|url| back(visit, url.into())));
    policy::page(&visit.gateway, Some(&visit.shop), Needs::Nothing, &message)
}

fn told(payment: &Payment, texts: &'static Texts) -> (&'static Words, Tone, &'static str) {
    let messages = &texts.messages;
    match &payment.stage {
        Stage::Paid { .. } if payment.order.recurring == Recurring::WithPayment => {
            (&texts.agreement.paid, Tone::Good, "")
        }
        Stage::Paid { .. } => (&messages.paid, Tone::Good, ""),
        Stage::Agreed { .. } => (&texts.agreement.agreed, Tone::Good, ""),
        Stage::Refused { reason: Reason::Abandoned, .. } | Stage::Abandoned { .. } => {
            (&messages.abandoned, Tone::Plain, "")
        }
        Stage::Refused { reason, .. } => (&messages.refused, Tone::Bad, texts.reasons.of(*reason)),
        Stage::Pending { .. } => (&messages.pending, Tone::Plain, ""),
        Stage::Open { .. } | Stage::Authorizing { .. } => (&messages.waiting, Tone::Waiting, ""),
    }
}

/// The answer for a visit that the buyer can no longer pay or give up; nothing while it is open.
pub(super) fn no_longer_open(visit: &Visit) -> Option<Response> {
    match visit.payment.stage {
        Stage::Open { .. } => None,
        Stage::Authorizing { .. } => Some(policy::see_other(&visit.result_url())),
        Stage::Pending { .. }
        | Stage::Paid { .. }
        | Stage::Agreed { .. }
        | Stage::Refused { .. }
        | Stage::Abandoned { .. } => Some(outcome(visit)),
    }
}

/// A message in these words, with nothing to do about it.
fn message(words: &Words, tone: Tone, frame: Frame) -> Message {
    Message {
        frame,
        tone,
        title: words.title.to_owned(),
        reason: String::new(),
        text: words.text.to_owned(),
        advice: words.advice.to_owned(),
        actions: Vec::new(),
        cancel: None,
        code: None,
    }
}

/// Amazon has not answered: the page looks again by itself.
pub(crate) fn waiting(visit: &Visit) -> Response {
    let words = &visit.texts().messages.waiting;
    let frame = Frame { refresh: Some(visit.result_url()), ..visit.frame(words.title, 3) };
    let message = message(words, Tone::Waiting, frame);
    policy::page(&visit.gateway, Some(&visit.shop), Needs::Nothing, &message)
}

/// The buyer did not sign in.
pub(crate) fn denied(visit: &Visit) -> Response {
    not_signed_in(visit, &visit.texts().messages.denied, visit.texts().frame.try_again)
}

/// The buyer has signed out.
pub(crate) fn signed_out(visit: &Visit) -> Response {
    not_signed_in(visit, &visit.texts().messages.signed_out, visit.texts().wallet.sign_in)
}

fn not_signed_in(visit: &Visit, words: &'static Words, label: &str) -> Response {
    let message = Message {
        actions: vec![Action { address: visit.wallet_url(&[]), label: label.to_owned() }],
        cancel: Some(visit.cancel()),
        ..message(words, Tone::Plain, visit.frame(words.title, 1))
    };
    policy::page(&visit.gateway, Some(&visit.shop), Needs::Nothing, &message)
}

fn back(visit: &Visit, address: String) -> Action {
    Action { address, label: visit.fill(visit.texts().frame.back) }
}
