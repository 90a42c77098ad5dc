//! The model: what a stage is, what a move is, and what each move does at each stage, as a plain table.

use payments::{
    Answer, AttemptId, Authorization, AuthorizationId, BankTransactionId, Change, Currency, EventKind, Language,
    MAX_ATTEMPTS, Money, Order, OrderReferenceId, Payment, PaymentId, Reason, Refusal, ShopLogin, ShopTransactionId,
    Stage, UtcMs,
};
use proptest::prelude::*;

/// A stage, told apart as far as the rules tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Fresh,
    /// The buyer pressed pay with this order reference.
    Confirmed(Reference),
    Declined,
    Asked,
    Paid,
    Refused,
    Abandoned,
}

/// Two order references are enough: the right one and another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    One,
    Other,
}

/// Every move that anyone may try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Confirm(Reference),
    Authorize(Reference),
    Approved,
    DeclinedTryAnother,
    TurnedAway,
    Declined,
    NeverHappened,
    /// An answer to an attempt that is not the one under way.
    Late,
    Refuse,
    Abandon,
    StepAside,
}

pub const MOVES: [Move; 13] = [
    Move::Confirm(Reference::One),
    Move::Confirm(Reference::Other),
    Move::Authorize(Reference::One),
    Move::Authorize(Reference::Other),
    Move::Approved,
    Move::DeclinedTryAnother,
    Move::TurnedAway,
    Move::Declined,
    Move::NeverHappened,
    Move::Late,
    Move::Refuse,
    Move::Abandon,
    Move::StepAside,
];

/// What the rules must answer: the event and the next stage, or the refusal.
pub fn expected(kind: Kind, attempts: u8, tried: Move) -> Result<(EventKind, Kind), Refusal> {
    match (kind, tried) {
        (Kind::Paid | Kind::Refused | Kind::Abandoned, _) => Err(Refusal::Final),

        (Kind::Asked, Move::Approved) => Ok((EventKind::Paid, Kind::Paid)),
        (Kind::Asked, Move::DeclinedTryAnother | Move::TurnedAway) if attempts == MAX_ATTEMPTS => {
            Ok((EventKind::Refused, Kind::Refused))
        }
        (Kind::Asked, Move::DeclinedTryAnother | Move::TurnedAway) => Ok((EventKind::Declined, Kind::Declined)),
        (Kind::Asked, Move::Declined | Move::NeverHappened) => Ok((EventKind::Refused, Kind::Refused)),
        (Kind::Asked, Move::Late) => Err(Refusal::OtherAttempt),
        (Kind::Asked, Move::Confirm(_) | Move::Authorize(_) | Move::Refuse | Move::Abandon | Move::StepAside) => {
            Err(Refusal::UnderWay)
        }

        (_, Move::Confirm(reference)) => Ok((EventKind::Confirming, Kind::Confirmed(reference))),
        (Kind::Confirmed(confirmed), Move::Authorize(reference)) if confirmed == reference => {
            Ok((EventKind::Asked, Kind::Asked))
        }
        (_, Move::Authorize(_)) => Err(Refusal::OtherOrderReference),
        (_, Move::Refuse) => Ok((EventKind::Refused, Kind::Refused)),
        (_, Move::Abandon) => Ok((EventKind::Abandoned, Kind::Abandoned)),
        (_, Move::StepAside) if attempts == 0 => Ok((EventKind::SteppedAside, Kind::Abandoned)),
        (_, Move::StepAside) => Err(Refusal::UnderWay),
        (
            _,
            Move::Approved
            | Move::DeclinedTryAnother
            | Move::TurnedAway
            | Move::Declined
            | Move::NeverHappened
            | Move::Late,
        ) => Err(Refusal::NothingAsked),
    }
}

/// The kind of a payment's stage.
pub fn kind(payment: &Payment) -> Kind {
    match &payment.stage {
        Stage::Open { declined: Some(_), .. } => Kind::Declined,
        Stage::Open { order_reference: None, declined: None } => Kind::Fresh,
        Stage::Open { order_reference: Some(reference), declined: None } => {
            Kind::Confirmed(if *reference == id_of(Reference::One) { Reference::One } else { Reference::Other })
        }
        Stage::Authorizing { .. } => Kind::Asked,
        Stage::Paid { .. } => Kind::Paid,
        Stage::Refused { .. } => Kind::Refused,
        Stage::Abandoned => Kind::Abandoned,
    }
}

/// Tries a move; `number` stands for the number that a gateway would have reserved.
pub fn tried(payment: &Payment, tried: Move, number: i64, now: UtcMs) -> Result<Change, Refusal> {
    let payment = payment.clone();
    let under_way = payment.attempt_under_way().map(|attempt| attempt.id.clone());
    let attempt = under_way.unwrap_or_else(|| late_attempt(&payment));
    match tried {
        Move::Confirm(reference) => payment.confirm(id_of(reference), now),
        Move::Authorize(reference) => payment.authorize(&id_of(reference), true, BankTransactionId(number), now),
        Move::Approved => payment.answered(&attempt, Answer::Approved(authorization(now)), now),
        Move::DeclinedTryAnother => payment.answered(&attempt, Answer::DeclinedTryAnother, now),
        Move::TurnedAway => payment.answered(&attempt, Answer::TurnedAway, now),
        Move::Declined => payment.answered(&attempt, Answer::Declined(Reason::Rejected), now),
        Move::NeverHappened => payment.answered(&attempt, Answer::NeverHappened(Reason::NotDone), now),
        Move::Late => {
            let late = late_attempt(&payment);
            payment.answered(&late, Answer::Approved(authorization(now)), now)
        }
        Move::Refuse => payment.refuse(Reason::AuthenticationFailed, now),
        Move::Abandon => payment.abandon(now),
        Move::StepAside => payment.step_aside(now),
    }
}

/// Never the attempt under way: those end with the shop's identifier or in one digit.
fn late_attempt(payment: &Payment) -> AttemptId {
    let under_way = payment.attempt_under_way().map(|attempt| attempt.id.as_str());
    let name = if under_way == Some("late") { "later" } else { "late" };
    AttemptId::new(name).expect("allowed")
}

pub fn id_of(reference: Reference) -> OrderReferenceId {
    let id = match reference {
        Reference::One => "S02-0319513-4657042",
        Reference::Other => "S02-0319513-4657043",
    };
    OrderReferenceId::new(id).expect("shaped as Amazon's")
}

pub fn authorization(at: UtcMs) -> Authorization {
    let id = AuthorizationId::new("S02-0319513-4657042-A063411").expect("shaped as Amazon's");
    Authorization { id, captured: true, authorized_at: at }
}

pub fn opened(transaction: &str, visit: &str) -> Change {
    let order = Order {
        shop_transaction_id: ShopTransactionId::new(transaction).expect("allowed"),
        amount: Money::new(2421, Currency::EUR),
        language: Language::Italian,
        buyer_name: "Anna".to_owned(),
        buyer_email: "anna@example.org".to_owned(),
        custom_info: "A=1".to_owned(),
    };
    let shop = ShopLogin::new("GESPAY00001").expect("allowed");
    Payment::open(shop, PaymentId::new(visit).expect("allowed"), order, UtcMs(1))
}

/// A shop's identifier and a visit's; now and then the shop's is what a further attempt would be called.
pub fn names() -> impl Strategy<Value = (String, String)> {
    let visit = "[A-Za-z0-9]{1,32}";
    prop_oneof![
        4 => ("[A-Za-z0-9_-]{1,32}", visit),
        1 => (visit, 2..=MAX_ATTEMPTS).prop_map(|(visit, n)| {
            let short: String = visit.chars().take(30).collect();
            (format!("{short}-{n}"), visit)
        }),
        1 => visit.prop_map(|visit| (visit.clone(), visit)),
    ]
}

pub fn moves() -> impl Strategy<Value = Vec<Move>> {
    // Moves that lead far come often; a walk that ends at once proves little.
    let far = prop::sample::select(vec![
        Move::Confirm(Reference::One),
        Move::Authorize(Reference::One),
        Move::DeclinedTryAnother,
    ]);
    prop::collection::vec(prop_oneof![9 => far, 1 => prop::sample::select(MOVES.to_vec())], 0..60)
}
