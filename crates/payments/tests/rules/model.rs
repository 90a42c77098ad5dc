//! The model: what a stage is, what a move is, and what each move does at each stage, as a plain table.

use payments::{
    Answer, Approval, AttemptId, Authorization, AuthorizationId, BankTransactionId, BillingAgreementId, Captured,
    Change, Currency, EventKind, Instrument, Language, MAX_ATTEMPTS, MAX_MOVES, Money, Order, OrderReferenceId,
    Payment, PaymentId, Placed, Reason, Recurring, Refusal, SellerId, ShopLogin, ShopTransactionId, Stage, Terms,
    Token, UtcMs, Wait, Witness,
};
use proptest::prelude::*;

/// A stage, told apart as far as the rules tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Fresh,
    /// The buyer pressed pay with this order reference.
    Confirmed(Reference),
    Declined,
    /// Amazon was asked, and the shop has not been told anything.
    Asked,
    /// Amazon was asked again, after the shop was told that the outcome is pending.
    AskedAgain,
    /// Amazon will decide.
    Undecided,
    /// Another card is waited for.
    CardWanted,
    Paid,
    Agreed,
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
    /// Asks again, asynchronously.
    Later,
    /// Asks again, with another card.
    Again,
    Agree,
    Approved,
    Pending,
    DeclinedTryAnother,
    TurnedAway,
    Declined,
    NeverHappened,
    /// An answer to an attempt that is not the one under way.
    Late,
    Refuse,
    Begin,
    Abandon,
    RunOut,
    StepAside,
}

pub const MOVES: [Move; 19] = [
    Move::Confirm(Reference::One),
    Move::Confirm(Reference::Other),
    Move::Authorize(Reference::One),
    Move::Authorize(Reference::Other),
    Move::Later,
    Move::Again,
    Move::Agree,
    Move::Approved,
    Move::Pending,
    Move::DeclinedTryAnother,
    Move::TurnedAway,
    Move::Declined,
    Move::NeverHappened,
    Move::Late,
    Move::Refuse,
    Move::Begin,
    Move::Abandon,
    Move::RunOut,
    Move::StepAside,
];

/// What the rules must answer: the event and the next stage, or the refusal.
pub fn expected(payment: &Payment, tried: Move) -> Result<(EventKind, Kind), Refusal> {
    let (kind, attempts, has_begun) = (kind(payment), payment.attempts, payment.begun_at.is_some());
    match (kind, tried) {
        (Kind::Paid | Kind::Agreed | Kind::Refused | Kind::Abandoned, _) => Err(Refusal::Final),
        (Kind::Asked | Kind::AskedAgain | Kind::Undecided, _) => in_flight(kind, attempts, tried),
        (Kind::CardWanted, _) => waiting(attempts, tried),

        (_, Move::Confirm(_)) if payment.version >= MAX_MOVES => Err(Refusal::TooManyMoves),
        (_, Move::Confirm(reference)) => Ok((EventKind::Confirming, Kind::Confirmed(reference))),
        (Kind::Confirmed(confirmed), Move::Authorize(reference)) if confirmed == reference => {
            Ok((EventKind::Asked, Kind::Asked))
        }
        (_, Move::Authorize(_) | Move::Agree) => Err(Refusal::OtherOrderReference),
        (_, Move::Refuse) => Ok((EventKind::Refused, Kind::Refused)),
        (_, Move::Begin) if has_begun => Err(Refusal::HasBegun),
        (_, Move::Begin) => Ok((EventKind::Begun, kind)),
        (_, Move::RunOut) if !has_begun => Ok((EventKind::Lapsed, Kind::Abandoned)),
        (_, Move::Abandon | Move::RunOut) => Ok((EventKind::Abandoned, Kind::Abandoned)),
        (_, Move::StepAside) if attempts == 0 => Ok((EventKind::SteppedAside, Kind::Abandoned)),
        (_, Move::StepAside) => Err(Refusal::InFlight),
        _ => Err(Refusal::NothingAsked),
    }
}

/// Amazon owes an answer.
fn in_flight(kind: Kind, attempts: u8, tried: Move) -> Result<(EventKind, Kind), Refusal> {
    let is_last = attempts == MAX_ATTEMPTS;
    match tried {
        Move::Approved => Ok((EventKind::Paid, Kind::Paid)),
        Move::Pending if kind == Kind::Undecided => Err(Refusal::InFlight),
        Move::Pending => Ok((EventKind::Pending, Kind::Undecided)),
        Move::DeclinedTryAnother | Move::TurnedAway if is_last => Ok((EventKind::Refused, Kind::Refused)),
        Move::DeclinedTryAnother | Move::TurnedAway if kind == Kind::Asked => Ok((EventKind::Declined, Kind::Declined)),
        Move::DeclinedTryAnother | Move::TurnedAway => Ok((EventKind::CardWanted, Kind::CardWanted)),
        Move::Declined | Move::NeverHappened => Ok((EventKind::Refused, Kind::Refused)),
        Move::Late => Err(Refusal::OtherAttempt),
        Move::Later if is_last => Err(Refusal::NoMoreAttempts),
        Move::Later => Ok((EventKind::Asked, if kind == Kind::Asked { Kind::Asked } else { Kind::AskedAgain })),
        Move::Confirm(_)
        | Move::Authorize(_)
        | Move::Again
        | Move::Agree
        | Move::Refuse
        | Move::Begin
        | Move::Abandon
        | Move::RunOut
        | Move::StepAside => Err(Refusal::InFlight),
    }
}

/// The buyer owes another card.
fn waiting(attempts: u8, tried: Move) -> Result<(EventKind, Kind), Refusal> {
    match tried {
        Move::Again if attempts == MAX_ATTEMPTS => Err(Refusal::NoMoreAttempts),
        Move::Again => Ok((EventKind::Asked, Kind::AskedAgain)),
        Move::Refuse => Ok((EventKind::Refused, Kind::Refused)),
        Move::Confirm(_) | Move::Authorize(_) | Move::Agree => Err(Refusal::InFlight),
        Move::Begin | Move::Abandon | Move::RunOut | Move::StepAside => Err(Refusal::InFlight),
        _ => Err(Refusal::NothingAsked),
    }
}

/// The kind of a payment's stage.
pub fn kind(payment: &Payment) -> Kind {
    match &payment.stage {
        Stage::Open { declined: Some(_), .. } => Kind::Declined,
        Stage::Open { instrument: None, declined: None } => Kind::Fresh,
        Stage::Open { instrument: Some(chosen), declined: None } => {
            Kind::Confirmed(if *chosen == id_of(Reference::One) { Reference::One } else { Reference::Other })
        }
        Stage::Authorizing { .. } if payment.pending_since.is_some() => Kind::AskedAgain,
        Stage::Authorizing { .. } => Kind::Asked,
        Stage::Pending { wait: Wait::Decision(_), .. } => Kind::Undecided,
        Stage::Pending { wait: Wait::Card, .. } => Kind::CardWanted,
        Stage::Paid { .. } => Kind::Paid,
        Stage::Agreed { .. } => Kind::Agreed,
        Stage::Refused { .. } => Kind::Refused,
        Stage::Abandoned { .. } => Kind::Abandoned,
    }
}

/// Tries a move; `number` stands for the number that a gateway would have reserved.
pub fn tried(payment: &Payment, tried: Move, number: i64, now: UtcMs) -> Result<Change, Refusal> {
    let payment = payment.clone();
    let in_flight = payment.attempt_in_flight().map(|attempt| attempt.id.clone());
    let attempt = in_flight.unwrap_or_else(|| late_attempt(&payment));
    let answer = |answer| payment.clone().answered(&attempt, answer, Witness::Caller, now);
    match tried {
        Move::Confirm(reference) => payment.confirm(id_of(reference), now),
        Move::Authorize(reference) => payment.authorize(terms(reference, number), now),
        Move::Later => payment.authorize_later(&attempt, 5, now),
        Move::Again => payment.authorize_again(now),
        Move::Agree => {
            let agreement = BillingAgreementId::new("C02-5533845-8537141").expect("shaped as Amazon's");
            payment.agree(agreement, token(), BankTransactionId(number), now)
        }
        Move::Approved => answer(Answer::Approved(approval(now))),
        Move::Pending => answer(Answer::Pending(placed())),
        Move::DeclinedTryAnother => answer(Answer::DeclinedTryAnother),
        Move::TurnedAway => answer(Answer::TurnedAway(Reason::Unreachable)),
        Move::Declined => answer(Answer::Declined(Reason::Rejected)),
        Move::NeverHappened => answer(Answer::NeverHappened(Reason::NotDone)),
        Move::Late => {
            let late = late_attempt(&payment);
            payment.answered(&late, Answer::Approved(approval(now)), Witness::Caller, now)
        }
        Move::Refuse => payment.refuse(Reason::AuthenticationFailed, now),
        Move::Begin => payment.begin(now),
        Move::Abandon => payment.abandon(now),
        Move::RunOut => payment.run_out(now),
        Move::StepAside => payment.step_aside(now),
    }
}

/// Never the attempt under way: those end with the shop's identifier or in one digit.
fn late_attempt(payment: &Payment) -> AttemptId {
    let in_flight = payment.attempt_in_flight().map(|attempt| attempt.id.as_str());
    let name = if in_flight == Some("late") { "later" } else { "late" };
    AttemptId::new(name).expect("allowed")
}

pub fn id_of(reference: Reference) -> Instrument {
    let id = match reference {
        Reference::One => "S02-0319513-4657042",
        Reference::Other => "S02-0319513-4657043",
    };
    Instrument::OrderReference(OrderReferenceId::new(id).expect("shaped as Amazon's"))
}

pub fn terms(reference: Reference, number: i64) -> Terms {
    terms_on(id_of(reference), number, None)
}

/// What a first attempt is called: the same for the same shop and identifier.
pub const NAME: &str = "7c4kq2m9x4k1b8v3z6t";

pub fn terms_on(instrument: Instrument, number: i64, token: Option<Token>) -> Terms {
    Terms {
        name: AttemptId::new(NAME).expect("allowed"),
        seller: SellerId::new("A2EXAMPLESELLER").expect("allowed"),
        instrument,
        capture_now: true,
        number: BankTransactionId(number),
        token,
    }
}

pub fn token() -> Token {
    Token::new("7QK2M4X9RT5WZ8BC").expect("letters and digits")
}

pub fn authorization_id() -> AuthorizationId {
    AuthorizationId::new("S02-0319513-4657042-A063411").expect("shaped as Amazon's")
}

pub fn placed() -> Placed {
    Placed { authorization: authorization_id(), made_order: None }
}

/// The whole amount was taken, and Amazon has not said under which identifier.
pub fn taken() -> Captured {
    Captured::Yes { id: None, amount: Money::new(2421, Currency::EUR) }
}

pub fn approval(at: UtcMs) -> Approval {
    let authorization = Authorization { id: authorization_id(), made_order: None, authorized_at: at };
    Approval { authorization, captured: taken(), automatic: None }
}

pub fn order(transaction: &str) -> Order {
    Order {
        shop_transaction_id: ShopTransactionId::new(transaction).expect("allowed"),
        amount: Money::new(2421, Currency::EUR),
        language: Language::Italian,
        buyer_name: "Anna".to_owned(),
        buyer_email: "anna@example.org".to_owned(),
        custom_info: "A=1".to_owned(),
        recurring: Recurring::No,
    }
}

pub fn shop() -> ShopLogin {
    ShopLogin::new("GESPAY00001").expect("allowed")
}

pub fn opened(transaction: &str, visit: &str) -> Change {
    Payment::open(shop(), PaymentId::new(visit).expect("allowed"), order(transaction), UtcMs(1))
}

/// A shop's identifier and a visit's; now and then the shop's is what a further attempt would be called.
pub fn names() -> impl Strategy<Value = (String, String)> {
    let visit = "[A-Za-z0-9]{1,32}";
    prop_oneof![
        4 => ("[A-Za-z0-9_-]{1,32}", visit),
        1 => (visit, 2..=MAX_ATTEMPTS).prop_map(|(visit, n)| {
            let short: String = visit.chars().take(28).collect();
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
        Move::Pending,
        Move::Again,
        Move::DeclinedTryAnother,
    ]);
    prop::collection::vec(prop_oneof![9 => far, 1 => prop::sample::select(MOVES.to_vec())], 0..60)
}
