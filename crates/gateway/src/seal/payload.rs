//! What is inside a seal, kept short: the usual payment type and identifier take one and sixteen
//! bytes.
//!
//! The order of the fields is the format. A change of it is a new version in the seal's header:
//! what most strings do not have follows the rest in version 2, so that a gateway that does not
//! know it refuses the string instead of misreading it.

use std::borrow::Cow;

use data_encoding::BASE32_DNSSEC;
use payments::{
    BankTransactionId, Currency, Language, Money, Order, Outcome, PaymentId, Recurring, ShopTransactionId, Token,
    UtcMs, Verdict,
};
use serde::{Deserialize, Serialize};

use super::{ID_BYTES, SealedRequest};

const AMAZON_PAY: &str = "AMAZONPAY";

/// One payment, no token.
pub(super) const PLAIN: u8 = 1;
/// The same, and what concerns future payments.
pub(super) const WITH_MORE: u8 = 2;

/// What is encrypted, and by which version of the format.
pub(super) struct Payload {
    pub(super) version: u8,
    pub(super) bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Request<'a> {
    payment: Id<'a>,
    #[serde(borrow)]
    order: Ordered<'a>,
    methods: Vec<Method<'a>>,
    sealed_at_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct Told<'a> {
    payment: Id<'a>,
    verdict: Verdict,
    number: Option<i64>,
    authorization_code: Cow<'a, str>,
    #[serde(borrow)]
    order: Ordered<'a>,
    decided_at_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct Ordered<'a> {
    shop_transaction_id: Cow<'a, str>,
    minor: i64,
    currency: [u8; 3],
    language: Language,
    buyer_name: Cow<'a, str>,
    buyer_email: Cow<'a, str>,
    custom_info: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
enum Id<'a> {
    Ours([u8; ID_BYTES]),
    Other(Cow<'a, str>),
}

#[derive(Serialize, Deserialize)]
enum Method<'a> {
    AmazonPay,
    Other(Cow<'a, str>),
}

pub(super) fn write_request(request: &SealedRequest) -> Payload {
    let plain = Request {
        payment: Id::of(&request.payment),
        order: Ordered::of(&request.order),
        methods: request.methods.iter().map(|method| Method::of(method)).collect(),
        sealed_at_ms: request.sealed_at.0,
    };
    write(&plain, Some(request.order.recurring).filter(|recurring| *recurring != Recurring::No))
}

pub(super) fn read_request(payload: Payload) -> Option<SealedRequest> {
    let (request, recurring): (Request<'_>, Option<Recurring>) = read(&payload)?;
    Some(SealedRequest {
        payment: request.payment.read()?,
        order: Order { recurring: recurring.unwrap_or(Recurring::No), ..request.order.read()? },
        methods: request.methods.into_iter().map(Method::read).collect(),
        sealed_at: UtcMs(request.sealed_at_ms),
    })
}

pub(super) fn write_outcome(outcome: &Outcome) -> Payload {
    let plain = Told {
        payment: Id::of(&outcome.payment),
        verdict: outcome.verdict,
        number: outcome.bank_transaction_id.map(|number| number.0),
        authorization_code: Cow::Borrowed(&outcome.authorization_code),
        order: Ordered {
            shop_transaction_id: Cow::Borrowed(outcome.shop_transaction_id.as_str()),
            minor: outcome.amount.minor,
            currency: letters(outcome.amount.currency),
            language: outcome.language,
            buyer_name: Cow::Borrowed(&outcome.buyer_name),
            buyer_email: Cow::Borrowed(&outcome.buyer_email),
            custom_info: Cow::Borrowed(&outcome.custom_info),
        },
        decided_at_ms: outcome.decided_at.0,
    };
    write(&plain, outcome.token.as_ref().map(Token::as_str))
}

pub(super) fn read_outcome(payload: Payload) -> Option<Outcome> {
    let (told, token): (Told<'_>, Option<Cow<'_, str>>) = read(&payload)?;
    let order = told.order.read()?;
    Some(Outcome {
        payment: told.payment.read()?,
        verdict: told.verdict,
        shop_transaction_id: order.shop_transaction_id,
        bank_transaction_id: told.number.map(BankTransactionId),
        authorization_code: told.authorization_code.into_owned(),
        amount: order.amount,
        buyer_name: order.buyer_name,
        buyer_email: order.buyer_email,
        custom_info: order.custom_info,
        language: order.language,
        decided_at: UtcMs(told.decided_at_ms),
        token: token.map(Token::new).transpose().ok()?,
    })
}

impl<'a> Ordered<'a> {
    fn of(order: &'a Order) -> Self {
        Ordered {
            shop_transaction_id: Cow::Borrowed(order.shop_transaction_id.as_str()),
            minor: order.amount.minor,
            currency: letters(order.amount.currency),
            language: order.language,
            buyer_name: Cow::Borrowed(&order.buyer_name),
            buyer_email: Cow::Borrowed(&order.buyer_email),
            custom_info: Cow::Borrowed(&order.custom_info),
        }
    }

    fn read(self) -> Option<Order> {
        let currency = Currency::new(std::str::from_utf8(&self.currency).ok()?).ok()?;
        Some(Order {
            shop_transaction_id: ShopTransactionId::new(self.shop_transaction_id).ok()?,
            amount: Money::new(self.minor, currency),
            language: self.language,
            buyer_name: self.buyer_name.into_owned(),
            buyer_email: self.buyer_email.into_owned(),
            custom_info: self.custom_info.into_owned(),
            recurring: Recurring::No,
        })
    }
}

impl<'a> Id<'a> {
    fn of(payment: &'a PaymentId) -> Self {
        let bytes = BASE32_DNSSEC.decode(payment.as_str().as_bytes()).ok();
        match bytes.and_then(|bytes| <[u8; ID_BYTES]>::try_from(bytes).ok()) {
            Some(bytes) if BASE32_DNSSEC.encode(&bytes) == payment.as_str() => Id::Ours(bytes),
            _ => Id::Other(Cow::Borrowed(payment.as_str())),
        }
    }

    fn read(self) -> Option<PaymentId> {
        match self {
            Id::Ours(bytes) => PaymentId::new(BASE32_DNSSEC.encode(&bytes)).ok(),
            Id::Other(text) => PaymentId::new(text).ok(),
        }
    }
}

impl<'a> Method<'a> {
    fn of(method: &'a str) -> Self {
        if method == AMAZON_PAY { Method::AmazonPay } else { Method::Other(Cow::Borrowed(method)) }
    }

    fn read(self) -> String {
        match self {
            Method::AmazonPay => AMAZON_PAY.to_owned(),
            Method::Other(method) => method.into_owned(),
        }
    }
}

fn letters(currency: Currency) -> [u8; 3] {
    currency.as_str().as_bytes().try_into().expect("a currency code has three letters")
}

fn write(plain: &impl Serialize, more: Option<impl Serialize>) -> Payload {
    let known = "a vector grows as it must, and every length is known";
    let mut bytes = postcard::to_allocvec(plain).expect(known);
    let Some(more) = more else { return Payload { version: PLAIN, bytes } };
    bytes = postcard::to_extend(&more, bytes).expect(known);
    Payload { version: WITH_MORE, bytes }
}

fn read<'p, P: Deserialize<'p>, M: Deserialize<'p>>(payload: &'p Payload) -> Option<(P, Option<M>)> {
    let (plain, rest) = postcard::take_from_bytes(&payload.bytes).ok()?;
    match payload.version {
        PLAIN => Some((plain, None)),
        _ => Some((plain, Some(postcard::from_bytes(rest).ok()?))),
    }
}
